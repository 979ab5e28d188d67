"""The static shared memory: what `postgres -C shared_memory_size` answers, computed without a server.

bytes = Σ coefficient × feature; the features are how PostgreSQL's own code sizes its structures, the coefficients
were fitted to nearly 400 real servers per major (measured.py). Nearly all of it gets touched sooner or later, and
none of it is ever given back, so the budget counts all of it.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ..units import KB

__all__ = ["Static", "at_most", "size"]

BLOCK = 8 * KB
AUXILIARY_PROCESSES = {13: 5, 14: 5, 15: 5, 16: 5, 17: 6}
AUXILIARY_PROCESSES_18 = 38
"""Postmaster children that are neither sessions nor workers: 18 counts its 32 possible I/O workers among them."""


class Static(NamedTuple):
    """The settings that the static shared memory depends on; sizes in bytes. Defaults are PostgreSQL's."""

    shared_buffers: float
    max_connections: float
    autovacuum_workers: float = 3
    """autovacuum_max_workers; from 18 on autovacuum_worker_slots."""
    max_worker_processes: float = 8
    max_wal_senders: float = 10
    max_replication_slots: float = 10
    max_prepared_transactions: float = 0
    max_locks_per_transaction: float = 64
    max_pred_locks_per_transaction: float = 64
    track_activity_query_size: float = 1024
    max_active_replication_origins: float = 10
    wal_buffers: float = -1
    """In bytes; -1 is 1/32 of shared_buffers, between 64 kB and 16 MB."""
    io_max_concurrency: float = -1
    io_max_combine_limit: float = 16
    """In blocks."""


def size(major: int, coefficients: Mapping[str, float], settings: Static) -> float:
    """Bytes of static shared memory, within 0.6% of the server's own answer (19: of 18's)."""
    return _sum(coefficients, _features(major, settings, _next_power_of_two, lambda x: x // 1))


def at_most(major: int, coefficients: Mapping[str, float], settings: Static) -> float:
    """As `size`, but without its steps: never below it, and growing evenly in every setting.

    Budgets are divided with this one: if a step of the real size could take memory away again, a larger limit
    might get a smaller work_mem.
    """
    return _sum(coefficients, _features(major, settings, lambda x: 2 * x, lambda x: x + 1))


def _sum(coefficients: Mapping[str, float], features: Mapping[str, float]) -> float:
    return sum(coefficient * features[name] for name, coefficient in coefficients.items())


def _next_power_of_two(number: float) -> float:
    return float(1 << max(0, int(number) - 1).bit_length())


def _clamp(number: float, least: float, most: float) -> float:
    return max(least, min(most, number))


def _features(major: int, s: Static, power_of_two: Callable[[float], float], whole: Callable[[float], float]) -> dict[str, float]:
    blocks = s.shared_buffers / BLOCK
    backends = s.max_connections + s.autovacuum_workers + 1 + s.max_worker_processes + s.max_wal_senders
    if major >= 18:
        backends += 2
    auxiliary = AUXILIARY_PROCESSES.get(major, AUXILIARY_PROCESSES_18)
    transactions = backends + s.max_prepared_transactions
    locks = s.max_locks_per_transaction * transactions
    predicate_locks = s.max_pred_locks_per_transaction * transactions
    wal = s.wal_buffers / BLOCK if s.wal_buffers >= 0 else _clamp(blocks / 32, 8, 2048)
    io_processes = backends + auxiliary
    concurrency = s.io_max_concurrency
    if concurrency < 0:
        concurrency = _clamp(whole(blocks / io_processes), 1, 64)
    aio = io_processes * concurrency
    return {
        "1": 1,
        "NB": blocks,
        "p2(NB)": power_of_two(blocks + 128),
        "wal": wal,
        "locks": locks,
        "p2(locks)": power_of_two(locks) + power_of_two(2 * locks),
        "pred": predicate_locks,
        "p2(pred)": power_of_two(predicate_locks) + power_of_two(2 * predicate_locks),
        "backends": backends,
        "prepared": s.max_prepared_transactions,
        "activity": io_processes * s.track_activity_query_size,
        "workers": s.max_worker_processes,
        "senders": s.max_wal_senders,
        "slots": s.max_replication_slots,
        "origins": s.max_active_replication_origins,
        "NB/512 in 4..128": _clamp(blocks / 512, 4, 128),
        "NB/1024 in 4..16": _clamp(blocks / 1024, 4, 16),
        "NB/512 in 16..1024": _clamp(16 * whole(blocks / 512 / 16), 16, 1024),
        "aio": aio,
        "aio × combine": aio * s.io_max_combine_limit,
        "fast-path locks": transactions * power_of_two(s.max_locks_per_transaction / 16),
    }
