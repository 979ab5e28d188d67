"""One line of -c flags, safe to paste in a shell after `postgres`."""

from shlex import quote

from ..catalog.values import print_value
from ..model import Plan

__all__ = ["arguments", "as_flags", "quoted"]


def arguments(plan: Plan) -> list[str]:
    """What follows `postgres`: -c, name=value, -c, … without any quoting."""
    return [word for one in plan.settings for word in ("-c", f"{one.setting.name}={print_value(one.value)}")]


def quoted(plan: Plan) -> list[str]:
    """Settings whose values need quotes, which a shell does not look for in what $(…) gives."""
    return [word.partition("=")[0] for word in arguments(plan) if quote(word) != word]


def as_flags(plan: Plan) -> str:
    return " ".join(quote(word) for word in arguments(plan)) + "\n"
