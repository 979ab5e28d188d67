"""The host's own network."""

import pytest

from linting import found, service

ID = "network-host"


@pytest.mark.parametrize("mode", ["host", '"host"', "${MODE:-host}"])
def test_told(mode: str) -> None:
    assert len(found(service(f"network_mode: {mode}"), ID)) == 1


@pytest.mark.parametrize("mode", ["bridge", "none", "service:app", "${MODE}"])
def test_not_told(mode: str) -> None:
    assert found(service(f"network_mode: {mode}"), ID) == []


def test_not_told_of_another_service() -> None:
    assert found(service("") + "  app:\n    image: x\n    network_mode: host\n", ID) == []
