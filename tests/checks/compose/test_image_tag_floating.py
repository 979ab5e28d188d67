"""Tags of a major alone."""

import pytest

from linting import found, service

ID = "image-tag-floating"


@pytest.mark.parametrize(
    "image", ["postgres:18", "postgres:16-alpine", "postgres:17-bookworm", "postgres:17-alpine3.22", "pgvector/pgvector:pg18"]
)
def test_told(image: str) -> None:
    assert [one.severity for one in found(service("", image), ID)] == ["info"]


@pytest.mark.parametrize(
    "image",
    [
        "postgres:18.4",
        "postgres:16.2-alpine3.19",
        "postgres:18-alpine@sha256:00ff",
        "postgres:latest",
        "postgres:${TAG}",
        "postgis/postgis:17-3.5",
        "somebody/something:18",
    ],
)
def test_not_told(image: str) -> None:
    assert found(service("", image), ID) == []


@pytest.mark.parametrize("image", ["postgres:9.6-alpine", "postgres:14"])
def test_a_major_without_updates_does_not_move(image: str) -> None:
    assert found(service("", image), ID) == []
