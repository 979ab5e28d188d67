"""Health checks that do not ask the server."""

import pytest

from linting import found, service

ID = "healthcheck-asks-nothing"


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("exit 0", "exit"),
        ("[CMD-SHELL, exit 0]", "exit"),
        ("[CMD, echo, ok]", "echo"),
        ("[CMD, /bin/true]", "true"),
        ("curl -f http://localhost:5432", "curl"),
        ("nc -z localhost 5432 || exit 1", "nc, exit"),
        ("ps aux | grep postgres", "ps, grep"),
        ("sh -c 'echo ok'", "echo"),
        ("[CMD, sh, -c, echo ok]", "echo"),
    ],
)
def test_told(test: str, said: str) -> None:
    message = f"the health check runs {said}, which does not ask the server"
    assert [one.message for one in found(service(f"healthcheck: {{test: {test}}}"), ID)] == [message]


def test_told_of_a_list_that_docker_does_not_run() -> None:
    text = service("healthcheck: {test: [pg_isready, -U, postgres]}")
    assert [one.message for one in found(text, ID)] == ["Docker runs no health check that begins with 'pg_isready'"]


@pytest.mark.parametrize(
    "test",
    [
        "pg_isready",
        "[CMD, pg_isready]",
        "sh -c 'pg_isready -U app'",
        "echo asking && pg_isready",
        "/usr/local/bin/healthcheck.sh",
        "[CMD, /liveness.sh]",
        "test -f /tmp/ready || exit 1",
        "curl -f http://localhost:8008/health",
        "echo $$(cat /tmp/state)",
        "${TEST}",
        "[CMD, '${TEST}']",
        "[NONE]",
        "echo 'never closed",
    ],
)
def test_silent(test: str) -> None:
    assert found(service(f"healthcheck:\n  test: {test}"), ID) == []


def test_silent_for_an_image_nobody_knows() -> None:
    assert found(service("healthcheck: {test: exit 0}", "example/thing:1"), ID) == []
