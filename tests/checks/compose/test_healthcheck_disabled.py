"""A health check that is switched off."""

import pytest

from linting import found, service

ID = "healthcheck-disabled"


@pytest.mark.parametrize(
    "health", ["{disable: true}", "{test: [NONE]}", '{test: ["NONE"], interval: 5s}', "{disable: true, test: pg_isready}"]
)
def test_told(health: str) -> None:
    assert len(found(service(f"healthcheck: {health}"), ID)) == 1


@pytest.mark.parametrize("health", ["{disable: false}", "{test: pg_isready}", "{test: [CMD, pg_isready]}", '{disable: "${OFF}"}'])
def test_silent(health: str) -> None:
    assert found(service(f"healthcheck: {health}"), ID) == []


def test_silent_without_any() -> None:
    assert found(service(""), ID) == []
