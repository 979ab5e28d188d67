"""The logging that shows whether the tuning works."""

from ..model import Use
from ..units import Duration
from .rule import Case, Rule

__all__ = ["RULES"]


def log_temp_files(case: Case) -> Use:
    """Logs every temporary file of this size or more: each is a sort or hash that work_mem was too small for."""
    return Use(case.shares.work_mem, "shows the queries that outgrow work_mem")


def log_checkpoints(case: Case) -> Use:
    """Logs every checkpoint; many that start with `wal` instead of `time` mean that max_wal_size is too small."""
    del case
    return Use(True, "shows whether max_wal_size is large enough")


def log_lock_waits(case: Case) -> Use:
    """Logs a session that waits for a lock longer than deadlock_timeout."""
    del case
    return Use(True, "shows whether sessions wait for each other rather than for memory or disk")


def log_autovacuum_min_duration(case: Case) -> Use:
    """Logs every vacuum by autovacuum that took at least this long (up to 18, every analyze too)."""
    del case
    return Use(Duration(60_000), "shows tables whose vacuum takes a minute or more")


RULES: tuple[Rule, ...] = (log_temp_files, log_checkpoints, log_lock_waits, log_autovacuum_min_duration)
