"""A single hash join or aggregate may need more than shared memory leaves of the limit.

Each such node of a query may take work_mem × hash_mem_multiplier, and every parallel worker takes it again. No crowd
is needed for the kernel to kill the server then: one person with one large report is enough.

Fails:
    memory: 1G
    settings:
      work_mem: 256MB

Passes:
    memory: 1G
    settings:
      work_mem: 16MB
"""

from collections.abc import Iterator

from ...units import human
from ..audited import Audited
from ..finding import LIKELY, WARNING, Finding
from ..shares import limit_of, lower, rest

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "one-query-above-limit"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM"

PARALLEL = ("max_parallel_workers_per_gather", "max_parallel_workers", "max_worker_processes")


def check(audited: Audited) -> Iterator[Finding]:
    server, limit, left = audited.server, limit_of(audited), rest(audited)
    work_mem, multiplier = server.size("work_mem"), server.number("hash_mem_multiplier")
    counts = [server.number(name) for name in PARALLEL]
    workers = int(min((one for one in counts if one is not None), default=0))
    if limit is None or left is None or work_mem is None or multiplier is None or None in counts:
        return
    one = int(work_mem * multiplier * (workers + 1))
    if one <= left:
        return
    times = f"work_mem {human(work_mem)} × hash_mem_multiplier {multiplier:g} × ({workers} workers + 1)"
    less = lower(audited, "work_mem")
    yield audited.finding(
        ID,
        SEVERITY,
        f"one hash join may take {human(one)}; shared memory leaves {human(left)} of the limit of {human(limit)}",
        cure="" if less else "a smaller work_mem, and SET LOCAL work_mem for the few queries that need more",
        settings=less,
        where="work_mem",
        arithmetic=f"{times} > {human(limit)} - {human(limit - left)}",
        evidence={"hash_join": one, "left": left, "limit": int(limit), "workers": workers},
        confidence=LIKELY,
    )
