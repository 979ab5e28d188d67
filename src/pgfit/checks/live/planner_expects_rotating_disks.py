"""The planner takes the disk for a rotating one.

random_page_cost 4 says that a page read at random costs four times one read in order. On an SSD it hardly costs more,
and index scans are avoided that would be faster. The server cannot tell what disk it has.

Fails:
    settings:
      random_page_cost: 4

Passes:
    settings:
      random_page_cost: 1.1
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import INFO, POSSIBLE, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "planner-expects-rotating-disks"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-RANDOM-PAGE-COST"

ROTATING, FLASH = 4, 1.1
"""Times seq_page_cost."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    cost, sequential = server.number("random_page_cost"), server.number("seq_page_cost")
    if cost is None or not sequential or cost / sequential < ROTATING:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"random_page_cost is {cost:g}, as for rotating disks",
        cure="on SSD and NVMe:",
        settings={"random_page_cost": round(FLASH * sequential, 4)},
        where="random_page_cost",
        arithmetic=f"{cost:g} / seq_page_cost {sequential:g} = {cost / sequential:g}",
        evidence={"random_page_cost": cost},
        confidence=POSSIBLE,
    )
