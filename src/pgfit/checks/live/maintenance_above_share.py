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

from ...units import human
from ..audited import Audited
from ..finding import LIKELY, WARNING, Finding
from ..shares import limit_of, lower, percent

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "maintenance-above-share"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-MAINTENANCE-WORK-MEM"

MOST = 0.15
"""Of the limit: pgfit's own profiles give a sixteenth; from a seventh on one index build is felt by everybody."""
FACTOR = 1.5
"""What REINDEX CONCURRENTLY, GIN builds and CLUSTER took at most, over maintenance_work_mem."""


def check(audited: Audited) -> Iterator[Finding]:
    limit, size = limit_of(audited), audited.server.size("maintenance_work_mem")
    if limit is None or size is None or size <= MOST * limit:
        return
    less = lower(audited, "maintenance_work_mem")
    yield audited.finding(
        ID,
        SEVERITY,
        f"maintenance_work_mem {human(size)} is {percent(size, limit)} of the limit of {human(limit)}",
        cure="" if less else f"a sixteenth of the limit, {human(limit / 16)}, and SET maintenance_work_mem for large builds",
        settings=less,
        where="maintenance_work_mem",
        arithmetic=f"one index build may take {FACTOR} × {human(size)} = {human(FACTOR * size)}",
        evidence={"maintenance_work_mem": int(size), "limit": int(limit)},
        confidence=LIKELY,
    )
