"""Processes of the server wait for memory.

The kernel counts the time in which some process could not go on because memory had to be found for it first. Above a
tenth the server is short of memory now: page cache is read, dropped, and read again.

Fails:
    memory: 1G
    pressure:
      path: /sys/fs/cgroup/memory.pressure
      text: "some avg10=30.00 avg60=24.50 avg300=9.00 total=9"

Passes:
    memory: 1G
    pressure:
      path: /sys/fs/cgroup/memory.pressure
      text: "some avg10=1.00 avg60=0.50 avg300=0.10 total=9"
"""

from collections.abc import Iterator

from ...units import human
from ..audited import Audited
from ..finding import LIKELY, WARNING, Finding
from ..shares import limit_of

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "waits-for-memory"
SEVERITY = WARNING
LINK = "https://docs.kernel.org/accounting/psi.html"

MOST = 10.0
"""Percent of the last minute."""


def check(audited: Audited) -> Iterator[Finding]:
    container = audited.server.container
    waited, split, limit = container.pressure("memory"), container.split, limit_of(audited)
    if waited is None or waited <= MOST:
        return
    of = f" of {human(limit)}" if limit is not None else ""
    yield audited.finding(
        ID,
        SEVERITY,
        f"{waited:.0f} % of the last minute some process waited for memory",
        cure="a larger limit, or less for sessions and shared_buffers: pgfit recommend",
        where="container",
        arithmetic=f"{human(split.held)}{of} are held, {human(split.file)} are page cache" if split is not None else "",
        evidence={"percent": waited, **({"limit": int(limit)} if limit is not None else {})},
        confidence=LIKELY,
    )
