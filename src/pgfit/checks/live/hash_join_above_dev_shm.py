"""A single parallel hash join may need more than /dev/shm has.

Its table lies there, with work_mem × hash_mem_multiplier for each planned worker and the leader. Where it does not fit
the query fails: "could not resize shared memory segment". Docker gives 64 MB unless told.

Fails:
    memory: 4G
    settings:
      work_mem: 64MB

Passes:
    memory: 4G
    settings:
      work_mem: 16MB
"""

from collections.abc import Iterator

from ...units import human
from ..audited import Audited
from ..finding import ERROR, LIKELY, Finding
from ..shm import larger, room

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "hash-join-above-dev-shm"
SEVERITY = ERROR
LINK = "https://github.com/docker-library/docs/blob/master/postgres/README.md#caveats"


def check(audited: Audited) -> Iterator[Finding]:
    server, has = audited.server, room(audited)
    work_mem, multiplier = server.size("work_mem"), server.number("hash_mem_multiplier")
    planned, workers = server.number("max_parallel_workers_per_gather"), server.number("max_parallel_workers")
    if has is None or work_mem is None or multiplier is None or not planned or not workers:
        return
    need = int((planned + 1) * work_mem * multiplier)
    if server.is_on("enable_parallel_hash") is not True or need <= has:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"one parallel hash join may need {human(need)} of /dev/shm, which has {human(has)}",
        cure=f"{larger(audited, need)}; or enable_parallel_hash=off",
        where="work_mem",
        arithmetic=f"({planned:.0f} workers + 1) × work_mem {human(work_mem)} × hash_mem_multiplier {multiplier:g}",
        evidence={"needed": need, "dev_shm": int(has)},
        confidence=LIKELY,
    )
