"""Findings in SARIF 2.1.0, as code scanning services take them."""

from collections.abc import Iterable
from typing import Any

from .. import __version__
from .compose import by_id
from .finding import Finding
from .pages import page_of

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
    text = f"{one.service}: {one.message}. Cure: {one.cure}"
    place = {"artifactLocation": {"uri": one.source.path}, "region": {"startLine": line, "startColumn": column}}
    return {
        "ruleId": one.check,
        "ruleIndex": rules.index(one.check),
        "level": LEVELS[one.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    }
