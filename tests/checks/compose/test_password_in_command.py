"""Passwords in commands."""

import pytest

from linting import found, service

ID = "password-in-command"


@pytest.mark.parametrize(
    "lines",
    [
        "healthcheck: {test: PGPASSWORD=hunter2 psql}",
        "healthcheck: {test: [CMD-SHELL, PGPASSWORD='hunter2' psql]}",
        "healthcheck: {test: [CMD, psql, 'postgresql://app:hunter2@localhost/app']}",
        "command: ['-c', 'primary_conninfo=host=a user=r password=hunter2']",
        "command: bash -c 'PGPASSWORD=hunter2 pg_basebackup -h a && exec postgres'",
        "entrypoint: [bash, -c, 'PGPASSWORD=hunter2 docker-entrypoint.sh postgres']",
    ],
)
def test_told(lines: str) -> None:
    (one,) = found(service(lines), ID)
    assert "hunter" not in one.message + one.cure


@pytest.mark.parametrize(
    "lines",
    [
        "healthcheck: {test: pg_isready -U app}",
        "healthcheck: {test: PGPASSWORD=$$POSTGRES_PASSWORD psql}",
        "healthcheck: {test: 'PGPASSWORD=\"$${POSTGRES_PASSWORD}\" psql'}",
        "healthcheck: {test: 'PGPASSWORD=${PASSWORD} psql'}",
        "healthcheck: {test: [CMD, psql, 'postgresql://app:${PASSWORD}@localhost/app']}",
        "healthcheck: {test: [CMD, psql, 'postgresql://app@localhost/app']}",
        "healthcheck: {test: [NONE]}",
        "command: ['-c', password_encryption=scram-sha-256]",
        "command: bash -c 'PGPASSWORD=$$(cat /run/secrets/pg) exec postgres'",
    ],
)
def test_not_told(lines: str) -> None:
    assert found(service(lines), ID) == []
