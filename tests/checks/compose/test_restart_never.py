"""Servers that are never started again, on purpose."""

import pytest

from linting import found, service

ID = "restart-never"


@pytest.mark.parametrize(
    "lines", ['restart: "no"', "restart: no", "restart: ${RESTART:-no}", "deploy: {restart_policy: {condition: none}}"]
)
def test_told(lines: str) -> None:
    assert [one.severity for one in found(service(lines), ID)] == ["info"]


@pytest.mark.parametrize("lines", ["", "restart: always", "restart: ${RESTART}", "deploy: {restart_policy: {condition: any}}"])
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []
