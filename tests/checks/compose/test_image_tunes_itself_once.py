"""Images that size themselves at their first start."""

import pytest

from linting import found, service
from mending import mended

ID = "image-tunes-itself-once"
TIMESCALE = "timescale/timescaledb:2.22.0-pg17"
PARADE = "paradedb/paradedb:0.19.0-pg17"


@pytest.mark.parametrize(("lines", "image"), [("", TIMESCALE), ("", PARADE), ("environment: {NO_TS_TUNE: 'true'}", PARADE)])
def test_told(lines: str, image: str) -> None:
    assert [one.severity for one in found(service(lines, image), ID)] == ["info"]


@pytest.mark.parametrize(
    ("lines", "image"),
    [
        ("environment: {NO_TS_TUNE: 'true'}", TIMESCALE),
        ("environment: [NO_TS_TUNE=true]", TIMESCALE),
        ("environment: {TS_TUNE_MEMORY: 1GB}", TIMESCALE),
        ("environment: {PDB_TUNE: 'false'}", PARADE),
        ("env_file: db.env", TIMESCALE),
        ("build: .", TIMESCALE),
        ("", "postgres:18"),
    ],
)
def test_silent(lines: str, image: str) -> None:
    assert found(service(lines, image), ID) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("restart: always", 'environment:\n  NO_TS_TUNE: "true"\nrestart: always'),
        (
            "environment:\n  - A=b",
            "environment:\n  - A=b\n  - NO_TS_TUNE=true",
        ),
    ],
)
def test_mended(before: str, after: str) -> None:
    assert mended(service(f"command: -B 1GB\n{before}", TIMESCALE), ID) == service(f"command: -B 1GB\n{after}", TIMESCALE)


def test_not_mended_where_it_would_be_left_untuned() -> None:
    assert [one.fix for one in found(service("", TIMESCALE), ID)] == [()]
