"""From facts and a profile to a plan. Pure: the same values in, the same plan out; nothing is read or written.

budget.py          who gets which share of the limit; read this first
demand.py          what is asked of it: bare and comfortable      refusal.py   when that does not fit
report.py          the budget in words
charges.py         the memory model: what everything may cost at its worst
measured.py        its constants, per major       shared_memory.py   its largest part, computed
rule.py            what a rule is
memory.py, connections.py, parallel.py, autovacuum.py, wal.py, planner.py, logs.py, libraries.py
                   one rule per setting, by chapter
container.py       /dev/shm, swap, stopping       notes.py           what the plan must say of its limits
extensions.py      what extensions need           conflicts.py       wishes that would keep a server from starting
"""

from types import MappingProxyType

from ..catalog import catalog, when
from ..catalog.values import clamp, print_value
from ..model import Facts, Plan, Profile, Recommendation, Use
from . import autovacuum, connections, extensions, libraries, logs, memory, parallel, planner, wal
from .budget import divide
from .conflicts import check
from .container import advise
from .extensions import Extension
from .notes import notes
from .rule import Case, Rule

__all__ = ["CHAPTERS", "RULES", "plan"]

CHAPTERS = MappingProxyType(
    {
        "Memory": memory.RULES,
        "Connections": connections.RULES,
        "Processes": parallel.RULES,
        "Autovacuum": autovacuum.RULES,
        "Write-ahead log": wal.RULES,
        "Planner and disk": planner.RULES,
        "Logging": logs.RULES,
        "Extensions": libraries.RULES,
    }
)
"""All rules, in the order in which settings are told."""

RULES: dict[str, Rule] = {rule.__name__: rule for rules in CHAPTERS.values() for rule in rules}


def plan(facts: Facts, profile: Profile) -> Plan:
    """The settings, the container advice and the proof for a container.

    Raises DoesNotFit, with the nearest wishes that fit; BadValue for an unknown major or extension, or wishes that
    would keep the server from starting.
    """
    known = catalog(facts.postgres)
    check(facts)
    shares = divide(facts, profile)
    case = Case(facts, profile, shares)
    settings: list[Recommendation] = []
    skipped: dict[str, str] = {}
    for name, rule in RULES.items():
        if name in facts.fixed:
            settings.append(Recommendation(known[name], facts.fixed[name], "fixed by you", fixed=True))
        elif name not in known:
            skipped[name] = when(name, facts.postgres)
        else:
            answer = rule(case)
            if isinstance(answer, Use):
                settings.append(_clamped(Recommendation(known[name], answer.value, answer.why)))
            else:
                skipped[name] = answer.why
    others = [name for name in facts.fixed if name not in RULES]
    settings += [Recommendation(known[name], facts.fixed[name], "fixed by you", fixed=True) for name in others]
    settings += _of_extensions(shares.extensions)
    reserved = shares.superuser_reserved_connections + shares.reserved_connections
    return Plan(
        facts=facts,
        profile=profile,
        settings=tuple(settings),
        container=advise(case),
        budget=shares.budget,
        skipped=skipped,
        notes=tuple(notes(case)),
        application_connections=shares.max_connections - reserved,
        reserved_connections=reserved,
    )


def _clamped(one: Recommendation) -> Recommendation:
    """Inside the range of this major; a value that had to move says so."""
    inside = clamp(one.setting, one.value)
    if inside == one.value:
        return one
    why = f"{one.why}; {print_value(one.value)} is outside PostgreSQL's range"
    return Recommendation(one.setting, inside, why)


def _of_extensions(wanted: tuple[Extension, ...]) -> list[Recommendation]:
    made = []
    for one in wanted:
        for setting, value in one.settings.items():
            row = extensions.setting(setting)
            made.append(Recommendation(row, value, f"keeps {one.name} within the workers that are counted"))
    return made
