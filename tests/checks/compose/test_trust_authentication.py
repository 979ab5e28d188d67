"""Servers that ask nobody."""

import pytest

from linting import found, service

ID = "trust-authentication"

BITNAMI = "bitnamilegacy/postgresql:16"


@pytest.mark.parametrize(
    "lines",
    [
        "environment: {POSTGRES_HOST_AUTH_METHOD: trust}",
        "environment: [POSTGRES_HOST_AUTH_METHOD=trust]",
        "environment: ['POSTGRES_HOST_AUTH_METHOD=${METHOD:-trust}']",
        "network_mode: host\nenvironment: {POSTGRES_INITDB_ARGS: '--auth=trust'}",
        "network_mode: host\nenvironment: {POSTGRES_INITDB_ARGS: '-A trust --data-checksums'}",
    ],
)
def test_told(lines: str) -> None:
    assert [one.severity for one in found(service(lines), ID)] == ["error"]


@pytest.mark.parametrize(
    "lines",
    [
        "environment: {POSTGRES_HOST_AUTH_METHOD: scram-sha-256}",
        "environment: {POSTGRES_HOST_AUTH_METHOD: '${METHOD}'}",
        "environment: [POSTGRES_HOST_AUTH_METHOD]",
        "environment: {POSTGRES_INITDB_ARGS: '--auth=trust'}",  # the lines for 127.0.0.1, which say it anyway
        "network_mode: host\nenvironment: {POSTGRES_INITDB_ARGS: '--auth-host=scram-sha-256 --auth-local=trust'}",
        "environment: {ALLOW_EMPTY_PASSWORD: 'yes'}",
    ],
)
def test_not_told(lines: str) -> None:
    assert found(service(lines), ID) == []


def test_told_of_an_empty_password() -> None:
    assert len(found(service("environment: {ALLOW_EMPTY_PASSWORD: 'yes'}", BITNAMI), ID)) == 1


@pytest.mark.parametrize(
    "lines",
    [
        "environment: {ALLOW_EMPTY_PASSWORD: 'no'}",
        "environment: {ALLOW_EMPTY_PASSWORD: 'yes', POSTGRESQL_PASSWORD: x}",
        "environment: {ALLOW_EMPTY_PASSWORD: 'yes', POSTGRESQL_PASSWORD_FILE: /run/secrets/x}",
        "environment: {ALLOW_EMPTY_PASSWORD: 'yes'}\nenv_file: .env",
    ],
)
def test_not_told_where_there_may_be_a_password(lines: str) -> None:
    assert found(service(lines, BITNAMI), ID) == []
