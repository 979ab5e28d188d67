"""fsync-off."""

import pytest

from linting import found, service
from pgfit.checks.finding import ERROR, WARNING

ID = "fsync-off"


@pytest.mark.parametrize(
    "command", ["-c fsync=off", "postgres -F", "--fsync=0", "-c fsync=on -c fsync=false", "-c fsync=${F:-off}"]
)
def test_told(command: str) -> None:
    (one,) = found(service(f"command: {command}"), ID)
    assert one.message == "fsync=off: a crash of the machine leaves a database that cannot be repaired"
    assert (one.severity, one.line_column) == (ERROR, (4, 14))


def test_of_a_version_that_nobody_looked_at() -> None:
    assert len(found(service("command: -c fsync=off", "postgres:11"), ID)) == 1


@pytest.mark.parametrize(
    ("command", "image"),
    [
        pytest.param("-c fsync=on", "postgres:18", id="on"),
        pytest.param("-c fsync=off -c fsync=on", "postgres:18", id="the last wins"),
        pytest.param("-c fsync=${FSYNC}", "postgres:18", id="unknown"),
        pytest.param("-c synchronous_commit=off", "postgres:18", id="another setting"),
        pytest.param("postgres -c fsync=off", "bitnami/postgresql:16", id="never read"),
        pytest.param("postgres -c fsync=off", "example/image:1", id="an image that nobody knows"),
    ],
)
def test_silent(command: str, image: str) -> None:
    assert found(service(f"command: {command}", image), ID) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(service("command: -c fsync=off\ntmpfs: /var/lib/postgresql"), id="data in memory"),
        pytest.param("services:\n  test-db:\n    image: postgres:18\n    command: -c fsync=off\n", id="a name"),
    ],
)
def test_for_tests_it_only_warns(text: str) -> None:
    assert [one.severity for one in found(text, ID)] == [WARNING]
