"""Settings that initdb is to write."""

import pytest

from linting import found, service

ID = "initdb-args-with-settings"


@pytest.mark.parametrize(
    ("arguments", "image", "severity", "message"),
    [
        ("-c max_connections=200", "postgres:18", "info", "initdb sets them in a new volume only: max_connections"),
        ("--data-checksums --set work_mem=8MB", "postgres:16", "info", "initdb sets them in a new volume only: work_mem"),
        ("-cwork_mem=8MB -c jit=off", "postgres:17", "info", "initdb sets them in a new volume only: work_mem, jit"),
        ("-c max_connections=200", "postgres:15", "error", "initdb takes no -c before PostgreSQL 16: max_connections"),
    ],
)
def test_told(arguments: str, image: str, severity: str, message: str) -> None:
    told = found(service(f"environment: {{POSTGRES_INITDB_ARGS: {arguments}}}", image), ID)
    assert [(one.severity, one.message) for one in told] == [(severity, message)]


@pytest.mark.parametrize("arguments", ["--data-checksums", "--locale=C -E UTF8", "-c huge_pages=off", "$ARGS", "--lc-collate=C"])
def test_silent(arguments: str) -> None:
    assert found(service(f"environment: {{POSTGRES_INITDB_ARGS: {arguments}}}"), ID) == []


def test_silent_for_another_entrypoint() -> None:
    assert found(service("environment: {POSTGRES_INITDB_ARGS: -c jit=off}", "bitnami/postgresql:16"), ID) == []
