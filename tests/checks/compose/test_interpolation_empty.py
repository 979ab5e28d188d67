"""Settings that get nothing from their variable."""

from pathlib import Path

import pytest

from linting import found, service
from pgfit.checks.lint import lint
from pgfit.inputs.compose.project import load
from pgfit.yamltree import Source

ID = "interpolation-empty"


@pytest.mark.parametrize("command", ["-c shared_buffers=${SB:-}", "[-c, 'work_mem=${WORK-}']", "--jit=${JIT:-}", "-N ${N:-}"])
def test_told(command: str) -> None:
    assert [one.severity for one in found(service(f"command: {command}"), ID)] == ["error"]


def test_told_where_it_is_set_to_nothing() -> None:
    told = found(service("command: -c shared_buffers=$SB"), ID, {"SB": ""})
    assert [one.message for one in told] == ["shared_buffers is given no value: SB is empty"]


@pytest.mark.parametrize(
    "command",
    [
        "-c shared_buffers=${SB}",
        "-c shared_buffers=${SB:-1GB}",
        "-c shared_buffers=${SB:?say it}",
        "-c archive_command=${ARCHIVE:-}",
        "-c mine.size=${SB:-}",
        "-c shared_buffers=",
    ],
)
def test_silent(command: str) -> None:
    assert found(service(f"command: {command}"), ID) == []


def test_told_where_env_lacks_it(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OTHER=1\n", encoding="utf-8")
    project = load([Source("compose.yaml", service("command: -c shared_buffers=${SB}"))], {"OTHER": "1"}, tmp_path)
    assert [one.message for one in lint(project, frozenset({ID}))] == ["shared_buffers is given no value: SB is not set"]
