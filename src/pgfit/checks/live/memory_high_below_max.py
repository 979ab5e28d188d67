"""The kernel slows the server down before the memory limit is reached.

Above memory.high the kernel stops every process that asks for memory and makes it search for pages to give back. It
kills nothing, so nothing is in any log: the server hangs, for seconds or for good. So memory.high is the limit to fit.

Fails:
    memory: 1G
    files: {memory.high: "536870912"}

Passes:
    memory: 1G
    files: {memory.high: max}
"""

from collections.abc import Iterator

from ...units import human
from ..audited import Audited
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "memory-high-below-max"
SEVERITY = WARNING
LINK = "https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files"


def check(audited: Audited) -> Iterator[Finding]:
    container = audited.server.container
    high, hard = container.high, container.hard
    if high is None or (hard is not None and high >= hard):
        return
    most = f"memory.max {human(hard)}" if hard is not None else "no memory.max"
    yield audited.finding(
        ID,
        SEVERITY,
        f"memory.high {human(high)} with {most}: above it the server is slowed down to a crawl",
        cure="memory.high at max (systemd: MemoryHigh=; Kubernetes: memoryThrottlingFactor), or settings that fit below it",
        where="container",
        arithmetic=f"pgfit takes the lesser, {human(high)}, for the limit",
        evidence={"memory_high": high, **({"memory_max": hard} if hard is not None else {})},
    )
