"""What several formats say alike: the settings by chapter, the warnings that must come first, the next step."""

from collections.abc import Iterator

from ..model import Facts, Known, Plan, Recommendation
from ..tune import CHAPTERS
from ..units import human, print_cpus

__all__ = ["chapters", "limits", "warnings"]

LOUD = ("OVERCOMMITTED", "NOT BOOTED", "NOT DURABLE")
"""How a note begins that must not be overlooked."""


def chapters(plan: Plan) -> Iterator[tuple[str, list[Recommendation]]]:
    """The plan's settings under the chapters of the rules; what has no rule comes last."""
    known = {rule.__name__: chapter for chapter, rules in CHAPTERS.items() for rule in rules}
    for chapter in [*CHAPTERS, "Other"]:
        settings = [one for one in plan.settings if known.get(one.setting.name, "Other") == chapter]
        if settings:
            yield chapter, settings


def limits(facts: Facts) -> str:
    """`256 MB, 0.3 CPU`."""
    cpus = f"{print_cpus(facts.cpus.value)} CPU" if isinstance(facts.cpus, Known) else "CPU unknown"
    return f"{human(facts.memory.value)}, {cpus}"


def warnings(plan: Plan) -> list[str]:
    return [note for note in plan.notes if note.startswith(LOUD)]
