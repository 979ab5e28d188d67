"""What a rule is.

A rule is a function named after the setting it decides. It sees a `Case` and answers `Use(value, why)` or `Skip(why)`;
its docstring is the setting's page in the manual and in `pgfit explain`. Rules never see each other: what they share
was decided in budget.py. A rule that is asked for a major which lacks its setting is not asked at all.
"""

from collections.abc import Callable
from typing import NamedTuple

from ..model import Facts, Known, Profile, Skip, Use
from ..units import Bytes, Cpus, human, print_cpus
from .budget import Shares

__all__ = ["Case", "Rule"]


class Case(NamedTuple):
    """Everything a rule may look at."""

    facts: Facts
    profile: Profile
    shares: Shares

    @property
    def major(self) -> int:
        return self.facts.postgres

    @property
    def limit(self) -> Bytes:
        return self.facts.memory.value

    @property
    def cpus(self) -> Cpus:
        return self.shares.cpus

    @property
    def the_cpus(self) -> str:
        """`0.3 CPU`, `1 CPU (assumed)`, for sentences."""
        return f"{print_cpus(self.cpus)} CPU" + ("" if isinstance(self.facts.cpus, Known) else " (assumed)")

    def share(self, size: float) -> str:
        """`12% of 256 MB`, for sentences."""
        return f"{100 * size / self.limit:.3g}% of {human(self.limit)}"


Rule = Callable[[Case], Use | Skip]
