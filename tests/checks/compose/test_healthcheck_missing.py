"""A server that nothing asks for its health."""

import pytest

from linting import found, service
from mending import mended

ID = "healthcheck-missing"


@pytest.mark.parametrize(
    ("lines", "image"),
    [
        ("", "postgres:18"),
        ("", "pgvector/pgvector:pg17"),
        ("", "postgis/postgis:17-3.5"),
        ("", "timescale/timescaledb:2.22.0-pg17"),
        ("", "bitnami/postgresql:16"),
        ("healthcheck: {interval: 5s}", "postgres:18"),
        ("healthcheck: {disable: false}", "postgres:18"),
    ],
)
def test_told(lines: str, image: str) -> None:
    assert [one.severity for one in found(service(lines, image), ID)] == ["warning"]


@pytest.mark.parametrize(
    ("lines", "image"),
    [
        ("healthcheck: {test: pg_isready}", "postgres:18"),
        ("healthcheck: {test: [CMD, pg_isready]}", "postgres:18"),
        ("healthcheck: {test: [NONE]}", "postgres:18"),
        ("healthcheck: {disable: true}", "postgres:18"),
        ("", "ghcr.io/immich-app/postgres:14-vectorchord0.4.3"),
        ("", "supabase/postgres:15.8.1.085"),
        ("", "citusdata/citus:12.1"),
        ("", "pgautoupgrade/pgautoupgrade:17-alpine"),
        ("build: .", "postgres:18"),
        ("extends: {file: elsewhere.yml, service: base}", "postgres:18"),
        ("", "${IMAGE}"),
    ],
)
def test_silent(lines: str, image: str) -> None:
    assert found(service(lines, image), ID) == []


def test_silent_where_it_is_merged_in() -> None:
    base = "x-health: &health\n  healthcheck: {test: pg_isready}\n"
    assert found(base + service("<<: *health"), ID) == []


def test_mended() -> None:
    expected = """\
services:
  db:
    image: postgres:18
    healthcheck:
      test: "pg_isready -h 127.0.0.1 -U $${POSTGRES_USER:-postgres} -d $${POSTGRES_DB:-$${POSTGRES_USER:-postgres}}"
      interval: 10s
      timeout: 5s
      retries: "5"
      start_period: 60s
    restart: always
"""
    assert mended(service("restart: always"), ID) == expected


def test_mended_where_there_is_all_but_the_test() -> None:
    after = mended(service("healthcheck:\n  interval: 7s"), ID)
    test = '"pg_isready -h 127.0.0.1 -U $${POSTGRES_USER:-postgres} -d $${POSTGRES_DB:-$${POSTGRES_USER:-postgres}}"'
    assert after == service(f"healthcheck:\n  interval: 7s\n  test: {test}")


@pytest.mark.parametrize(
    ("lines", "image"),
    [
        ("environment: {POSTGRES_USER_FILE: /run/secrets/user}", "postgres:18"),
        ("environment: {PGPORT: 5433}", "postgres:18"),
        ("command: -p 5433", "postgres:18"),
        ("command: -c listen_addresses=10.0.0.5", "postgres:18"),
        ("command: -c config_file=/etc/mine.conf", "postgres:18"),
        ("", "bitnami/postgresql:16"),
    ],
)
def test_not_mended_where_the_server_may_be_elsewhere(lines: str, image: str) -> None:
    assert [one.fix for one in found(service(lines, image), ID)] == [()]


def test_not_mended_where_other_services_share_the_lines() -> None:
    shared = "services:\n  db: &db\n    image: postgres:18\n  other:\n    <<: *db\n"
    assert [len(one.fix) for one in found(shared, ID)] == [0, 1]
