"""shm-above-half-the-limit."""

import pytest

from linting import found, service

ID = "shm-above-half-the-limit"


def test_shm_size() -> None:
    (one,) = found(service("mem_limit: 1g\nshm_size: 1g"), ID)
    assert one.message == "a full /dev/shm takes 1 GB of the limit of 1 GB"
    assert (one.cure, one.line_column) == ("shm_size: 256m", (5, 15))


def test_a_tmpfs() -> None:
    (one,) = found(service("mem_limit: 256m\ntmpfs:\n  - /dev/shm:size=200m"), ID)
    assert one.message == "a full /dev/shm takes 200 MB of the limit of 256 MB"
    assert (one.cure, one.line_column[0]) == ("size=64m", 6)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("mem_limit: 1g\nshm_size: 512m", id="half"),
        pytest.param("mem_limit: 100m", id="Docker's own 64 MB"),
        pytest.param("shm_size: 8g", id="no limit"),
        pytest.param("mem_limit: 1g\nshm_size: ${SHM}", id="unknown"),
        pytest.param("mem_limit: 1g\nshm_size: 1g\nipc: host", id="ignored"),
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []
