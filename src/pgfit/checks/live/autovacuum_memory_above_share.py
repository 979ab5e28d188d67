"""All autovacuum workers together may take more than a quarter of the limit.

Each may take autovacuum_work_mem; left at -1 that is maintenance_work_mem, which was meant for one index build and not
for every worker at once. Up to PostgreSQL 16 a worker really fills it after mass updates: 6 bytes per dead row.

Fails:
    postgres: 16
    memory: 2G
    settings:
      maintenance_work_mem: 256MB

Passes:
    postgres: 16
    memory: 2G
    settings:
      maintenance_work_mem: 256MB
      autovacuum_work_mem: 64MB
"""

from collections.abc import Iterator

from ...tune.measured import CONSTANTS
from ...units import Bytes, human
from ..audited import Audited
from ..finding import INFO, LIKELY, WARNING, Finding
from ..shares import limit_of, percent

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "autovacuum-memory-above-share"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-AUTOVACUUM-WORK-MEM"

MOST = 0.25
"""Of the limit: what sessions then lose to vacuums of large tables."""


def check(audited: Audited) -> Iterator[Finding]:
    server, limit = audited.server, limit_of(audited)
    size, workers = server.size("autovacuum_work_mem"), server.number("autovacuum_max_workers")
    derived = size is not None and size < 0
    if derived:
        size = server.size("maintenance_work_mem")
    constants = CONSTANTS.get(server.major)
    if limit is None or size is None or workers is None or constants is None or workers * size <= MOST * limit:
        return
    better = audited.recommended("autovacuum_work_mem")
    wanted = better.get("autovacuum_work_mem")
    less = better if isinstance(wanted, Bytes) and wanted < size else {}
    whose = "maintenance_work_mem, as autovacuum_work_mem is -1" if derived else "autovacuum_work_mem"
    total = int(workers * size)
    yield audited.finding(
        ID,
        SEVERITY if constants.vacuum_in_shm else INFO,
        f"{workers:.0f} autovacuum workers may take {human(total)}, {percent(total, limit)} of the limit of {human(limit)}",
        cure="" if less else f"autovacuum_work_mem of about {human(limit / 64)}",
        settings=less,
        where="maintenance_work_mem" if derived else "autovacuum_work_mem",
        arithmetic=f"{workers:.0f} × {human(size)} ({whose}) > {percent(MOST, 1)} of {human(limit)}",
        evidence={"workers": int(workers), "size": int(size), "limit": int(limit)},
        confidence=LIKELY,
    )
