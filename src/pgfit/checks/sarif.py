"""Findings in SARIF 2.1.0, as code scanning services take them."""

from collections.abc import Iterable
from typing import Any

from .. import __version__
from .finding import Finding
from .pages import page_of
from .registry import by_id

__all__ = ["as_sarif"]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def as_sarif(findings: Iterable[Finding]) -> dict[str, Any]:
    found = list(findings)
    rules = sorted({one.check for one in found})
    driver = {"name": "pgfit", "version": __version__, "rules": [_rule(name) for name in rules]}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": [_result(one, rules) for one in found]}],
    }


def _rule(name: str) -> dict[str, Any]:
    module = by_id()[name]
    page = page_of(module)
    return {
        "id": name,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": "\n\n".join(page.why)},
        "helpUri": module.LINK,
        "defaultConfiguration": {"level": LEVELS[module.SEVERITY]},
    }


def _result(one: Finding, rules: list[str]) -> dict[str, Any]:
    line, column = one.line_column
    text = f"{one.subject}: {one.message}. Cure: {one.cure}"
    location: dict[str, Any]
    if one.source is not None:
        region = {"startLine": line, "startColumn": column}
        location = {"physicalLocation": {"artifactLocation": {"uri": one.source.path}, "region": region}}
    else:  # a live server has no file; a service that shows findings wants some place all the same
        location = {"logicalLocations": [{"fullyQualifiedName": f"{one.subject}/{one.where}", "kind": "resource"}]}
    return {
        "ruleId": one.check,
        "ruleIndex": rules.index(one.check),
        "level": LEVELS[one.severity],
        "message": {"text": text},
        "locations": [location],
    }
