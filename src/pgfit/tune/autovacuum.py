"""Autovacuum: how many workers, and how soon they come."""

from ..model import Skip, Use
from .rule import Case, Rule

__all__ = ["RULES"]


def autovacuum_max_workers(case: Case) -> Use:
    """How many tables are vacuumed at once.

    The workers share one budget of I/O, so more of them do not clean faster, but each may take autovacuum_work_mem
    or hold the sample of ANALYZE.
    """
    return Use(case.shares.autovacuum_max_workers, f"for {case.the_cpus}; each counts in the budget")


def autovacuum_worker_slots(case: Case) -> Use:
    """How far autovacuum_max_workers can be raised without a restart (18 and later)."""
    return Use(case.shares.autovacuum_worker_slots, "room to raise autovacuum_max_workers without a restart")


def autovacuum_naptime(case: Case) -> Use | Skip:
    """How long the launcher sleeps between two looks at a database."""
    if case.profile.autovacuum_naptime == 60_000:
        return Skip("its default of a minute suits the profile")
    return Use(case.profile.autovacuum_naptime, f"how closely vacuum follows in the {case.profile.name} profile")


def autovacuum_vacuum_scale_factor(case: Case) -> Use:
    """The share of a table that must be dead before it is vacuumed.

    Smaller means more, shorter vacuums; with little memory a short one stays within a single pass over the indexes.
    """
    value = case.profile.autovacuum_vacuum_scale_factor
    return Use(value, f"vacuum at {value:.0%} dead rows: earlier and shorter than at the default 20%")


def autovacuum_analyze_scale_factor(case: Case) -> Use:
    """The share of a table that must have changed before its statistics are taken anew."""
    value = case.profile.autovacuum_analyze_scale_factor
    return Use(value, f"fresh statistics after {value:.0%} of changes; the default is 10%")


RULES: tuple[Rule, ...] = (
    autovacuum_max_workers,
    autovacuum_worker_slots,
    autovacuum_naptime,
    autovacuum_vacuum_scale_factor,
    autovacuum_analyze_scale_factor,
)
