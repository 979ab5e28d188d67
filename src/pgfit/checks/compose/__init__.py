"""The checks of a compose file, one module per problem, listed in the order in which they are told."""

from types import ModuleType

from . import no_memory_limit, worst_case_above_limit

__all__ = ["CHECKS", "by_id"]

CHECKS: tuple[ModuleType, ...] = (
    # limits
    no_memory_limit,
    worst_case_above_limit,
)


def by_id() -> dict[str, ModuleType]:
    return {one.ID: one for one in CHECKS}
