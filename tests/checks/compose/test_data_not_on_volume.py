"""Data that no volume holds."""

import pytest

from linting import found, service

ID = "data-not-on-volume"


@pytest.mark.parametrize(
    ("image", "lines"),
    [
        ("postgres:17", ""),
        ("postgres:18", ""),
        ("postgres", ""),
        ("postgres", "volumes: [pgdata:/var/lib/postgres]"),
        ("postgres:17", "volumes: [./init.sql:/docker-entrypoint-initdb.d/init.sql]"),
        ("postgres:17", "volumes: [pgdata:/var/lib/postgresql]"),
        ("postgres:17", "volumes: [pgdata:/data]"),
        ("postgres:17", "volumes: [pgdata:/pg]\nenvironment: {PGDATA: /elsewhere}"),
        ("postgres:17", "env_file: .env\nvolumes: [./a.conf:/etc/postgresql/postgresql.conf]"),
        ("timescale/timescaledb:2.17.2-pg16", "volumes: [pgdata:/home/postgres/pgdata/data]"),
        ("timescale/timescaledb-ha:pg16", "volumes: [pgdata:/var/lib/postgresql/data]"),
        ("bitnamilegacy/postgresql:16", ""),
    ],
)
def test_told(image: str, lines: str) -> None:
    assert [one.severity for one in found(service(lines, image), ID)] == ["error"]


@pytest.mark.parametrize(
    ("image", "lines"),
    [
        ("postgres:17", "volumes: [pgdata:/var/lib/postgresql/data]"),
        ("postgres:17", "volumes: [pgdata:/var/lib/postgresql/data/]"),
        ("postgres:17", "volumes: ['${DIR:-./data}:/var/lib/postgresql/data:Z']"),
        ("postgres:17", "volumes: ['${DIR}:/var/lib/postgresql/data']"),
        ("postgres:17", "volumes: ['${MOUNT}']"),
        ("postgres:17", "volumes: [{type: bind, source: ./data, target: /var/lib/postgresql/data}]"),
        ("postgres:17", "volumes: [/var/lib/postgresql/data]"),
        ("postgres:17", "tmpfs: /var/lib/postgresql/data"),
        ("postgres:17", "tmpfs: ['/var/lib/postgresql/data:size=1g']"),
        ("postgres:17", "volumes: [pgdata:/var/lib/postgresql]\nenvironment: [PGDATA=/var/lib/postgresql/pgdata]"),
        ("postgres:17", "volumes: [pgdata:/pg]\nenvironment: {PGDATA: '${PGDATA}'}"),
        ("postgres:17", "volumes: [pgdata:/pg]\nenv_file: .env"),
        ("postgres:17", "volumes: [pgdata:/pg]\ncommand: postgres -D /pg"),
        ("postgres:17", "volumes_from: [data]"),
        ("postgres:18", "volumes: [pgdata:/var/lib/postgresql]"),
        ("postgres:18", "volumes: [pgdata:/var/lib/postgresql/18/docker]"),
        ("postgres:18", "volumes: [pgdata:/var/lib/postgresql/data]"),  # volume-at-old-path tells it
        ("postgres:18", "volumes: [pgdata:/var/lib/postgresql/data]\nenvironment: {PGDATA: /var/lib/postgresql/data/pgdata}"),
        ("postgres", "volumes: [pgdata:/var/lib/postgresql]"),
        ("postgres:${TAG}", "volumes: [pgdata:/var/lib/postgresql/data]"),
        ("bitnamilegacy/postgresql:16", "volumes: [pgdata:/bitnami/postgresql/data]"),
        ("bitnamilegacy/postgresql:16", "volumes: [pgdata:/bitnami]"),
        ("kartoza/postgis:14-3.2", "volumes: [pgdata:/opt/pg]"),
        ("timescale/timescaledb-ha:pg16", "volumes: [pgdata:/home/postgres/pgdata]"),
        ("somebody/something:16", "environment: {POSTGRES_PASSWORD: x}\nvolumes: [a:/var/lib/postgresql/x]"),
        ("sameersbn/postgresql:15", ""),
    ],
)
def test_not_told(image: str, lines: str) -> None:
    assert found(service(lines, image), ID) == []


def test_where_the_volume_belongs() -> None:
    assert found(service("", "postgres:18"), ID)[0].cure == "volumes: [pgdata:/var/lib/postgresql]"
    assert found(service("", "postgres:17"), ID)[0].cure == "volumes: [pgdata:/var/lib/postgresql/data]"


def test_the_image_s_own_volume_lies_deeper() -> None:
    (one,) = found(service("volumes:\n  - pgdata:/var/lib/postgresql", "postgres:17"), ID)
    assert one.message == (
        "the volume at /var/lib/postgresql does not hold the data in /var/lib/postgresql/data: they go with the container"
    )
    assert one.line_column == (5, 9)


def test_merged_volumes_count() -> None:
    text = "x-pg: &pg\n  volumes: [pgdata:/var/lib/postgresql/data]\nservices:\n  db:\n    <<: *pg\n    image: postgres:17\n"
    assert found(text, ID) == []
