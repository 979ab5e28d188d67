"""The page of every check of a live server: its examples do what they say, and what it cannot see it does not judge."""

from types import ModuleType

import pytest
import yaml

from pgfit.checks.compose import by_id as by_id_of_files
from pgfit.checks.finding import CONFIDENCES, SEVERITIES
from pgfit.checks.live import CHECKS
from pgfit.checks.live import by_id as live_by_id
from pgfit.checks.pages import page_of
from pgfit.checks.registry import by_id
from sketching import QUIET, found

QUESTIONS = (*QUIET, "settings", "files")
OF_THE_UNKNOWN = frozenset({"memory-limit-unknown", "settings-hidden", "container-hidden"})
"""Checks whose very subject is what cannot be seen."""
OF_THE_VERSION = frozenset({"major-out-of-support", "major-not-known-yet", "another-major-than-the-file"})
"""The connection itself tells it, before any question."""


def test_no_check_of_a_file_has_the_same_id() -> None:
    assert not by_id_of_files().keys() & live_by_id().keys()
    assert len(live_by_id()) == len(CHECKS)


@pytest.mark.parametrize("module", CHECKS, ids=lambda one: one.ID)
def test_the_failing_example_fails(module: ModuleType) -> None:
    findings = found(page_of(module).fails, module.ID)
    assert findings
    assert {one.check for one in findings} == {module.ID}
    for one in findings:
        assert one.severity in SEVERITIES
        assert one.confidence in CONFIDENCES
        assert one.cure
        assert one.where
        assert one.evidence
        assert (
            one.message[0].islower()
            or one.message[0].isdigit()
            or one.message.startswith(("/", "WAL", "CPU", "I/O", "JIT", "PostgreSQL"))
        )
        assert not one.message.endswith(".")


@pytest.mark.parametrize("module", CHECKS, ids=lambda one: one.ID)
def test_the_passing_example_passes(module: ModuleType) -> None:
    assert found(page_of(module).passes, module.ID) == []


@pytest.mark.parametrize("module", CHECKS, ids=lambda one: one.ID)
def test_id_is_the_name_of_the_module(module: ModuleType) -> None:
    assert module.__name__.rpartition(".")[2].replace("_", "-") == module.ID
    assert module.SEVERITY in SEVERITIES
    assert module.LINK.startswith("https://")
    assert page_of(module).why
    assert by_id()[module.ID] is module


@pytest.mark.parametrize(
    "module", [one for one in CHECKS if one.ID not in OF_THE_UNKNOWN | OF_THE_VERSION], ids=lambda one: one.ID
)
def test_silent_where_nothing_is_answered(module: ModuleType) -> None:
    sketch = yaml.safe_load(page_of(module).fails)
    sketch.pop("pooled", None)
    sketch.pop("told", None)
    assert found(yaml.safe_dump({**sketch, "denied": list(QUESTIONS)}), module.ID) == []


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("module", CHECKS, ids=lambda one: one.ID)
def test_no_single_denial_breaks_it(module: ModuleType, question: str) -> None:
    sketch = yaml.safe_load(page_of(module).fails)
    found(yaml.safe_dump({**sketch, "denied": [question]}), module.ID)


@pytest.mark.parametrize("major", [13, 15, 17, 19])
@pytest.mark.parametrize("module", CHECKS, ids=lambda one: one.ID)
def test_no_major_breaks_it(module: ModuleType, major: int) -> None:
    sketch = yaml.safe_load(page_of(module).fails)
    settings = {name: value for name, value in sketch.get("settings", {}).items() if name in _known(major) or "." in name}
    found(yaml.safe_dump({**sketch, "settings": settings, "postgres": major}), module.ID)


def _known(major: int) -> frozenset[str]:
    from pgfit.catalog import catalog  # noqa: PLC0415  only here

    return frozenset(catalog(major))
