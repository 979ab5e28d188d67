"""Processes: parallel query, background workers, I/O workers."""

from ..model import Skip, Use
from .rule import Case, Rule

__all__ = ["RULES"]

NO_IO_WORKERS = "there are none: sessions read for themselves"


def max_worker_processes(case: Case) -> Use:
    """Slots for all background workers: parallel query, extensions, logical replication."""
    workers = case.shares.max_parallel_workers
    needs = [f"{workers} parallel worker{'s' * (workers > 1)}"] if workers else []
    needs += ["the extensions named"] if case.shares.extensions else []
    needs += ["logical replication"]
    return Use(case.shares.max_worker_processes, f"room for {' and '.join(needs)}; standbys need at least as many")


def max_parallel_workers(case: Case) -> Use:
    """How many parallel workers may run in the whole server.

    Each is a process that sorts and hashes like a session, so each is in the budget. A quota below two processors
    gains nothing from them: a query only waits for itself.
    """
    workers = case.shares.max_parallel_workers
    if workers and not case.shares.max_parallel_workers_per_gather:
        return Use(workers, "for index builds and vacuums, as many as one of them may use")
    if workers:
        return Use(workers, f"one per CPU ({case.the_cpus}), as far as memory and /dev/shm allow")
    return Use(0, _no_workers(case))


def max_parallel_workers_per_gather(case: Case) -> Use:
    """How many of them one query may use.

    With few processors the sessions keep them busy by themselves: two at a time, sorting and hashing on two CPUs, did
    1.2 times as much without workers, whose start and exchange of rows is work too. The profile says from when on.
    """
    workers = case.shares.max_parallel_workers_per_gather
    if workers:
        return Use(workers, f"half of {case.the_cpus} for one query, at most the profile's number")
    if 2 <= case.cpus < case.profile.parallel_from_cpus:
        return Use(0, f"{case.the_cpus}: two queries at once are faster without workers, for which they would wait")
    return Use(0, _no_workers(case))


def max_parallel_maintenance_workers(case: Case) -> Use:
    """How many of them one CREATE INDEX or VACUUM may use; they share one maintenance_work_mem.

    Up to 16 a parallel VACUUM puts all of maintenance_work_mem into /dev/shm at once, even for a thousand dead rows.
    """
    workers = case.shares.max_parallel_maintenance_workers
    if workers:
        return Use(workers, f"half of {case.the_cpus} for one index build or vacuum")
    if case.shares.max_parallel_workers and case.cpus >= 2:
        return Use(0, "shared memory in /dev/shm cannot hold maintenance_work_mem, which they would put there, beside queries")
    return Use(0, _no_workers(case))


def _no_workers(case: Case) -> str:
    if case.cpus < 2:
        return f"{case.the_cpus}: below two, parallel workers only wait for each other"
    return "the limit or /dev/shm is too small for workers that sort and hash like sessions"


def enable_parallel_hash(case: Case) -> Use | Skip:
    """Whether parallel queries build one hash table together, in /dev/shm.

    Such a table may take work_mem × hash_mem_multiplier for every *planned* worker and the leader. If no worker is free,
    the leader alone may fill all of it: measured 15.8 MB at work_mem 4 MB with four planned and none launched. With it off
    each participant keeps to its own work_mem, and /dev/shm stays small.
    """
    if not case.shares.max_parallel_workers_per_gather:
        return Skip("there is no parallel query here")
    if case.shares.parallel_hash:
        return Use(True, "counted: every session's hash may take work_mem for each planned worker and itself")
    return Use(False, "a session could fill the work_mem of every planned worker alone, when none of them is free")


def io_method(case: Case) -> Use:
    """Who reads ahead, in 18 and later: the session itself, or I/O workers for it.

    Workers, the default, also copy what the page cache holds, and wake sessions for it. With few processors that costs
    more than it hides: with sync, mixed work on 1 CPU and 512 MB was 1.3 times as fast where the cgroup bounds the disk,
    1.07 times where every read waits 1 ms, and sessions still ask the kernel for pages in advance, as before 18. Never
    io_uring in a container: the default seccomp profiles of Docker and containerd block it, and the server then does
    not start.
    """
    if case.shares.io_method == "worker":
        return Use("worker", "io_uring is blocked by the default seccomp profile of containers: the server would not start")
    return Use(case.shares.io_method, f"{case.the_cpus}: I/O workers cost more than they hide; what they copy is mostly cached")


def io_workers(case: Case) -> Use | Skip:
    """Processes that read for others (18). They wait for the disk more than they compute."""
    if not case.shares.io_workers:
        return Skip(NO_IO_WORKERS)
    return Use(case.shares.io_workers, f"for {case.the_cpus}; each costs half a megabyte and page tables")


def io_max_workers(case: Case) -> Use | Skip:
    """The most I/O workers that 19 starts when there is work for them; it replaces io_workers."""
    if not case.shares.io_workers:
        return Skip(NO_IO_WORKERS)
    return Use(case.shares.io_workers, f"for {case.the_cpus}; the default of 8 would count with 4 MB and page tables")


def io_min_workers(case: Case) -> Skip:
    """The I/O workers that 19 always keeps."""
    return Skip("its default of 2 is within io_max_workers" if case.shares.io_workers else NO_IO_WORKERS)


def jit(case: Case) -> Use:
    """Whether expensive queries are compiled.

    The first compiled query adds 11 MB to its session, with inlining 26 MB, kept until the session ends; work_mem
    does not count it. On only where the profile wants it and the budget pays it for every session and worker.
    """
    if case.shares.jit:
        return Use(True, "counted: 26 MB for every session and worker that may compile")
    if case.profile.jit:
        return Use(False, "26 MB for every session and worker would take more than 5% of the limit")
    return Use(False, "compiling takes 11 to 26 MB a session, which work_mem does not count, and short queries gain nothing")


RULES: tuple[Rule, ...] = (
    max_worker_processes,
    max_parallel_workers,
    max_parallel_workers_per_gather,
    max_parallel_maintenance_workers,
    enable_parallel_hash,
    io_method,
    io_workers,
    io_max_workers,
    io_min_workers,
    jit,
)
