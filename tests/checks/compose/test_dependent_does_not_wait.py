"""Services that start before the server is ready."""

import pytest

from linting import found, service
from mending import mended

ID = "dependent-does-not-wait"
HEALTH = "healthcheck: {test: pg_isready}"


def app(lines: str, image: str = "example/app:1") -> str:
    return service(HEALTH) + f"  app:\n    image: {image}\n" + "".join(f"    {line}\n" for line in lines.split("\n"))


@pytest.mark.parametrize("depends", ["[db]", "[cache, db]", "{db: {condition: service_started}}", "{db: {restart: true}}"])
def test_told(depends: str) -> None:
    told = found(app(f"depends_on: {depends}"), ID)
    assert [(one.subject, one.message) for one in told] == [("app", "app does not wait until db is ready")]


@pytest.mark.parametrize(
    "lines",
    [
        "restart: always",
        "depends_on: [cache]",
        "depends_on: {db: {condition: service_healthy}}",
        "depends_on: {db: {condition: service_completed_successfully}}",
        "depends_on: {db: {condition: $HOW}}",
        "depends_on: [db]\ncommand: ./wait-for-it.sh db:5432 -- ./app",
        "depends_on: [db]\nentrypoint: [sh, -c, 'until pg_isready -h db; do sleep 1; done; ./app']",
    ],
)
def test_silent(lines: str) -> None:
    assert found(app(lines), ID) == []


@pytest.mark.parametrize(
    "image", ["adminer:5", "dpage/pgadmin4:9", "prometheuscommunity/postgres-exporter:v0.17.1", "edoburu/pgbouncer:1.24"]
)
def test_silent_for_what_connects_when_asked(image: str) -> None:
    assert found(app("depends_on: [db]", image), ID) == []


def test_told_once_where_services_share_the_line() -> None:
    base = "x-app: &app\n  image: example/app:1\n  depends_on: [db]\n"
    text = base + service(HEALTH) + "  web:\n    <<: *app\n  worker:\n    <<: *app\n"
    assert [one.message for one in found(text, ID)] == ["web, worker do not wait until db is ready"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("depends_on:\n  db:\n    condition: service_started", "depends_on:\n  db:\n    condition: service_healthy"),
        ("depends_on:\n  db:\n    restart: true", "depends_on:\n  db:\n    restart: true\n    condition: service_healthy"),
    ],
)
def test_mended(before: str, after: str) -> None:
    assert mended(app(before), ID) == app(after)


def test_not_mended_in_a_list() -> None:
    assert [one.fix for one in found(app("depends_on: [db]"), ID)] == [()]


def test_not_mended_without_a_health_check() -> None:
    text = app("depends_on: {db: {condition: service_started}}").replace(f"    {HEALTH}\n", "")
    assert [one.fix for one in found(text, ID)] == [()]
