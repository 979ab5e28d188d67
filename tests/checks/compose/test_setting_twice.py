"""setting-twice."""

import pytest

from linting import found, service
from pgfit.checks.finding import INFO, WARNING

ID = "setting-twice"


@pytest.mark.parametrize(
    ("command", "severity", "message"),
    [
        ("-c work_mem=8MB -c work_mem=4MB", WARNING, "work_mem is set 2 times; the last one wins: work_mem=4MB"),
        ("-c work_mem=8MB --work-mem=8MB", INFO, "work_mem is set 2 times; the last one wins: work_mem=8MB"),
        ("-N 50 -c max_connections=60 -N 70", WARNING, "max_connections is set 3 times; the last one wins: max_connections=70"),
    ],
)
def test_told(command: str, severity: str, message: str) -> None:
    assert [(one.severity, one.message) for one in found(service(f"command: {command}"), ID)] == [(severity, message)]


def test_told_where_the_one_without_effect_stands() -> None:
    text = service("command:\n  - --work-mem=1MB\n  - --jit=off\n  - --work-mem=2MB")
    assert [one.line_column for one in found(text, ID)] == [(5, 9)]


@pytest.mark.parametrize("command", ["-c work_mem=8MB -c jit=off", "-c work_mem=8MB -c work_mem=${MEM}"])
def test_silent(command: str) -> None:
    assert found(service(f"command: {command}"), ID) == []


def test_the_value_of_a_variable_is_not_told() -> None:
    (one,) = found(service("command: -c work_mem=8MB -c work_mem=${MEM}"), ID, {"MEM": "777MB"})
    assert one.message == "work_mem is set 2 times; the last one wins: work_mem (from MEM)"
