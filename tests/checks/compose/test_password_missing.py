"""No password for a new volume."""

import pytest

from linting import found, service

ID = "password-missing"


@pytest.mark.parametrize("image", ["postgres", "postgres:18", "pgvector/pgvector:pg17", "postgres:9.6", "postgres:12.22"])
def test_told(image: str) -> None:
    assert [one.severity for one in found(service("", image), ID)] == ["error"]


@pytest.mark.parametrize(
    "lines",
    [
        "environment: {POSTGRES_USER: app}",
        "environment: {POSTGRES_PASSWORD: ''}",
        "environment: [POSTGRES_PASSWORD=]",
        "environment: {POSTGRES_HOST_AUTH_METHOD: md5}",
    ],
)
def test_told_beside(lines: str) -> None:
    assert len(found(service(lines), ID)) == 1


@pytest.mark.parametrize(
    "lines",
    [
        "environment: {POSTGRES_PASSWORD: x}",
        "environment: [POSTGRES_PASSWORD]",
        "environment: {POSTGRES_PASSWORD: }",
        "environment: {POSTGRES_PASSWORD: '${PASSWORD}'}",
        "environment: {POSTGRES_PASSWORD: '${PASSWORD:-}'}",
        "environment: {POSTGRES_PASSWORD_FILE: /run/secrets/x}",
        "environment: {POSTGRES_HOST_AUTH_METHOD: trust}",
        "environment: {POSTGRES_HOST_AUTH_METHOD: '${METHOD}'}",
        "environment: ['${MORE}']",
        "env_file: .env",
        "extends: {file: other.yaml, service: db}",
        "entrypoint: [/start.sh, postgres]",
        "command: bash -c 'exec postgres'",
        "build: .",
    ],
)
def test_not_told(lines: str) -> None:
    assert found(service(lines), ID) == []


@pytest.mark.parametrize("image", ["postgres:9.6.3-alpine", "postgres:11.5", "bitnamilegacy/postgresql:16", "cimg/postgres:14.1"])
def test_not_told_of_an_image_that_needs_none(image: str) -> None:
    assert found(service("", image), ID) == []


def test_not_told_of_a_volume_that_was_there_before() -> None:
    text = service("volumes: ['pgdata:/var/lib/postgresql']")
    assert found(text + "volumes:\n  pgdata:\n    external: true\n", ID) == []
    assert len(found(text + "volumes:\n  pgdata:\n", ID)) == 1
