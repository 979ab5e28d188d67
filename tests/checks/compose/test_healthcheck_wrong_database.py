"""Health checks that ask for a database that is not there."""

import pytest

from linting import found, service

ID = "healthcheck-wrong-database"
UNNAMED = "pg_isready names no database, and so asks for one named as the role, which is none"
ANOTHER = "pg_isready asks for another database than POSTGRES_DB makes"
BOTH = "{POSTGRES_USER: app, POSTGRES_DB: shop}"


def lines(test: str, environment: str, more: str = "") -> str:
    return service(f"healthcheck: {{test: {test}}}\nenvironment: {environment}\n{more}")


@pytest.mark.parametrize(
    ("test", "environment", "message"),
    [
        ("pg_isready -U app", BOTH, UNNAMED),
        ("[CMD, pg_isready, -U, app]", "[POSTGRES_USER=app, POSTGRES_DB=shop]", UNNAMED),
        ("pg_isready -U app -d app", BOTH, ANOTHER),
        ("pg_isready -U postgres -d shop", "{}", ANOTHER),
        ("pg_isready -U app -d shop", "{POSTGRES_USER: app}", ANOTHER),
        ("psql -U app -c 'select 1' shops", BOTH, ANOTHER.replace("pg_isready", "psql")),
    ],
)
def test_told(test: str, environment: str, message: str) -> None:
    assert [one.message for one in found(lines(test, environment), ID)] == [message]


@pytest.mark.parametrize(
    ("test", "environment"),
    [
        ("pg_isready -U app -d shop", BOTH),
        ("pg_isready -U $$POSTGRES_USER -d $$POSTGRES_DB", BOTH),
        ("pg_isready -U app", "{POSTGRES_USER: app}"),
        ("pg_isready -U app -d postgres", BOTH),
        ("pg_isready -U postgres", "{POSTGRES_DB: shop}"),
        ("pg_isready -U app -d $SHOP", BOTH),
        ("pg_isready -U app", "{POSTGRES_USER: app, POSTGRES_DB: $SHOP}"),
        ("pg_isready -U app", "{POSTGRES_USER: app, POSTGRES_DB: shop, PGDATABASE: shop}"),
        ("pg_isready -U other", BOTH),
        ("pg_isready", BOTH),
        ("psql -U app shop -c 'select 1'", BOTH),
    ],
)
def test_silent(test: str, environment: str) -> None:
    assert found(lines(test, environment), ID) == []


@pytest.mark.parametrize("more", ["env_file: db.env", "volumes: ['./init.sql:/docker-entrypoint-initdb.d/init.sql']"])
def test_silent_where_more_is_not_seen(more: str) -> None:
    assert found(lines("pg_isready -U app -d other", "{POSTGRES_USER: app}", more), ID) == []


def test_never_prints_the_database() -> None:
    one = found(lines("pg_isready -U app -d wanted", "{POSTGRES_USER: app, POSTGRES_DB: hidden}"), ID)[0]
    assert "hidden" not in one.message + one.cure
    assert "wanted" not in one.message + one.cure
