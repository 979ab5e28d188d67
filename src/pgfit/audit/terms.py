"""What an audit's own numbers are: the pages of `pgfit explain` for them. The parts of the worst case have theirs in tune."""

from collections.abc import Mapping

__all__ = ["TERMS"]

TERMS: Mapping[str, str] = {
    "held": "Held now: the memory charged to the server's container that the kernel cannot take back: private memory of "
    "processes (anon), shared memory that was touched (shmem, /dev/shm among it), and the kernel's own for them (page "
    "tables, sockets), as memory.stat tells it; without reclaimable slab. When it reaches the limit, the kernel kills.",
    "page_cache": "Files that were read or written and are still in memory. It is charged to the container too, and grows "
    "until the limit; the kernel takes it back when it must, so a container that is full of it is healthy.",
    "idle": "Idle, touched: static shared memory as if all of it had been used (it is, sooner or later, and is never given "
    "back), the server's own processes, and the sessions that are connected now, each as it is between two queries.",
    "worst_case": "The sum of the parts of the budget on the running values: every session that max_connections allows, each "
    "with the sorts and hashes of the profile, parallel workers, autovacuum, one manual CREATE INDEX, and what the kernel "
    "keeps. pgfit explain budget tells each part.",
    "most_sessions": "PostgreSQL does not record how many sessions there were at most. The kernel counts the most processes "
    "that ran at once in the container (pids.peak); without those that are no sessions now it is an upper bound.",
    "average_sessions": "The time of all sessions together over the time it was counted in (pg_stat_database.session_time, "
    "14 and later).",
    "forced_checkpoints": "Checkpoints that were requested, mostly because max_wal_size was reached, of all checkpoints since "
    "the statistics were reset. Below ten checkpoints it is not told.",
    "throttling": "Periods of the CPU quota, usually 100 ms each, in which the container had used up its share and stood "
    "still until the next (cpu.stat: nr_throttled of nr_periods).",
    "temp_files_per_day": "Bytes of temporary files that queries wrote (pg_stat_database.temp_bytes), over the time since "
    "the statistics were reset, for a day; below an hour of counting it is not told.",
}
