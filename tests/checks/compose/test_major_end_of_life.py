"""Majors without fixes."""

import pytest

from linting import found, service
from pgfit.checks.releases import ENDS, has_ended

ID = "major-end-of-life"


@pytest.mark.parametrize(
    ("image", "severity"),
    [
        ("postgres:9.6", "error"),
        ("postgres:12.22", "error"),
        ("postgres:13", "warning"),
        ("postgres:14-alpine", "warning"),
        ("pgvector/pgvector:pg12", "error"),
        ("bitnamilegacy/postgresql:13", "warning"),
    ],
)
def test_told(image: str, severity: str) -> None:
    assert [one.severity for one in found(service("", image), ID)] == [severity]


@pytest.mark.parametrize(
    "image", ["postgres:15", "postgres:19", "postgres:latest", "postgres:${TAG}", "postgres:20", "somebody/something:12"]
)
def test_not_told(image: str) -> None:
    assert found(service("", image), ID) == []


def test_the_dates_are_said() -> None:
    assert (
        found(service("", "postgres:14.5"), ID)[0].message
        == "PostgreSQL 14 ended on 2026-11-12, no more fixes (as of 2026-11-23)"
    )
    assert found(service("", "postgres:9.4"), ID)[0].message.startswith("PostgreSQL 9.4 ended on 2021-11-11")


def test_releases_end_in_their_order() -> None:
    assert list(ENDS.values()) == sorted(ENDS.values())
    assert [major for major in ENDS if has_ended(major)] == [9, 10, 11, 12, 13, 14]
