"""Memory: how much each kind of work may take."""

from ..model import Skip, Use
from ..units import KB, MB, Bytes, human, round_down
from .rule import Case, Rule

__all__ = ["RULES"]


def shared_buffers(case: Case) -> Use:
    """PostgreSQL's own cache of table and index pages.

    Once touched it is never given back, and every session pays page tables of 1/512 of it, so it is bought from the same
    limit as connections and work_mem. The profile says which share both may take together. The usual quarter is not a
    law: what sessions are promised and do not use is page cache meanwhile, and a page that PostgreSQL and the kernel both
    keep is kept once too often. With data larger than memory, an eighth of the limit reads faster than a quarter or a
    half, and leaves the most sessions; six tenths write and mix faster, and leave the fewest: the profile oltp.
    """
    s = case.shares
    crowd = "; less than the profile's share, so that all sessions fit" if s.crowded else ""
    return Use(s.shared_buffers, f"{case.share(s.shared_buffers)} for the {case.profile.name} profile{crowd}")


def work_mem(case: Case) -> Use:
    """How much one sort or hash may take before it goes to disk.

    The number is what the limit leaves after everything else, divided by all the sorts and hashes that all sessions
    and parallel workers may hold at once, each at its measured worst. A sort takes up to 1.5 × work_mem, a
    hash up to 1.8 × (13, 14: 2.05 ×) work_mem × hash_mem_multiplier (Memoize; a hash aggregate 1.65).
    """
    s = case.shares
    workers = f"{s.max_parallel_workers} worker{'s' * (s.max_parallel_workers > 1)}"
    takers = f"{s.max_connections} sessions" + (f" and {workers}" * bool(s.max_parallel_workers))
    held = " and ".join(
        f"{count} {what}" for count, what in ((case.profile.sorts, "sort"), (case.profile.hashes, "hash")) if count
    )
    return Use(s.work_mem, f"what is left for {takers}, {held} each, all at once")


def hash_mem_multiplier(case: Case) -> Use:
    """How many times work_mem a hash may take.

    At the same worst case, 1.0 with a larger work_mem beats the default 2.0: hashes keep their memory and sorts get
    more. With sorts at 1.5 × work_mem and hashes at 1.8 × (13, 14: 2.05 ×) work_mem × the multiplier, one of each costs
    3.3 × (3.55 ×) work_mem at 1.0 and 5.1 × (5.6 ×) at 2.0; for the same bytes a sort gets 1.5 times the memory and a
    hash three quarters.
    """
    why = "for the same worst case a larger work_mem serves sorts and hashes alike"
    return Use(case.shares.hash_mem_multiplier, why + ("; the default 2.0 would cost sorts most" if case.major >= 15 else ""))


def maintenance_work_mem(case: Case) -> Use:
    """How much CREATE INDEX, VACUUM by hand, or ALTER TABLE ADD FOREIGN KEY may take.

    One such operation at a time is promised, at 1.55 times this value: REINDEX CONCURRENTLY took 1.4 times, GIN
    builds 1.53 times. CLUSTER, VACUUM FULL and several builds in one session took up to 2.2 times, which is not
    promised. Parallel workers share one maintenance_work_mem between them.
    """
    size = case.shares.maintenance_work_mem
    return Use(size, f"{case.share(size)}, for one index build or vacuum at a time, at 1.55 times its value")


def autovacuum_work_mem(case: Case) -> Use:
    """How much each autovacuum worker may take.

    Left at -1 every worker may take maintenance_work_mem, all at once. Up to 16 it holds 6 bytes per dead row; from
    17 on a far denser store. ANALYZE obeys none of it.
    """
    size, workers = case.shares.autovacuum_work_mem, case.shares.autovacuum_max_workers
    rows = f": {size // 6 / 1e6:.1f} million dead rows per pass" if case.major < 17 else ""
    whom = f"each of {workers} autovacuum workers" if workers > 1 else "the autovacuum worker"
    return Use(size, f"{case.share(size)} for {whom}{rows}")


def temp_buffers(case: Case) -> Use:
    """How much of a session's temporary tables stays in memory.

    Taken on first use and kept until the session ends, DROP TABLE or not. The profile says what share of the sessions
    holds temporary tables at once; the budget counts those.
    """
    size, sessions = case.shares.temp_buffers, case.profile.temp_table_sessions
    counted = f"counted for {sessions:.0%} of the sessions" if sessions else "not counted: the profile expects none"
    return Use(size, f"a session keeps it once it used temporary tables; {counted}")


def effective_cache_size(case: Case) -> Use:
    """What the planner believes to be cached, in shared_buffers and by the kernel together. Nothing is allocated.

    The page cache of a container is what its limit leaves: here, what remains when the profile's usual share of the
    sessions is at work. The default, 4 GB, is more than most containers have.
    """
    s, idle = case.shares, 1 - case.profile.active_sessions
    parts = {part.name: part.size for part in s.budget.parts}
    rest = case.limit - s.budget.worst_case + parts["kernel_and_page_cache"] + s.shared_buffers
    usual = parts.get("maintenance", 0) + idle * (parts["queries"] + parts.get("parallel_workers", 0))
    size = round_down(max(s.shared_buffers, rest + usual, 8 * KB))
    return Use(size, f"shared_buffers and the page cache when {1 - idle:.0%} of the sessions are at work")


def huge_pages(case: Case) -> Use:
    """Whether shared memory asks for huge pages.

    A container sees the host's huge pages but may use them only when they were granted to it; then PostgreSQL,
    and even initdb, dies of SIGBUS with the default `try`. Where they are granted, set `try`: page tables
    of 1/512 of shared_buffers per session disappear, and shared memory is then counted against the grant instead.
    """
    tables = case.shares.shared_buffers // 512
    more = f"; they would save {human(tables)} of page tables per session" if tables >= 4 * MB else ""
    return Use("off", f"in a container without a grant of huge pages, `try` can end in SIGBUS{more}")


def wal_buffers(case: Case) -> Skip:
    """WAL not yet written. The default takes 1/32 of shared_buffers, 64 kB to 16 MB, and is part of the budget."""
    size = min(16 * MB, max(64 * KB, case.shares.shared_buffers // 32))
    return Skip(f"its default, 1/32 of shared_buffers, is {human(size)} here, and counted")


def logical_decoding_work_mem(case: Case) -> Use:
    """How much of large transactions each logical replication sender keeps in memory.

    Measured: up to 1.35 times its value, and 2 MB. The promise counts no replication senders; this keeps one that
    comes within the reserve.
    """
    size = max(Bytes(MB), min(Bytes(64 * MB), round_down(case.limit / 64)))
    return Use(size, f"{case.share(size)} for each logical replication sender; the default is 64 MB each")


def min_dynamic_shared_memory(case: Case) -> Skip:
    """Shared memory set aside at start for parallel query, instead of /dev/shm.

    A way out where /dev/shm cannot be enlarged: fix it with --set, and the budget counts it, as room for what parallel
    workers share.
    """
    need = human(case.shares.shm_need)
    return Skip(f"it would hold for good what parallel work needs at times; /dev/shm serves with {need}")


def vacuum_buffer_usage_limit(case: Case) -> Use:
    """The ring of shared buffers that VACUUM and ANALYZE go round in.

    16's default of 256 kB makes vacuum wait for WAL again and again; 17 raised it to 2 MB.
    """
    size = max(Bytes(128 * KB), min(Bytes(2 * MB), Bytes(case.shares.shared_buffers // 8)))  # its own least is 128 kB
    return Use(size, "the default of 17 and later; at most an eighth of shared_buffers can be used")


def max_locks_per_transaction(case: Case) -> Use | Skip:
    """The size of the lock table, in locks per session.

    Every partition and index a transaction touches takes a lock; extensions with many partitions ask for more.
    """
    wanted, default = case.shares.max_locks_per_transaction, 128 if case.major >= 19 else 64
    if wanted == default:
        return Skip(f"its default, {default}, serves unless a transaction touches thousands of partitions")
    return Use(wanted, "asked for by " + ", ".join(one.name for one in case.shares.extensions if one.locks))


RULES: tuple[Rule, ...] = (
    shared_buffers,
    work_mem,
    hash_mem_multiplier,
    maintenance_work_mem,
    autovacuum_work_mem,
    temp_buffers,
    effective_cache_size,
    huge_pages,
    wal_buffers,
    logical_decoding_work_mem,
    min_dynamic_shared_memory,
    vacuum_buffer_usage_limit,
    max_locks_per_transaction,
)
