"""Data on a volume without a name."""

import pytest

from linting import found, service

ID = "data-on-anonymous-volume"


@pytest.mark.parametrize(
    "volume", ["/var/lib/postgresql/data", "{type: volume, target: /var/lib/postgresql/data}", "/var/lib/postgresql/data/"]
)
def test_told(volume: str) -> None:
    (one,) = found(service(f"volumes: [{volume}]", "postgres:17"), ID)
    assert one.cure == "- pgdata:/var/lib/postgresql/data"


@pytest.mark.parametrize(
    "volume",
    [
        "pgdata:/var/lib/postgresql/data",
        "./data:/var/lib/postgresql/data",
        "/var/log/postgresql",
        "'${VOLUME}'",
        "{type: volume, source: '${NAME}', target: /var/lib/postgresql/data}",
    ],
)
def test_not_told(volume: str) -> None:
    assert found(service(f"volumes: [{volume}]", "postgres:17"), ID) == []
