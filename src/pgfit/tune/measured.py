"""The measured constants of the memory model, per major version.

Measured on PostgreSQL 13.23, 14.23, 15.19, 16.15, 17.11 and 18.6, x86-64, 4 kB pages, glibc, huge pages off, inside cgroup v1
limits; docs/memory-model.md tells how. `peak = static + server + sessions + queries + maintenance + reserve`.

19 stands on 18's figures, with a margin on the static part, until a server of it is measured.
Every figure is the worst that was seen, in bytes or as a factor; a figure is changed here and nowhere else.
"""

from collections.abc import Mapping
from typing import NamedTuple

from ..units import KB, MB

__all__ = ["CONSTANTS", "Constants", "least_reserve"]


class Constants(NamedTuple):
    """What one major version costs beyond its settings. Sizes in bytes."""

    static: Mapping[str, float]
    """Coefficients of the static shared memory, by feature: see shared_memory.py."""
    static_margin: float
    """By how much the formula is raised: its worst error, and more where it was fitted to another major."""

    server: float
    """Postmaster and auxiliary processes at rest, without I/O workers: private memory and the kernel's share."""
    io_worker: float
    """Each I/O worker (18 and later)."""
    statistics: float
    """The cumulative statistics in /dev/shm (15 and later), with 1000 relations; 1 MB with none."""

    session: float
    """A session in use: ten relations, a join, an insert."""
    prepared_statement: float
    relation: float
    """Each relation a session touches beyond ten: its entries in the relation and catalog caches."""
    tls: float
    """Added to a session over TLS: 249 kB on 16, 227 kB on 18; with OpenSSL 1.1 about 100 kB."""
    parallel_worker: float
    autovacuum_worker: float
    """Before its own work, as is any other background worker."""
    logical_worker: float
    """An apply or synchronising worker of logical replication, with ten tables; a parallel one before its queue."""
    parallel_apply: float
    """The queue of each parallel apply worker (16 and later) in /dev/shm: of 16 MB, and all of it gets touched."""
    jit: float
    """Added once a session or worker compiles with inlining; kept until it ends."""

    sort: float
    """A sort node (or tuplestore, window, CTE) over work_mem; wide rows are the worst that obeys work_mem."""
    hash: float
    """A hash node over work_mem × hash_mem_multiplier: the worst of aggregate, join and Memoize."""
    parallel_hash: float
    """A parallel hash join in /dev/shm, over work_mem × hash_mem_multiplier × (planned workers + 1). The leader may hold all
    of it although no worker came: with four planned and none launched, 15.8 MB at work_mem 4 MB on 14, 16 and 18."""
    node: float
    """Each node, beside its work_mem; tools/measure_nodes.py measures it, with the factors."""
    hash_batch: float
    """Each further batch of a hash join: buffers of its two files. Not bounded by work_mem."""
    temp_buffers: float
    """What temp_buffers really hold, over temp_buffers."""

    maintenance: float
    """CREATE INDEX, REINDEX CONCURRENTLY, VACUUM over maintenance_work_mem. Several index builds in one session, CLUSTER and
    VACUUM FULL, which rebuild every index, took up to 2.2: glibc keeps what the builds before have freed."""
    vacuum: float
    """VACUUM over autovacuum_work_mem."""
    vacuum_in_shm: bool
    """Whether a parallel VACUUM puts all of maintenance_work_mem into /dev/shm at once (13–16)."""
    analyze_rows: int = 600
    """Row widths that ANALYZE holds per point of statistics target: 300 sampled rows, twice."""
    page_tables: float = 1 / 512
    """Page tables of a process that has touched all of shared_buffers, over shared_buffers: 8 bytes per 4 kB page."""
    checkpointer: float = 0.0015
    """Growth of the checkpointer after a full checkpoint, over shared_buffers."""


_STATIC_13 = {
    "1": 941349.132,
    "NB": 8372.11,
    "p2(NB)": 7.972,
    "wal": 8199.791,
    "locks": 360.896,
    "p2(locks)": 8.807,
    "pred": 211.135,
    "p2(pred)": 8.841,
    "backends": 6863.323,
    "prepared": 6011.854,
    "activity": 1.004,
    "workers": 552.839,
    "senders": 195.282,
    "slots": 358.707,
    "NB/512 in 4..128": 16460.577,
    "NB/1024 in 4..16": 8460.452,
}
_STATIC_14 = {
    "1": 946430.38,
    "NB": 8356.042,
    "p2(NB)": 8.02,
    "wal": 8200.216,
    "locks": 360.999,
    "p2(locks)": 8.787,
    "pred": 211.093,
    "p2(pred)": 8.858,
    "backends": 6958.381,
    "prepared": 6035.115,
    "activity": 1.007,
    "workers": 556.878,
    "senders": 198.742,
    "slots": 344.187,
    "NB/512 in 4..128": 16460.048,
    "NB/1024 in 4..16": 8421.818,
}
_STATIC_15 = {
    "1": 1181447.732,
    "NB": 8355.317,
    "p2(NB)": 8.501,
    "wal": 8201.005,
    "locks": 361.103,
    "p2(locks)": 8.769,
    "pred": 211.087,
    "p2(pred)": 8.858,
    "backends": 6976.797,
    "prepared": 6029.438,
    "activity": 1.005,
    "workers": -99.371,
    "senders": 16.511,
    "slots": 568.15,
    "NB/512 in 4..128": 33307.065,
    "NB/1024 in 4..16": 1009.299,
}
_STATIC_16 = {
    "1": 1200904.8,
    "NB": 8355.328,
    "p2(NB)": 8.497,
    "wal": 8200.685,
    "locks": 361.023,
    "p2(locks)": 8.786,
    "pred": 211.158,
    "p2(pred)": 8.838,
    "backends": 6985.243,
    "prepared": 6036.295,
    "activity": 1.004,
    "workers": -14.807,
    "senders": -47.864,
    "slots": 507.4,
    "NB/512 in 4..128": 33283.591,
    "NB/1024 in 4..16": 1157.239,
}
_STATIC_17 = {
    "1": 1495574.535,
    "NB": 8364.075,
    "p2(NB)": 7.472,
    "wal": 8196.721,
    "locks": 363.876,
    "p2(locks)": 8.37,
    "pred": 211.451,
    "p2(pred)": 8.884,
    "backends": 6774.698,
    "prepared": 5832.724,
    "activity": 1.007,
    "workers": 271.018,
    "senders": -2159.699,
    "slots": 2315.468,
    "NB/512 in 16..1024": 33641.78,
}
_STATIC_18 = {
    "1": 1454631.893,
    "NB": 8364.006,
    "p2(NB)": 7.826,
    "wal": 8193.67,
    "locks": 346.737,
    "p2(locks)": 8.873,
    "pred": 211.481,
    "p2(pred)": 8.74,
    "backends": 7396.419,
    "prepared": 5870.13,
    "activity": 0.996,
    "workers": 1246.708,
    "senders": -369.199,
    "slots": 792.95,
    "origins": 761.356,
    "NB/512 in 16..1024": 33568.964,
    "aio": 144.204,
    "aio × combine": 23.872,
    "fast-path locks": 285.484,
}

_14 = Constants(
    static=_STATIC_14,
    static_margin=0.002,
    server=6.5 * MB,
    io_worker=0,
    statistics=0,
    session=2.3 * MB,
    prepared_statement=48 * KB,
    relation=17.4 * KB,
    tls=250 * KB,
    parallel_worker=1.4 * MB,
    autovacuum_worker=2.4 * MB,
    logical_worker=2.4 * MB,
    parallel_apply=0,
    jit=25.7 * MB,
    sort=1.5,  # rows of 1 kB: 1.28 at 64 MB, 1.34 and once 1.55 at 4 MB, where `node` makes up the difference
    hash=2.05,  # Memoize at work_mem 64MB, hash_mem_multiplier 1: 130 MB
    parallel_hash=1.35,
    node=0.35 * MB,  # small work_mem: a sort of 1 kB rows took 1.64 MB at 1 MB, a hash aggregate 0.5 MB at 256 kB
    hash_batch=16 * KB,
    temp_buffers=1.08,  # 1.071 with 1 MB on 15, 1.02 with 32 MB and more
    maintenance=1.55,  # a GIN index over arrays at 24 MB: 1.53 on 13 to 15, 1.5 on 17
    vacuum=1.05,
    vacuum_in_shm=True,
)
_13 = _14._replace(static=_STATIC_13)
_15 = _14._replace(
    static=_STATIC_15,
    server=6.0 * MB,
    statistics=4 * MB,
    session=2.35 * MB,
    hash=1.8,  # Memoize 1.76; a hash aggregate over integers 1.64; a mis-estimated hash join 1.6
    parallel_hash=1.25,
)
_16 = _15._replace(static=_STATIC_16, parallel_apply=16.1 * MB)
_17 = _16._replace(static=_STATIC_17, static_margin=0.006, vacuum_in_shm=False)
_18 = _17._replace(
    static=_STATIC_18,
    static_margin=0.003,
    server=6.65 * MB,  # 8.0 with the three I/O workers that are the default
    io_worker=0.45 * MB,
    session=2.5 * MB,
)

CONSTANTS: Mapping[int, Constants] = {
    13: _13,
    14: _14,
    15: _15,
    16: _16,
    17: _17,
    18: _18,
    19: _18._replace(static_margin=0.03),
}

RESERVE_SHARE = 0.05
"""Of the limit, left to the kernel and the page cache. Below 8 MB the server thrashes, below 5 MB it is killed."""
RESERVE = 16 * MB
RESERVE_SMALL_SHARE, RESERVE_LEAST = 0.125, 8 * MB
"""Of limits below 128 MB, where 16 MB would be too dear; but never less than what keeps a server from thrashing."""


def least_reserve(limit: float) -> float:
    """Bytes of the limit that the plan leaves to the kernel and the page cache."""
    return max(RESERVE_SHARE * limit, min(RESERVE, max(RESERVE_LEAST, RESERVE_SMALL_SHARE * limit)))
