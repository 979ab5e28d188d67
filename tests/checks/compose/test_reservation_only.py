"""reservation-only."""

import pytest

from linting import found, service

ID = "reservation-only"


def test_mem_reservation() -> None:
    (one,) = found(service("mem_reservation: 1g"), ID)
    assert one.message == "mem_reservation limits nothing, and there is no memory limit"
    assert (one.line_column, one.cure) == ((4, 22), "mem_limit: 512m")


def test_under_deploy() -> None:
    (one,) = found(service("deploy: {resources: {reservations: {memory: 1G}}}"), ID)
    assert one.message == "deploy.resources.reservations.memory limits nothing, and there is no memory limit"
    assert one.cure == "deploy.resources.limits.memory: 512M"


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("", id="no reservation"),
        pytest.param("mem_reservation: 1g\nmem_limit: 1g", id="and a limit"),
        pytest.param("mem_reservation: 1g\nmem_limit: ${MEM}", id="a limit that is not known"),
        pytest.param("mem_reservation: ${MEM}", id="a reservation that is not known"),
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []


def test_no_memory_limit_is_told_as_well() -> None:
    assert len(found(service("mem_reservation: 1g"), "no-memory-limit")) == 1
