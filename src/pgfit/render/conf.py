"""A postgresql.conf snippet: each value with its reason as a comment.

It holds only what pgfit decides: include it, or append it. It does not set listen_addresses, so as a whole
config_file of its own it would make a container unreachable.
"""

import re
from collections.abc import Iterator
from textwrap import wrap

from ..catalog.values import print_value
from ..model import Plan, Recommendation
from ..units import human, print_cpus
from . import summary

__all__ = ["as_conf"]

WIDTH = 98
_PLAIN = re.compile(r"-?[0-9]+[A-Za-z]*|-?[0-9]+\.[0-9]+|[a-z_]+")
"""What PostgreSQL's scanner takes without quotes; it takes neither 1.5GB nor 127.0.0.1."""


def as_conf(plan: Plan) -> str:
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    for warning in summary.warnings(plan):
        yield from _comment(warning)
        yield "#"
    yield from _comment(
        f"Made by pgfit for PostgreSQL {plan.facts.postgres} in {human(plan.budget.limit)}"
        + (f" and {print_cpus(plan.container.cpus)} CPU" if plan.container.cpus else "")
        + f", profile {plan.profile.name}. Worst case {human(plan.budget.worst_case)}: {plan.budget.promise}."
    )
    yield from _comment("Include it from postgresql.conf, or append it. Flags on the command line win over it.")
    for chapter, settings in summary.chapters(plan):
        yield ""
        yield f"# {chapter}"
        for one in settings:
            yield ""
            yield from _comment(_reason(one))
            yield f"{one.setting.name} = {_quoted(print_value(one.value))}"


def _reason(one: Recommendation) -> str:
    return one.why + (" (needs a restart)" if one.setting.restart else "")


def _comment(text: str) -> Iterator[str]:
    yield from wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def _quoted(text: str) -> str:
    """As postgresql.conf wants it: words and numbers plain, everything else in single quotes."""
    if _PLAIN.fullmatch(text):
        return text
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
