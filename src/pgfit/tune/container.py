"""What the container needs beside the settings: /dev/shm, no swap, time to stop, and the right victim."""

from ..model import Container, Known
from ..units import MB, Bytes, Duration, human
from .rule import Case

__all__ = ["ABOUT", "advise"]

DOCKER_SHM = 64 * MB
"""What Docker gives /dev/shm unless told."""
SHM_STEP = 16 * MB
STOP_RATE = 50 * MB
"""Bytes a second that the checkpoint of a shutdown is assumed to write, on a modest cloud volume."""
LEAST_STOP, MOST_STOP = 60, 600

ABOUT = {
    "shm_size": "The size of /dev/shm. Shared hash tables of parallel queries, parallel VACUUM (13–16), parallel builds "
    "of vector indexes and the statistics live there; shared_buffers do not. What is used counts in the memory limit.",
    "memswap_limit": "Memory and swap together. The same as the memory limit: no swap, so that the server is "
    "either in memory or not at all, rather than a hundred times slower.",
    "stop_grace_period": "How long Docker waits between asking the server to stop and killing it. The checkpoint of "
    "a shutdown writes all dirty shared_buffers; Docker's 10 seconds end in crash recovery.",
    "PG_OOM_ADJUST_FILE": "Lets sessions make themselves the kernel's first choice, should memory ever run out. Without, "
    "the kernel often kills the postmaster, and the container ends.",
    "PG_OOM_ADJUST_VALUE": "How eagerly: 600 kept the postmaster alive in every trial on 14, 16 and 18.",
    "POSTGRES_INITDB_ARGS": "initdb starts a server of its own, before any of these settings apply, which dies of "
    "SIGBUS where the host has huge pages that the container may not use.",
}


def advise(case: Case) -> Container:
    need = case.shares.shm_need
    told = case.facts.shm_size
    if isinstance(told, Known):
        shm, shm_why = told.value, f"as told; up to {human(need)} of it may be used"
    else:
        steps = -(-need // SHM_STEP) * SHM_STEP
        shm = Bytes(max(DOCKER_SHM, steps))
        workers = case.shares.max_parallel_workers
        shared = "shared hash tables" if case.shares.parallel_hash else f"{workers} parallel workers"
        what = f"statistics, {shared}" if workers else "statistics, no parallel query"
        shm_why = f"up to {human(need)} may be used ({what}); within the budget"
    seconds = case.shares.shared_buffers // STOP_RATE
    stop = Duration(1000 * max(LEAST_STOP, min(MOST_STOP, -(-seconds // 30) * 30)))
    environment = {"PG_OOM_ADJUST_FILE": "/proc/self/oom_score_adj", "PG_OOM_ADJUST_VALUE": "600"}
    why = {
        "shm_size": shm_why,
        "memswap_limit": "no swap: the plan fits in memory",
        "stop_grace_period": f"the last checkpoint may write {human(case.shares.shared_buffers)}",
        "PG_OOM_ADJUST_FILE": "should memory run out all the same, the kernel kills a session, not the postmaster",
        "PG_OOM_ADJUST_VALUE": "should memory run out all the same, the kernel kills a session, not the postmaster",
    }
    huge = case.facts.host_huge_pages
    if isinstance(huge, Known) and huge.value and case.major >= 16:
        environment["POSTGRES_INITDB_ARGS"] = "-c huge_pages=off"
        why["POSTGRES_INITDB_ARGS"] = f"{huge.where} shows huge pages: initdb would die of SIGBUS"
    cpus = case.facts.cpus.value if isinstance(case.facts.cpus, Known) else None
    return Container(case.limit, cpus, shm, stop, environment, why)
