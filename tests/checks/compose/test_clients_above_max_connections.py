"""clients-above-max-connections."""

import pytest

from linting import found, service

ID = "clients-above-max-connections"


def file(lines: str, pool: str, image: str = "postgres:18") -> str:
    """A server and an application with a pool of this size."""
    url = "DATABASE_URL: postgres://app@db/app"
    return (
        service(lines, image) + f"  app:\n    image: example/app\n    environment:\n      {url}\n      DB_POOL_SIZE: '{pool}'\n"
    )


def test_told_with_the_arithmetic() -> None:
    (one,) = found(file("command: -c max_connections=20", "18"), ID)
    assert one.message == "its clients may open 18 connections; max_connections=20 leaves them 17"
    assert one.arithmetic == "app 18: DB_POOL_SIZE=18 (compose.yaml:9); 20 - 3 reserved = 17"
    assert (one.cure, one.line_column) == ("smaller pools, or pgfit compose --connections 18 --write", (4, 14))


def test_the_default_of_100() -> None:
    (one,) = found(file("", "98"), ID)
    assert (one.message, one.line_column) == ("its clients may open 98 connections; max_connections=100 leaves them 97", (2, 3))


@pytest.mark.parametrize(
    ("lines", "pool", "image"),
    [
        pytest.param("command: -c max_connections=20", "17", "postgres:18", id="just enough"),
        pytest.param(
            "command: -c max_connections=20 -c superuser_reserved_connections=1", "19", "postgres:18", id="fewer reserved"
        ),
        pytest.param("", "97", "postgres:18", id="within the default"),
        pytest.param("command: -c max_connections=${N}", "500", "postgres:18", id="unknown"),
        pytest.param("", "${POOL}", "postgres:18", id="unknown pool"),
        pytest.param("command: -c config_file=/etc/pg.conf", "500", "postgres:18", id="a file may say otherwise"),
        pytest.param("volumes: [./pg.conf:/etc/postgresql/postgresql.conf]", "500", "postgres:18", id="a file is mounted"),
        pytest.param("configs: [{source: pg, target: /etc/postgresql/postgresql.conf}]", "500", "postgres:18", id="a config"),
        pytest.param("", "500", "timescale/timescaledb:2.17-pg16", id="tuned at its first start"),
        pytest.param("", "500", "bitnami/postgresql:16", id="another channel"),
    ],
)
def test_silent(lines: str, pool: str, image: str) -> None:
    assert found(file(lines, pool, image), ID) == []
