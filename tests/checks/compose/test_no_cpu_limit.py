"""no-cpu-limit."""

import pytest

from linting import found, service

ID = "no-cpu-limit"


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("", id="nothing"),
        pytest.param("cpu_shares: 512", id="a share is no limit"),
        pytest.param("cpus: 0", id="0 is no limit"),
        pytest.param("deploy: {resources: {reservations: {cpus: '1'}}}", id="a reservation"),
    ],
)
def test_told(lines: str) -> None:
    assert [one.message for one in found(service(lines), ID)] == ["db has no CPU limit"]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("cpus: 0.5", id="cpus"),
        pytest.param("deploy: {resources: {limits: {cpus: '1'}}}", id="deploy"),
        pytest.param("cpu_quota: 50000", id="quota"),
        pytest.param("cpuset: 0-1", id="cpuset"),
        pytest.param("cpus: ${CPUS}", id="unknown"),
        pytest.param("extends: {file: other.yaml, service: db}", id="a base that is not here"),
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []
