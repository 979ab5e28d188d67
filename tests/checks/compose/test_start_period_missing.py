"""Health checks that count from the first second."""

import pytest

from linting import found, service
from mending import mended

ID = "start-period-missing"
WAITING = "  app:\n    image: example/app:1\n    depends_on: {db: {condition: service_healthy}}\n"


@pytest.mark.parametrize(
    ("times", "arithmetic"),
    [
        ("interval: 5s, retries: 5", "interval 5 s × 5 retries, and no start_period"),
        ("interval: 5s", "interval 5 s × 3 retries, and no start_period"),
        ("interval: 1500ms, retries: 4", "interval 1.5 s × 4 retries, and no start_period"),
        ("interval: '${INTERVAL:-2s}', retries: '10'", "interval 2 s × 10 retries, and no start_period"),
    ],
)
def test_told(times: str, arithmetic: str) -> None:
    told = found(service(f"healthcheck: {{test: pg_isready, {times}}}"), ID)
    assert [(one.severity, one.arithmetic) for one in told] == [("info", arithmetic)]


@pytest.mark.parametrize(
    "times",
    [
        "interval: 10s, retries: 3",
        "retries: 1",
        "interval: 5s, start_period: 1s",
        "interval: $I",
        "interval: 5s, start_period: $S",
        "interval: soon",
    ],
)
def test_silent(times: str) -> None:
    assert found(service(f"healthcheck: {{test: pg_isready, {times}}}"), ID) == []


@pytest.mark.parametrize("health", ["{interval: 5s}", "{disable: true, interval: 5s}", "{test: [NONE], interval: 5s}"])
def test_silent_without_a_test(health: str) -> None:
    assert found(service(f"healthcheck: {health}"), ID) == []


def test_graver_where_somebody_waits() -> None:
    text = service("healthcheck: {test: pg_isready, interval: 5s}") + WAITING
    assert [(one.severity, one.message) for one in found(text, ID)] == [
        ("warning", "a start that takes more than 15 s is unhealthy")
    ]


def test_mended() -> None:
    text = service("healthcheck:\n  test: pg_isready\n  interval: 5s")
    assert mended(text, ID) == service("healthcheck:\n  test: pg_isready\n  start_period: 60s\n  interval: 5s")


def test_mended_on_one_line() -> None:
    text = service("healthcheck: {test: pg_isready, interval: 5s}")
    assert mended(text, ID) == service('healthcheck: {test: pg_isready, interval: 5s, start_period: "60s"}')


def test_not_mended_where_it_is_another_services_too() -> None:
    base = "x-health: &health\n  test: pg_isready\n  interval: 5s\n"
    assert [one.fix for one in found(base + service("healthcheck: *health"), ID)] == [()]
