"""A plan for a server whose major version is not known: settings that every major has, at values that fit in each."""

from types import MappingProxyType

from ..catalog import MAJORS, catalog
from ..catalog.values import default_of
from ..errors import DoesNotFit
from ..model import Facts, Plan, Profile
from ..units import Bytes
from . import RULES, plan

__all__ = ["plan_for_any"]

OLDEST = MAJORS[0]
STEPS = 17
STEP = 0.01
"""Of the limit: how much more is kept free until the same settings fit in every major. They differ by some percent, in
64 MB by 15: 19 may start eight I/O workers by itself."""


def plan_for_any(facts: Facts, profile: Profile) -> Plan:
    """The plan for the oldest major, with only what all others know too, proven in each. Raises DoesNotFit."""
    for step in range(STEPS):
        spare = Bytes(facts.reserve + int(step * STEP * facts.memory.value))
        made = plan(facts._replace(postgres=OLDEST, reserve=spare), profile)
        made = made._replace(settings=tuple(one for one in made.settings if _known_to_all(one.setting.name)))
        if facts.allow_overcommit or all(_fits(made, facts, major) for major in MAJORS):
            return made
    raise DoesNotFit("no settings fit in every version of PostgreSQL", hint="say which it is: --postgres 18")


def _known_to_all(name: str) -> bool:
    return all(name in catalog(major) or "." in name for major in MAJORS)


def _fits(made: Plan, facts: Facts, major: int) -> bool:
    known = catalog(major)
    newer = (name for name in RULES if name in known and known[name].default and not _known_to_all(name))
    left = {name: default_of(known[name]) for name in newer}  # runs at its default: nothing that is printed sets it
    fixed = {one.setting.name: one.value for one in made.settings if "." not in one.setting.name}
    there = facts._replace(postgres=major, fixed=MappingProxyType({**left, **facts.fixed, **fixed}), allow_overcommit=True)
    return not plan(there, made.profile).budget.overcommit
