"""Data that cannot be written."""

import pytest

from linting import found, service

ID = "data-mounted-read-only"


@pytest.mark.parametrize(
    "volume",
    [
        "pgdata:/var/lib/postgresql/data:ro",
        "./data:/var/lib/postgresql/data:ro,z",
        "'${DIR}:/var/lib/postgresql/data:ro'",
        "{type: volume, source: pgdata, target: /var/lib/postgresql/data, read_only: true}",
    ],
)
def test_told(volume: str) -> None:
    assert len(found(service(f"volumes: [{volume}]", "postgres:17"), ID)) == 1


@pytest.mark.parametrize(
    "volume",
    [
        "pgdata:/var/lib/postgresql/data",
        "pgdata:/var/lib/postgresql/data:rw",
        "'pgdata:/var/lib/postgresql/data:${MODE}'",
        "./init:/docker-entrypoint-initdb.d:ro",
        "{type: volume, source: pgdata, target: /var/lib/postgresql/data, read_only: '${RO}'}",
    ],
)
def test_not_told(volume: str) -> None:
    assert found(service(f"volumes: [{volume}]", "postgres:17"), ID) == []
