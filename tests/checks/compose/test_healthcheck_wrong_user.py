"""Health checks that log in as nobody."""

import pytest

from linting import found, service

ID = "healthcheck-wrong-user"
AS_ROOT = "pg_isready names no role, and so logs in as root, which is none"
ANOTHER = "pg_isready logs in as another role than POSTGRES_USER makes"


def lines(test: str, environment: str, more: str = "") -> str:
    return service(f"healthcheck:\n  test: {test}\nenvironment: {environment}\n{more}")


@pytest.mark.parametrize(
    ("test", "environment", "message"),
    [
        ("pg_isready", "{}", AS_ROOT),
        ("[CMD, pg_isready]", "{POSTGRES_USER: app}", AS_ROOT),
        ("pg_isready -q -t 3 || exit 1", "[POSTGRES_USER=app]", AS_ROOT),
        ("pg_isready -U postgres", "{POSTGRES_USER: app}", ANOTHER),
        ("pg_isready --username=postgres", "[POSTGRES_USER=app]", ANOTHER),
        ("[CMD, pg_isready, -Uroot]", "{POSTGRES_USER: app}", ANOTHER),
        ("[CMD, pg_isready, -U, $$POSTGRES_USER]", "{POSTGRES_USER: app}", ANOTHER),
        ("PGUSER=root pg_isready", "{POSTGRES_USER: app}", ANOTHER),
        ("pg_isready -h 127.0.0.1 -U app", "{}", ANOTHER),
        ("sh -c 'pg_isready -U root'", "{}", ANOTHER),
        ("psql -U root -c 'select 1'", "{}", ANOTHER.replace("pg_isready", "psql")),
    ],
)
def test_told(test: str, environment: str, message: str) -> None:
    assert [one.message for one in found(lines(test, environment), ID)] == [message]


@pytest.mark.parametrize(
    ("test", "environment"),
    [
        ("pg_isready -U app", "{POSTGRES_USER: app}"),
        ("pg_isready -U $$POSTGRES_USER", "{POSTGRES_USER: app}"),
        ("pg_isready -U $${POSTGRES_USER:-postgres}", "{}"),
        ("pg_isready -U ${APP:-app}", "{POSTGRES_USER: app}"),
        ("pg_isready -U ${APP}", "{POSTGRES_USER: app}"),
        ("pg_isready -U app", "{POSTGRES_USER: $APP}"),
        ("pg_isready -U $$POSTGRES_USER", "{POSTGRES_USER: $APP}"),
        ("pg_isready", "{PGUSER: app, POSTGRES_USER: app}"),
        ("pg_isready", "{POSTGRES_USER: root}"),
        ("pg_isready -U app", "{POSTGRES_USER_FILE: /run/secrets/user}"),
        ("pg_isready -U postgres", "{POSTGRES_USER: ''}"),
        ("pg_isready -h elsewhere -U other", "{}"),
        ("pg_isready -d postgresql://other@localhost/postgres", "{}"),
        ("gosu postgres pg_isready", "{}"),
        ("/healthcheck.sh", "{}"),
        ("pg_isready -U", "{}"),
        ("[CMD-SHELL, pg_isready, -U, postgres]", "{}"),
    ],
)
def test_silent(test: str, environment: str) -> None:
    assert found(lines(test, environment), ID) == []


@pytest.mark.parametrize(
    "more",
    [
        "env_file: db.env",
        "extends: {file: elsewhere.yml, service: base}",
        "build: .",
        "volumes: ['./init:/docker-entrypoint-initdb.d']",
    ],
)
def test_silent_where_more_is_not_seen(more: str) -> None:
    assert found(lines("pg_isready -U other", "{}", more), ID) == []


@pytest.mark.parametrize("more", ["user: postgres", "user: '1000:1000'"])
def test_silent_where_the_container_is_not_roots(more: str) -> None:
    assert found(lines("pg_isready", "{}", more), ID) == []


def test_never_prints_the_role() -> None:
    one = found(lines("pg_isready -U wanted", "{POSTGRES_USER: hidden}"), ID)[0]
    assert not {"hidden", "wanted"} & set((one.message + one.cure + one.arithmetic).split())
    assert one.cure == 'test: ["CMD-SHELL", "pg_isready -U $${POSTGRES_USER} …"]'
