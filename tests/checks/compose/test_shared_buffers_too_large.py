"""shared-buffers-too-large."""

import pytest

from linting import found, service

ID = "shared-buffers-too-large"


def test_told() -> None:
    (one,) = found(service("mem_limit: 1g\ncommand: -c shared_buffers=512MB"), ID)
    assert one.message == "shared_buffers 512 MB are 50 % of the limit of 1 GB"
    assert (one.cure, one.line_column) == ("-c shared_buffers=256MB", (5, 14))


def test_the_default_in_a_small_limit() -> None:
    (one,) = found(service("mem_limit: 256m"), ID)
    assert one.message == "shared_buffers 128 MB (PostgreSQL's default) are 50 % of the limit of 256 MB"
    assert (one.cure, one.line_column) == ("-c shared_buffers=64MB", (4, 16))


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("mem_limit: 1000m\ncommand: -c shared_buffers=400MB", id="40 %"),
        pytest.param("mem_limit: 512m", id="the default in a larger limit"),
        pytest.param("command: -c shared_buffers=8GB", id="no limit"),
        pytest.param("mem_limit: ${MEM}\ncommand: -c shared_buffers=8GB", id="unknown limit"),
        pytest.param("mem_limit: 256m\ncommand: -c shared_buffers=${SB}", id="unknown"),
        pytest.param("mem_limit: 256m\ncommand: -c config_file=/etc/pg.conf", id="a file may say otherwise"),
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []
