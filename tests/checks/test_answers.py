"""An audit in every format, over the servers of all pages: JSON by schema, metrics, SARIF and annotations by their grammar."""

import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest

from pgfit.audit.comparison import differences
from pgfit.audit.document import as_document
from pgfit.checks.audit import audit
from pgfit.checks.audited import Audited
from pgfit.checks.finding import Finding
from pgfit.checks.live import CHECKS, by_id
from pgfit.checks.pages import page_of
from pgfit.checks.prometheus import as_prometheus
from pgfit.checks.report import as_document as findings_document
from pgfit.checks.report import as_github, as_text
from pgfit.checks.sarif import as_sarif
from pgfit.model import Unknown
from sketching import sketched

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "audit.schema.json").read_text())
SAMPLE = re.compile(r'pgfit_[a-z_]+\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\} -?[0-9.e+]+')
EVERY = pytest.mark.parametrize("module", CHECKS, ids=lambda one: one.ID)


def audited(module: ModuleType) -> tuple[Audited, list[Finding]]:
    made = sketched(page_of(module).fails)
    return made, audit(made, frozenset(by_id()))


def document(made: Audited, findings: list[Finding]) -> dict[str, Any]:
    changed = [] if isinstance(made.plan, Unknown) else list(differences(made.server, made.plan, made.claims))
    whole = as_document(made.server, made.claims, made.plan, changed)
    return {**whole, "findings": findings_document(findings, ())["findings"]}


@EVERY
def test_json_keeps_its_schema(module: ModuleType) -> None:
    jsonschema.validate(json.loads(json.dumps(document(*audited(module)), allow_nan=False)), SCHEMA)


def test_the_schema_forbids_what_it_does_not_know() -> None:
    whole = document(*audited(CHECKS[0]))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**whole, "more": 1}, SCHEMA)


@EVERY
def test_every_metric_is_one_line_of_the_grammar_and_told_once(module: ModuleType) -> None:
    lines = list(as_prometheus(*audited(module)))
    samples = [line for line in lines if not line.startswith("#")]
    assert all(SAMPLE.fullmatch(line) for line in samples)
    assert len({line.rpartition(" ")[0] for line in samples}) == len(samples)
    helps = [line.split()[2] for line in lines if line.startswith("# HELP")]
    assert len(set(helps)) == len(helps)
    assert {line.partition("{")[0] for line in samples} == set(helps)


@EVERY
def test_annotations_and_sarif_hold_every_finding(module: ModuleType) -> None:
    _, findings = audited(module)
    lines = list(as_github(findings))
    assert len(lines) == len(findings)
    assert all(re.fullmatch(r"::(error|warning|notice) title=pgfit [a-z-]+::[^\n]+", line) for line in lines)
    (run,) = as_sarif(findings)["runs"]
    assert [one["ruleId"] for one in run["results"]] == [one.check for one in findings]
    assert all(run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])


@EVERY
def test_no_line_of_text_is_wider_than_asked(module: ModuleType) -> None:
    _, findings = audited(module)
    words = {word for line in as_text(findings) for word in line.split() if len(word) > 40}  # no blank to break at
    assert all(len(line) <= 80 or any(word in line for word in words) for line in as_text(findings, width=80))
