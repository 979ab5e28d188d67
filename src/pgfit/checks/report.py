"""Findings as text, as JSON, and as GitHub's annotations."""

from collections.abc import Iterable, Iterator
from typing import Any

from .finding import SEVERITIES, Finding

__all__ = ["as_document", "as_github", "as_text", "counted"]


def as_text(findings: Iterable[Finding]) -> Iterator[str]:
    """`compose.yaml:7:5: error: db has no memory limit [no-memory-limit]`, and below it the cure."""
    for one in findings:
        yield f"{one.place}: {one.severity}: {one.message} [{one.check}]"
        if one.arithmetic:
            yield f"    because: {one.arithmetic}"
        first, *more = one.cure.split("\n")
        yield f"    cure: {first}" + ("   (--fix does it)" if one.fix else "")
        yield from (f"          {line}" for line in more)


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
    line, column = one.line_column
    return {
        "check": one.check,
        "severity": one.severity,
        "service": one.service,
        "file": one.source.path,
        "line": line,
        "column": column,
        "message": one.message,
        "arithmetic": one.arithmetic,
        "cure": one.cure,
        "fixable": bool(one.fix),
    }


def as_github(findings: Iterable[Finding]) -> Iterator[str]:
    """Workflow commands, one line each."""
    kinds = {"error": "error", "warning": "warning", "info": "notice"}
    for one in findings:
        line, column = one.line_column
        where = f"file={escaped(one.source.path, more=True)},line={line},col={column},title=pgfit {one.check}"
        yield f"::{kinds[one.severity]} {where}::{escaped(one.message)}%0A{escaped(one.cure)}"


def escaped(text: str, *, more: bool = False) -> str:
    """As GitHub reads them back; in a property a colon and a comma end the value."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if more else text
