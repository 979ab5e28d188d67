"""Tags that name no version."""

import pytest

from linting import found, service

ID = "image-latest"


@pytest.mark.parametrize(
    "image",
    [
        "postgres:latest",
        "postgres:alpine",
        "postgres:${TAG:-latest}",
        "timescale/timescaledb:latest-pg16",
        "openremote/postgresql:latest-slim",
        "kartoza/postgis:14-latest",
    ],
)
def test_told(image: str) -> None:
    assert len(found(service("", image), ID)) == 1


@pytest.mark.parametrize(
    "image",
    [
        "postgres",
        "postgres:18",
        "postgres:18.4-alpine",
        "postgres:latest@sha256:00ff",
        "postgres:${TAG}",
        "imresamu/postgis:alpine",
    ],
)
def test_not_told(image: str) -> None:
    assert found(service("", image), ID) == []


def test_a_default_that_is_set_elsewhere_is_not_told() -> None:
    assert found(service("", "postgres:${TAG:-latest}"), ID, {"TAG": "18.4"}) == []


def test_the_major_is_kept() -> None:
    (one,) = found(service("", "timescale/timescaledb:latest-pg16"), ID)
    assert one.message.endswith("names no version: the next pull keeps PostgreSQL 16 and changes the rest")
