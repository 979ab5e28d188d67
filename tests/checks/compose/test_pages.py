"""The page of every check: its examples do what they say."""

from types import ModuleType

import pytest

from linting import found
from pgfit.checks.compose import CHECKS
from pgfit.checks.finding import SEVERITIES
from pgfit.checks.pages import page_of


@pytest.mark.parametrize("module", CHECKS, ids=lambda one: one.ID)
def test_the_failing_example_fails(module: ModuleType) -> None:
    assert [one.check for one in found(page_of(module).fails, module.ID)] == [module.ID]


@pytest.mark.parametrize("module", CHECKS, ids=lambda one: one.ID)
def test_the_passing_example_passes(module: ModuleType) -> None:
    assert found(page_of(module).passes, module.ID) == []


@pytest.mark.parametrize("module", CHECKS, ids=lambda one: one.ID)
def test_id_is_the_name_of_the_module(module: ModuleType) -> None:
    assert module.__name__.rpartition(".")[2].replace("_", "-") == module.ID
    assert module.SEVERITY in SEVERITIES
    assert module.LINK.startswith("https://")
    assert page_of(module).why


@pytest.mark.parametrize("module", CHECKS, ids=lambda one: one.ID)
def test_silent_on_what_is_unknown(module: ModuleType) -> None:
    """Nothing but variables that are not set: no check may guess."""
    text = "services:\n  db:\n    image: postgres:${TAG}\n    mem_limit: ${MEM}\n    cpus: ${CPUS}\n    shm_size: ${SHM}\n"
    assert all("${" not in one.message for one in found(text, module.ID))
