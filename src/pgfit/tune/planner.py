"""Planner and disk: what a random read costs, how many may be in flight, how detailed statistics are."""

from ..model import Skip, Storage, Use
from ..units import human
from .rule import Case, Rule

__all__ = ["RULES"]


def _storage(case: Case) -> Storage:
    return case.profile.storage[case.facts.storage]


def random_page_cost(case: Case) -> Use:
    """What the planner thinks a random read costs, over a sequential one. The default of 4 is a spinning disk's."""
    return Use(_storage(case).random_page_cost, f"--storage {case.facts.storage}")


def effective_io_concurrency(case: Case) -> Use:
    """How many reads one bitmap scan (from 18 on, any scan) may have in flight."""
    return Use(_storage(case).effective_io_concurrency, f"reads in flight that --storage {case.facts.storage} serves well")


def maintenance_io_concurrency(case: Case) -> Use:
    """The same for VACUUM and recovery."""
    return Use(_storage(case).maintenance_io_concurrency, f"as effective_io_concurrency, for maintenance; {case.facts.storage}")


def default_statistics_target(case: Case) -> Use | Skip:
    """How detailed the statistics are that ANALYZE takes.

    ANALYZE holds 600 rows per point of it, whatever the memory settings say: at 100 and 1 kB rows that is 60 MB. In
    small containers it is lowered until the profile's average row fits.
    """
    target, wanted = case.shares.statistics_target, case.profile.default_statistics_target
    if target == 100:
        return Skip("its default of 100 suits the profile and the limit")
    if target < wanted:
        sample = human(600 * target * case.profile.analyze_row_bytes)
        return Use(target, f"ANALYZE then holds {sample} of {case.profile.analyze_row_bytes}-byte rows, whatever else is set")
    return Use(target, f"finer statistics for the {case.profile.name} profile")


def bgwriter_delay(case: Case) -> Skip:
    """How often the background writer wakes."""
    del case
    return Skip("its default: woken more often, it writes the same pages more often")


def bgwriter_lru_maxpages(case: Case) -> Skip:
    """How much the background writer writes in one round."""
    del case
    return Skip("its default: with 400 pages every 50 ms, 0.61 of the writes were left at 512 MB and 3000 writes a second")


RULES: tuple[Rule, ...] = (
    random_page_cost,
    effective_io_concurrency,
    maintenance_io_concurrency,
    default_statistics_target,
    bgwriter_delay,
    bgwriter_lru_maxpages,
)
