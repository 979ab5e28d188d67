"""Passwords in the file."""

import pytest

from linting import found, service

ID = "password-in-file"


@pytest.mark.parametrize(
    "lines",
    [
        "environment: {POSTGRES_PASSWORD: hunter2}",
        "environment: [POSTGRES_PASSWORD=hunter2]",
        "environment: ['POSTGRES_PASSWORD=hunter$$2']",
        "environment: {POSTGRES_PASSWORD: 123456}",
        "environment: {POSTGRESQL_PASSWORD: hunter2}",
        "environment: {POSTGRES_PASS: hunter2}",
        "environment: {PGPASSWORD: hunter2}",
        "environment: {PGPASSWORD_SUPERUSER: hunter2}",
    ],
)
def test_told(lines: str) -> None:
    (one,) = found(service(lines), ID)
    assert one.severity == "warning"
    assert "hunter" not in one.message + one.cure


@pytest.mark.parametrize("value", ["${PASSWORD:-hunter2}", "${PASSWORD-hunter2}"])
def test_a_default_is_told_as_info(value: str) -> None:
    (one,) = found(service(f"environment: ['POSTGRES_PASSWORD={value}']"), ID)
    assert one.severity == "info"
    assert "hunter" not in one.message + one.cure


@pytest.mark.parametrize(
    "lines",
    [
        "environment: {POSTGRES_PASSWORD: '${PASSWORD}'}",
        "environment: {POSTGRES_PASSWORD: $PASSWORD}",
        "environment: {POSTGRES_PASSWORD: '${PASSWORD:?}'}",
        "environment: {POSTGRES_PASSWORD: '${PASSWORD:?set it}'}",
        "environment: {POSTGRES_PASSWORD: '${PASSWORD:-}'}",
        "environment: {POSTGRES_PASSWORD: '${PASSWORD:-${OTHER}}'}",
        "environment: {POSTGRES_PASSWORD: }",
        "environment: [POSTGRES_PASSWORD]",
        "environment: {POSTGRES_PASSWORD: ''}",
        "environment: {POSTGRES_PASSWORD_FILE: /run/secrets/pg}",
        "environment: {PGPASSWORD: /run/secrets/pg}",
        "environment: {PGPASSFILE: /root/.pgpass}",
        "environment: {POSTGRES_USER: hunter2}",
        "secrets: [pg]",
    ],
)
def test_not_told(lines: str) -> None:
    assert found(service(lines), ID) == []


def test_not_told_where_the_environment_gives_it() -> None:
    assert found(service("environment: [POSTGRES_PASSWORD]"), ID, {"POSTGRES_PASSWORD": "hunter2"}) == []
