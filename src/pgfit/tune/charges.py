"""The memory model: what each part of a server may claim of the limit at its worst, all at the same moment.

    peak = static shared memory + server processes + sessions + queries + parallel workers
         + autovacuum + maintenance + reserve

`charge` turns a Load (how much of everything there is) into bytes per part. It is the only place where constants
of measured.py are multiplied; the division of the limit (budget.py), the report and the proofs in tests all use it.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from .measured import Constants, least_reserve
from .shared_memory import Static

__all__ = ["PARTS", "Circumstances", "Load", "charge"]


class Load(NamedTuple):
    """How much of everything there is. Sizes in bytes; counts may be fractions while the limit is being divided."""

    max_connections: float
    shared_buffers: float
    work_mem: float
    maintenance_work_mem: float
    autovacuum_work_mem: float
    parallel_workers: float
    autovacuum_workers: float
    io_workers: float


class Circumstances(NamedTuple):
    """What a Load is charged for: the server's version, the promise of the profile, the fixed settings."""

    major: int
    constants: Constants
    limit: float
    reserve: float
    """Memory of other processes in the container."""
    sorts: float
    hashes: float
    hash_mem_multiplier: float
    hash: float
    """A hash node over work_mem × hash_mem_multiplier: the major's constant, more with parallel hash."""
    relations: float
    prepared_statements: float
    temp_table_sessions: float
    temp_buffers: float
    temporary: float
    """Bytes of temporary tables beside: of a session that uses what the user fixed, though the profile expects none."""
    analyze_sample: float
    """Bytes that one ANALYZE holds."""
    jit: float
    """Bytes of compiled code in each session and worker."""
    tls: bool
    background_workers: int
    """Of extensions."""
    querying_workers: int
    """Those of them that run queries of the user's."""
    logical_workers: int
    """Of logical replication, where the user fixed how many there may be."""
    parallel_apply_workers: int
    """Those of them that may apply a large transaction together with another."""
    extension_shared_memory: float
    min_dynamic_shared_memory: float
    static: Callable[[Load], Static]
    """All settings the static shared memory depends on, for this load."""

    def per_work_mem(self) -> float:
        """How often a session's promise contains work_mem."""
        hashes = self.hashes * self.hash * self.hash_mem_multiplier
        return self.sorts * self.constants.sort + hashes

    def query(self, work_mem: float) -> float:
        """Bytes of the sorts and hashes that one session may hold at once."""
        return self.per_work_mem() * work_mem + (self.sorts + self.hashes) * self.constants.node

    def parallel_worker(self, shared_buffers: float, work_mem: float) -> float:
        """Bytes of one parallel worker with all it may hold."""
        c = self.constants
        return c.parallel_worker + shared_buffers * c.page_tables + self.jit + self.query(work_mem)

    def session(self, shared_buffers: float) -> float:
        """Bytes of one session before its queries."""
        c = self.constants
        caches = max(0.0, self.relations - 10) * c.relation + self.prepared_statements * c.prepared_statement
        temporary = self.temp_table_sessions * self.temp_buffers * c.temp_buffers
        tls = c.tls if self.tls else 0
        return c.session + tls + caches + temporary + shared_buffers * c.page_tables + self.jit


PARTS: Mapping[str, str] = {
    "static_shared_memory": "Everything PostgreSQL allocates once, at start: shared_buffers and the structures around "
    "it (locks, sessions, WAL buffers, I/O). It is touched sooner or later and never given back, so all of it counts.",
    "server_processes": "The postmaster and its helpers (checkpointer, writers, launchers, I/O workers, extensions' "
    "workers, apply workers if they are fixed): private memory, and the page tables of those that walk through shared_buffers.",
    "statistics": "The cumulative statistics, which live in /dev/shm from PostgreSQL 15 on; /dev/shm counts in the limit.",
    "sessions": "All of max_connections, connected and warmed up: private memory, relation and plan caches, temporary "
    "tables, and page tables of 1/512 of shared_buffers each. No setting of PostgreSQL's shows this.",
    "queries": "Every session at once holding the sorts and hashes its profile promises, each at the worst measured "
    "multiple of work_mem. Sorts take up to 1.5 × work_mem, hashes 1.8 × (13, 14: 2.05 ×) work_mem × hash_mem_multiplier.",
    "parallel_workers": "All of max_parallel_workers, each a process with sorts and hashes of its own. Hash "
    "tables that are shared (with enable_parallel_hash) lie in /dev/shm and count with the sessions.",
    "autovacuum": "Every autovacuum worker at once, each either vacuuming with all of autovacuum_work_mem or holding the "
    "sample of ANALYZE, which obeys no memory setting.",
    "maintenance": "One CREATE INDEX, REINDEX or VACUUM by hand: up to 1.53 × maintenance_work_mem were measured. CLUSTER, "
    "VACUUM FULL and several index builds in one session are not promised: they took up to 2.2 ×.",
    "other_processes": "What --reserve keeps for other processes in the same container.",
    "kernel_and_page_cache": "5% of the limit and at least 16 MB (an eighth of limits below 128 MB) stay with the kernel: "
    "with less than 8 MB of page cache a server crawls, with less than 5 MB the kernel kills.",
}
"""The parts of the budget, in the order in which they are told, and what each is."""


SMALL_STATISTICS = 32
"""In limits below 128 MB the statistics are taken for a 32nd of it: few relations go with little memory."""


def charge(load: Load, given: Circumstances, static: Callable[[int, Mapping[str, float], Static], float]) -> dict[str, float]:
    """Bytes per part. `static` is shared_memory.size for a report, shared_memory.at_most while dividing."""
    c = given.constants
    page_tables = load.shared_buffers * c.page_tables
    query = given.query(load.work_mem)
    shared = static(given.major, c.static, given.static(load)) * (1 + c.static_margin)
    helpers = 2 + load.io_workers + given.background_workers + given.logical_workers
    return {
        "static_shared_memory": shared + given.extension_shared_memory + given.min_dynamic_shared_memory,
        "server_processes": c.server
        + load.io_workers * c.io_worker
        + given.background_workers * c.autovacuum_worker
        + given.querying_workers * (query + given.jit)
        + given.logical_workers * c.logical_worker
        + given.parallel_apply_workers * c.parallel_apply
        + load.shared_buffers * c.checkpointer
        + helpers * page_tables,
        "statistics": min(c.statistics, given.limit / SMALL_STATISTICS),
        "sessions": load.max_connections * given.session(load.shared_buffers) + given.temporary,
        "queries": load.max_connections * query,
        "parallel_workers": load.parallel_workers * given.parallel_worker(load.shared_buffers, load.work_mem),
        "autovacuum": load.autovacuum_workers
        * (c.autovacuum_worker + page_tables + max(c.vacuum * load.autovacuum_work_mem, given.analyze_sample)),
        "maintenance": max(c.maintenance * load.maintenance_work_mem, given.analyze_sample),
        "other_processes": given.reserve,
        "kernel_and_page_cache": least_reserve(given.limit),
    }
