"""All checks, those of files and those of live servers, by their ids; and which of them to run."""

from collections.abc import Iterable, Mapping
from types import ModuleType

from ..errors import BadValue, nearest
from .finding import SEVERITIES, Finding

__all__ = ["LEVELS", "by_id", "chosen", "fails"]

LEVELS = (*SEVERITIES, "never")
"""From which severity on a run ends with 1."""


def by_id() -> dict[str, ModuleType]:
    from . import compose, live  # noqa: PLC0415  the checks of files are many, and an audit needs none of them

    return {**compose.by_id(), **live.by_id()}


def chosen(known: Mapping[str, ModuleType], select: Iterable[str] = (), ignore: Iterable[str] = ()) -> frozenset[str]:
    """The ids of the checks to run: those selected, or all, without those ignored; each may name several, `ID,ID`.

    Raises BadValue for an unknown id.
    """
    wanted, unwanted = (
        {name.strip() for names in some for name in names.split(",") if name.strip()} for some in (select, ignore)
    )
    for name in sorted(wanted | unwanted):
        if name not in known:
            guess = nearest(name, list(known))
            raise BadValue(f"there is no check {name!r}", hint=f"did you mean {guess}?" if guess else "pgfit explain lists them")
    return frozenset((wanted or known.keys()) - unwanted)


def fails(findings: Iterable[Finding], level: str) -> bool:
    """Whether any finding is as grave as `level`, one of LEVELS."""
    graver = SEVERITIES[: SEVERITIES.index(level) + 1] if level in SEVERITIES else ()
    return any(one.severity in graver for one in findings)
