"""Findings as text, as JSON, and as GitHub's annotations."""

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Any

from .finding import CERTAIN, SEVERITIES, Finding
from .registry import by_id

__all__ = ["as_document", "as_github", "as_text", "counted"]


def as_text(findings: Iterable[Finding], *, width: int = 0) -> Iterator[str]:
    """`compose.yaml:7:5: error: db has no memory limit [no-memory-limit]`, and below it the cure.

    With a width, longer lines are broken between words.
    """
    for line in _lines(findings):
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        yield from (
            wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) if width else [line]
        )


def _lines(findings: Iterable[Finding]) -> Iterator[str]:
    for one in findings:
        sure = "" if one.confidence == CERTAIN else f", {one.confidence}"
        yield f"{one.place}: {one.severity}: {one.message} [{one.check}{sure}]"
        if one.arithmetic:
            yield f"    because: {one.arithmetic}"
        first, *more = one.cure.split("\n")
        lines = [f"    cure: {first}" + ("   (--fix does it)" if one.fix else ""), *(f"          {line}" for line in more)]
        yield from lines[:-1]
        yield lines[-1] + (f"   (takes {one.takes})" if one.takes else "")


def counted(findings: Iterable[Finding]) -> str:
    """`2 errors, 1 warning`."""
    severities = [one.severity for one in findings]
    parts = [(severities.count(one), one) for one in SEVERITIES]
    return (
        ", ".join(f"{count} {name}{'s' if count != 1 and name != 'info' else ''}" for count, name in parts if count)
        or "no findings"
    )


def as_document(findings: Iterable[Finding], files: Iterable[str]) -> dict[str, Any]:
    return {"files": list(files), "findings": [_finding(one) for one in findings]}


def _finding(one: Finding) -> dict[str, Any]:
    if one.source is None:
        return _of_a_server(one)
    line, column = one.line_column
    return {
        "check": one.check,
        "severity": one.severity,
        "service": one.subject,
        "file": one.source.path,
        "line": line,
        "column": column,
        "message": one.message,
        "arithmetic": one.arithmetic,
        "cure": one.cure,
        "fixable": bool(one.fix),
    }


def _of_a_server(one: Finding) -> dict[str, Any]:
    """`sql` holds what the cure says itself: where a flag, a role's setting or a provider wins, ALTER SYSTEM changes nothing."""
    cure = one.cure.split("\n")
    return {
        "check": one.check,
        "severity": one.severity,
        "server": one.subject,
        "where": one.where,
        "message": one.message,
        "arithmetic": one.arithmetic,
        "evidence": dict(one.evidence),
        "confidence": one.confidence,
        "cure": one.cure,
        "takes": one.takes,
        "flags": [f"-c {name}={value}" for name, value in one.settings.items()],
        "sql": [sql for name, value in one.settings.items() if (sql := f"ALTER SYSTEM SET {name} = '{value}';") in cure],
        "link": by_id()[one.check].LINK,
    }


def as_github(findings: Iterable[Finding]) -> Iterator[str]:
    """Workflow commands, one line each."""
    kinds = {"error": "error", "warning": "warning", "info": "notice"}
    for one in findings:
        line, column = one.line_column
        at = f"file={escaped(one.source.path, more=True)},line={line},col={column}," if one.source else ""
        where = f"{at}title=pgfit {one.check}"
        yield f"::{kinds[one.severity]} {where}::{escaped(one.message)}%0A{escaped(one.cure)}"


def escaped(text: str, *, more: bool = False) -> str:
    """As GitHub reads them back; in a property a colon and a comma end the value."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if more else text
