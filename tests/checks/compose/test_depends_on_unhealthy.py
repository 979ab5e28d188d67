"""Services that wait for a health nobody tells."""

import pytest

from linting import found, service

ID = "depends-on-unhealthy"
WAITS = "  app:\n    image: example/app:1\n    depends_on: {db: {condition: service_healthy}}\n"


def test_told() -> None:
    told = found(service("") + WAITS, ID)
    assert [(one.severity, one.message) for one in told] == [
        ("error", "app waits for db to be healthy, which has no health check")
    ]


@pytest.mark.parametrize("health", ["{disable: true}", "{test: [NONE]}", "{interval: 5s}"])
def test_told_where_it_is_off(health: str) -> None:
    assert len(found(service(f"healthcheck: {health}") + WAITS, ID)) == 1


def test_told_once_for_all() -> None:
    text = service("") + WAITS + WAITS.replace("app:\n", "worker:\n")
    assert [one.message for one in found(text, ID)] == ["app, worker wait for db to be healthy, which has no health check"]


@pytest.mark.parametrize(
    "depends", ["[db]", "{db: {condition: service_started}}", "{other: {condition: service_healthy}}", "{db: {condition: $HOW}}"]
)
def test_silent(depends: str) -> None:
    assert found(service("") + f"  app:\n    image: example/app:1\n    depends_on: {depends}\n", ID) == []


def test_silent_with_a_health_check() -> None:
    assert found(service("healthcheck: {test: pg_isready}") + WAITS, ID) == []


def test_silent_where_the_image_has_one() -> None:
    assert found(service("", "ghcr.io/immich-app/postgres:14-vectorchord0.4.3") + WAITS, ID) == []
