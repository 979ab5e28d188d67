"""Far more connections are allowed than the processors can serve.

Beyond some tens of active sessions per processor, more of them only wait for each other, and each has its share in
the worst case of the memory. A pooler serves hundreds of clients with a few sessions.

Fails:
    memory: 64G
    cpus: 1
    settings:
      max_connections: 500
    activity: {clients: 150, processes: 160}

Passes:
    memory: 64G
    cpus: 1
    settings:
      max_connections: 50
"""

from collections.abc import Iterator

from ...model import Known
from ...units import print_cpus
from ..audited import Audited
from ..finding import INFO, POSSIBLE, Finding
from ..shares import lower
from . import connections_never_used

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "connections-above-what-cpus-serve"
SEVERITY = INFO
LINK = "https://wiki.postgresql.org/wiki/Number_Of_Database_Connections"

EACH = 100
"""Sessions per processor: twice the web profile's, most of which are idle."""
LEAST = 100
"""PostgreSQL's default is no finding."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    most = server.number("max_connections")
    if most is None or not isinstance(server.cpus, Known) or server.snapshot.pooled or server.standby is not False:
        return
    cpus = server.cpus.value
    if most <= max(LEAST, EACH * cpus) or any(connections_never_used.check(audited)):
        return  # the other one names how many are enough
    yield audited.finding(
        ID,
        SEVERITY,
        f"max_connections {most:.0f} for {print_cpus(cpus)} CPU",
        cure="a pooler in front (pgbouncer, pool_mode=transaction); then fewer are enough",
        settings=lower(audited, "max_connections"),
        where="max_connections",
        arithmetic=f"{most / cpus:.0f} sessions per CPU; beyond {EACH} more sessions bring no more work done",
        evidence={"max_connections": int(most), "cpus": cpus},
        confidence=POSSIBLE,
    )
