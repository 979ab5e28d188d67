"""More autovacuum workers are allowed than there are processors.

They share one budget of cost, so more workers are each slower, and each may hold autovacuum_work_mem.

Fails:
    cpus: 2
    settings:
      autovacuum_max_workers: 10

Passes:
    cpus: 2
    settings:
      autovacuum_max_workers: 3
"""

from collections.abc import Iterator

from ...model import Known
from ...units import print_cpus
from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "autovacuum-workers-above-cpus"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-vacuum.html#GUC-AUTOVACUUM-MAX-WORKERS"

DEFAULT = 3


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    workers = server.number("autovacuum_max_workers")
    if workers is None or not isinstance(server.cpus, Known) or workers <= max(DEFAULT, server.cpus.value):
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"autovacuum_max_workers {workers:.0f} for {print_cpus(server.cpus.value)} CPU",
        settings=audited.recommended("autovacuum_max_workers") or {"autovacuum_max_workers": DEFAULT},
        where="autovacuum_max_workers",
        evidence={"autovacuum_max_workers": int(workers), "cpus": server.cpus.value},
    )
