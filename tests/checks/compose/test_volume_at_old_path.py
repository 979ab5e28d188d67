"""The path of 17 with the image of 18."""

import pytest

from linting import found, service

ID = "volume-at-old-path"

OLD = "volumes: [pgdata:/var/lib/postgresql/data]"


@pytest.mark.parametrize("image", ["postgres:18", "postgres:19-alpine", "pgvector/pgvector:pg18", "postgis/postgis:18-3.6"])
def test_told(image: str) -> None:
    assert [one.severity for one in found(service(OLD, image), ID)] == ["error"]


@pytest.mark.parametrize(
    "image", ["postgres:17", "postgres:latest", "postgres:${TAG}", "bitnamilegacy/postgresql:18", "zulip/zulip-postgresql:18"]
)
def test_not_told_of_another_image(image: str) -> None:
    assert found(service(OLD, image), ID) == []


@pytest.mark.parametrize(
    "lines",
    [
        "volumes: [pgdata:/var/lib/postgresql]",
        "volumes: [pgdata:/var/lib/postgresql/18/docker]",
        OLD + "\nenvironment: {PGDATA: /var/lib/postgresql/data/pgdata}",
        OLD + "\nenvironment: {PGDATA: '${PGDATA}'}",
        OLD + "\nenv_file: .env",
        OLD + "\ncommand: postgres -D /var/lib/postgresql/data",
    ],
)
def test_not_told(lines: str) -> None:
    assert found(service(lines), ID) == []


def test_the_line_to_write() -> None:
    (one,) = found(service(OLD, "postgres:18.1"), ID)
    assert one.message == "PostgreSQL 18 does not keep its data in /var/lib/postgresql/data: the container refuses to start"
    assert one.cure == "- pgdata:/var/lib/postgresql"
