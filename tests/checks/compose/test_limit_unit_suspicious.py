"""limit-unit-suspicious."""

import pytest

from linting import found, service

ID = "limit-unit-suspicious"


@pytest.mark.parametrize(
    ("lines", "message", "cure"),
    [
        ("mem_limit: 512", "mem_limit: 512 means 512 bytes", "mem_limit: 512m"),
        ("mem_limit: 5m", "mem_limit: 5m means 5 MB; at least 6 MB are needed", "mem_limit: 512m"),
        ("mem_limit: 2048", "mem_limit: 2048 means 2 kB; at least 6 MB are needed", "mem_limit: 512m"),
        ("mem_limit: 512Mi", "mem_limit: 512Mi has a unit of Kubernetes, which Compose refuses", "mem_limit: 512m"),
        (
            "deploy: {resources: {limits: {memory: 1Gi}}}",
            "memory: 1Gi has a unit of Kubernetes, which Compose refuses",
            "memory: 1g",
        ),
        ("mem_limit: a lot", "mem_limit: a lot is not a size that Docker can read", "mem_limit: 512m"),
        ("shm_size: 64", "shm_size: 64 means 64 bytes", "shm_size: 64m"),
        ("shm_size: 512k", "shm_size: 512k means 512 kB; at least 1 MB are needed", "shm_size: 64m"),
        ("cpus: 500m", "cpus: 500m has a unit of Kubernetes, which Compose refuses", "cpus: 0.5"),
        ("cpus: '0,5'", "cpus: 0,5 is not a number of processors", "cpus: 0.5"),
    ],
)
def test_told(lines: str, message: str, cure: str) -> None:
    assert [(one.message, one.cure) for one in found(service(lines), ID)] == [(message, cure)]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("mem_limit: 512m", id="m"),
        pytest.param("mem_limit: 1.5gb", id="gb"),
        pytest.param("mem_limit: 512MiB", id="MiB"),
        pytest.param("mem_limit: 536870912", id="bytes"),
        pytest.param("mem_limit: 0", id="0 is no limit"),
        pytest.param("mem_limit: -1", id="-1 is no limit"),
        pytest.param("mem_limit:", id="null"),
        pytest.param("mem_limit: ${MEM}", id="unknown"),
        pytest.param("cpus: .5", id="half a processor"),
        pytest.param("shm_size: 67108864", id="shm_size in bytes"),
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []


def test_the_value_of_a_variable_is_not_told() -> None:
    (one,) = found(service("mem_limit: ${MEM}"), ID, {"MEM": "768Mi"})
    assert one.message == "mem_limit: its variable's value has a unit of Kubernetes, which Compose refuses"
