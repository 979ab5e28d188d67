"""Servers started without what the image prepares."""

import pytest

from linting import found, service

ID = "entrypoint-bypassed"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('command: bash -c "postgres -c jit=off"', "the command runs bash, not the server itself"),
        ("command: [sh, -c, 'sleep 5; postgres -c jit=off']", "the command runs sh, not the server itself"),
        ("entrypoint: [postgres, -c, jit=off]", "`entrypoint:` takes the place of the image's own"),
        ("entrypoint: /start.sh\ncommand: postgres -c jit=off", "`entrypoint:` takes the place of the image's own"),
    ],
)
def test_told(lines: str, message: str) -> None:
    assert [one.message for one in found(service(lines), ID)] == [message]


@pytest.mark.parametrize(
    "lines",
    [
        "",
        "command: postgres -c jit=off",
        "command: docker-entrypoint.sh postgres -c jit=off",
        "entrypoint: docker-entrypoint.sh",
        "command: sh -c 'chmod 600 /key && exec docker-entrypoint.sh postgres'",
        "command: []",
        "command: ${COMMAND}",
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []


def test_silent_for_an_image_with_a_start_of_its_own() -> None:
    assert found(service('command: bash -c "postgres -D /data"', "bitnami/postgresql:16"), ID) == []
