"""maintenance_work_mem is more than a seventh of the limit.

CREATE INDEX, REINDEX and ALTER TABLE take it, and up to half as much again, on top of all that sessions need at that
moment. Migrations run them while the application is busy.

Fails:
    memory: 1G
    settings:
      maintenance_work_mem: 512MB

Passes:
    memory: 1G
    settings:
      maintenance_work_mem: 64MB
"""

from collections.abc import Iterator

from ...catalog import MAJORS
from ...tune.measured import CONSTANTS
from ...units import human
from ..audited import Audited
from ..finding import LIKELY, WARNING, Finding
from ..shares import limit_of, lower, percent

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "maintenance-above-share"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-MAINTENANCE-WORK-MEM"

MOST = 0.15
"""Of the limit: pgfit's own profiles give 4 % to 10 %; from a seventh on everybody feels an index build."""
USUAL = 0.04


def check(audited: Audited) -> Iterator[Finding]:
    limit, size = limit_of(audited), audited.server.size("maintenance_work_mem")
    if limit is None or size is None or size <= MOST * limit:
        return
    less, factor = lower(audited, "maintenance_work_mem"), CONSTANTS[min(audited.server.major, MAJORS[-1])].maintenance
    yield audited.finding(
        ID,
        SEVERITY,
        f"maintenance_work_mem {human(size)} is {percent(size, limit)} of the limit of {human(limit)}",
        cure=""
        if less
        else f"{percent(USUAL, 1)} of the limit, {human(USUAL * limit)}, and SET maintenance_work_mem for large builds",
        settings=less,
        where="maintenance_work_mem",
        arithmetic=f"one index build may take {factor} × {human(size)} = {human(factor * size)}",
        evidence={"maintenance_work_mem": int(size), "limit": int(limit)},
        confidence=LIKELY,
    )
