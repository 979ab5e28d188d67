"""The container's memory looks full, but it is page cache, which is harmless.

The kernel keeps what was read from files until somebody needs the memory. `docker stats` and dashboards show it as used,
and alarms go off; only what processes hold themselves can end in a kill.

Fails:
    memory: 1G
    files:
      memory.current: "1060000000"
      memory.stat: |
        anon 100000000
        file 900000000
        kernel 20000000
        shmem 100000000

Passes:
    memory: 1G
    files:
      memory.current: "600000000"
      memory.stat: |
        anon 100000000
        file 480000000
        kernel 20000000
        shmem 100000000
"""

from collections.abc import Iterator

from ...units import human
from ..audited import Audited
from ..finding import INFO, Finding
from ..shares import limit_of, percent

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "full-of-page-cache"
SEVERITY = INFO
LINK = "https://docs.docker.com/reference/cli/docker/container/stats/"

FULL = 0.95
"""Of the limit: where alarms go off."""
HELD = 0.7
"""Of the limit: up to there nothing is wrong."""


def check(audited: Audited) -> Iterator[Finding]:
    container, limit = audited.server.container, limit_of(audited)
    split, current = container.split, container.current
    if split is None or current is None or limit is None or current < FULL * limit or split.held > HELD * limit:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"{percent(current, limit)} of the limit are in use, only {percent(split.held, limit)} are held: the rest is page cache",
        cure="nothing to do; let alarms look at anon + shmem + kernel of memory.stat",
        where="container",
        arithmetic=f"{human(current)} used, of which {human(split.held)} held and {human(split.file)} page cache",
        evidence={"current": current, "held": split.held, "file": split.file, "limit": int(limit)},
    )
