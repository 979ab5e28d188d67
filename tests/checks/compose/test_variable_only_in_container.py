"""Variables that compose is to replace, and only the container has."""

from pathlib import Path

import pytest

from linting import found, service
from pgfit.checks.finding import Finding
from pgfit.checks.lint import lint
from pgfit.inputs.compose.project import load
from pgfit.yamltree import Source

ID = "variable-only-in-container"


@pytest.mark.parametrize(
    "lines",
    [
        "command: -c shared_buffers=$SB",
        "command: [-c, 'shared_buffers=${SB}']",
        "mem_limit: $SB",
        "deploy: {resources: {limits: {memory: $SB}}}",
        "shm_size: ${SB}",
    ],
)
def test_told(lines: str) -> None:
    told = found(service(f"{lines}\nenvironment: {{SB: 1GB}}"), ID)
    assert [one.message for one in told] == ["compose puts nothing in place of SB: only the container knows it"]


@pytest.mark.parametrize(
    "lines",
    [
        "command: -c shared_buffers=$SB",
        "command: -c shared_buffers=${SB:-1GB}\nenvironment: {SB: 1GB}",
        "command: -c shared_buffers=$$SB\nenvironment: {SB: 1GB}",
        "command: -c shared_buffers=$SB\nenvironment: {SB: $SB}",
        "command: -c shared_buffers=$SB\nenvironment: [SB]",
        "command: -c shared_buffers=$SB\nenv_file: missing.env",
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []


def test_silent_where_compose_knows_it_too() -> None:
    assert found(service("command: -c shared_buffers=$SB\nenvironment: {SB: 1GB}"), ID, {"SB": "1GB"}) == []


def with_file(directory: Path, env_file: str) -> list[Finding]:
    (directory / "db.env").write_text("SB=1GB\n", encoding="utf-8")
    text = service(f"command: -c shared_buffers=$SB\nenv_file: {env_file}")
    return list(lint(load([Source("compose.yaml", text)], {}, directory), frozenset({ID})))


@pytest.mark.parametrize("env_file", ["db.env", "[db.env]", "[{path: db.env, required: false}]"])
def test_told_of_an_env_file(tmp_path: Path, env_file: str) -> None:
    assert len(with_file(tmp_path, env_file)) == 1


@pytest.mark.parametrize("env_file", ["other.env", "$FILE"])
def test_silent_of_one_that_is_not_here(tmp_path: Path, env_file: str) -> None:
    assert with_file(tmp_path, env_file) == []
