"""One line of -c flags, safe to paste in a shell after `postgres`."""

from shlex import quote

from ..catalog.values import print_value
from ..model import Plan

__all__ = ["arguments", "as_flags"]


def arguments(plan: Plan) -> list[str]:
    """What follows `postgres`: -c, name=value, -c, … without any quoting."""
    return [word for one in plan.settings for word in ("-c", f"{one.setting.name}={print_value(one.value)}")]


def as_flags(plan: Plan) -> str:
    return " ".join(quote(word) for word in arguments(plan)) + "\n"
