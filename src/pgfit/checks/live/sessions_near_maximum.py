"""Nearly all connections that are allowed are in use.

The next client is refused: "sorry, too many clients already". A pooler in front lets many clients share few sessions;
raising max_connections alone moves the limit towards the memory's.

Fails:
    settings:
      max_connections: 100
    activity: {clients: 92, processes: 101}

Passes:
    settings:
      max_connections: 100
    activity: {clients: 40, processes: 49}
"""

from collections.abc import Iterator

from ...audit.budget import Claims
from ...model import Known
from ..audited import Audited
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "sessions-near-maximum"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS"

FULL = 0.8
"""Of max_connections: a burst or a deployment that overlaps takes the rest."""


def check(audited: Audited) -> Iterator[Finding]:
    server, claims = audited.server, audited.claims
    most, used = server.number("max_connections"), server.sessions
    if not most or used is None or used < FULL * most:
        return
    room = ""
    if isinstance(claims, Claims) and isinstance(server.memory, Known) and claims.session + claims.query > 0:
        more = (server.memory.value - claims.worst_case) // (claims.session + claims.query)
        room = f"; the memory limit has room for {more} more" if more > 0 else "; the memory limit has room for no more of them"
    yield audited.finding(
        ID,
        SEVERITY,
        f"{used} of {most:.0f} connections are in use",
        cure=f"a pooler in front (pgbouncer, pool_mode=transaction), or smaller pools in the clients{room}",
        where="max_connections",
        arithmetic=f"{used} / {most:.0f} = {100 * used / most:.0f} %",
        evidence={"sessions": used, "max_connections": int(most)},
    )
