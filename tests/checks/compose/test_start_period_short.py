"""Health checks that give the start little time."""

import pytest

from linting import found, service

ID = "start-period-short"


def test_told() -> None:
    text = service("healthcheck: {test: pg_isready, interval: 2s, retries: 5, start_period: 10s}")
    told = [(one.severity, one.message, one.arithmetic) for one in found(text, ID)]
    assert told == [("info", "a start that takes more than 20 s is unhealthy", "start_period 10 s + interval 2 s × 5 retries")]


@pytest.mark.parametrize(
    "times",
    [
        "start_period: 30s",
        "interval: 5s, start_period: 15s",
        "interval: 2s",
        "interval: 2s, start_period: $S",
        "interval: $I, start_period: 1s",
    ],
)
def test_silent(times: str) -> None:
    assert found(service(f"healthcheck: {{test: pg_isready, {times}}}"), ID) == []


def test_graver_where_somebody_waits() -> None:
    waiting = "  app:\n    image: example/app:1\n    depends_on: {db: {condition: service_healthy}}\n"
    text = service("healthcheck: {test: pg_isready, interval: 1s, start_period: 1s}") + waiting
    assert [one.severity for one in found(text, ID)] == ["warning"]
