"""Which hosts a connection string names."""

import pytest

from pgfit.inputs.compose.hosts import hosts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("postgres://me:x@db:5432/app", ["db"]),
        ("postgresql://db/app", ["db"]),
        ("postgresql+psycopg://me@db/app", ["db"]),
        ("postgres://me:p@ss@db/app", ["db"]),
        ("postgis://me:x@db", ["db"]),
        ("jdbc:postgresql://a:5432,b:5432/app", ["a", "b"]),
        ("postgres://me:x@/app?host=db", ["db"]),
        ("Host=db;Port=5432;Password=x", ["db"]),
        ("User=me; Server=db; Database=app", ["db"]),
        ("pg1=host=db port=5432", []),
        ("pg1 = host=db port=5432", ["db"]),
        ("0:a:5432,1:b:5432", ["a", "b"]),
        ("postgresql://%2Fvar%2Frun%2Fpostgresql/app", []),
        ("host=/var/run/postgresql", []),
        ("mysql://db/app", []),
        ("http://db:5432", []),
        ("db", []),
        ("", []),
    ],
)
def test_hosts(text: str, found: list[str]) -> None:
    assert list(hosts(text)) == found
