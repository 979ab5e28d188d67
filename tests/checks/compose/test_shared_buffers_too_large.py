"""shared-buffers-too-large."""

import pytest

from linting import found, service
from pgfit.checks.buffers import most_of
from pgfit.errors import DoesNotFit
from pgfit.profiles import names
from pgfit.units import MB
from planning import plan_for

ID = "shared-buffers-too-large"


def test_told() -> None:
    (one,) = found(service("mem_limit: 1g\ncommand: -c shared_buffers=768MB"), ID)
    assert one.message == "shared_buffers 768 MB are 75 % of the limit of 1 GB"
    assert (one.cure, one.line_column) == ("-c shared_buffers=128MB", (5, 14))


def test_the_default_in_a_small_limit() -> None:
    (one,) = found(service("mem_limit: 256m"), ID)
    assert one.message == "shared_buffers 128 MB (PostgreSQL's default) are 50 % of the limit of 256 MB"
    assert (one.cure, one.line_column) == ("-c shared_buffers=32MB", (4, 16))


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("mem_limit: 1000m\ncommand: -c shared_buffers=600MB", id="60 %"),
        pytest.param("mem_limit: 400m\ncommand: -c shared_buffers=180MB", id="45 % of a small limit"),
        pytest.param("mem_limit: 256m\ncommand: -c max_connections=12", id="half of a small limit, for few sessions"),
        pytest.param("mem_limit: 512m", id="the default in a larger limit"),
        pytest.param("command: -c shared_buffers=8GB", id="no limit"),
        pytest.param("mem_limit: ${MEM}\ncommand: -c shared_buffers=8GB", id="unknown limit"),
        pytest.param("mem_limit: 256m\ncommand: -c shared_buffers=${SB}", id="unknown"),
        pytest.param("mem_limit: 256m\ncommand: -c config_file=/etc/pg.conf", id="a file may say otherwise"),
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []


@pytest.mark.parametrize("profile", names())
def test_no_plan_of_ours_is_too_large(profile: str) -> None:
    for limit in (64, 128, 200, 256, 300, 400, 511, 512, 700, 1024, 4096, 262144):
        for cpus in (0.1, 1, 8):
            for connections in (None, 2, 5, 8, 10, 14, 20):
                try:
                    made = plan_for(f"{limit}M", str(cpus), profile=profile, connections=connections)
                except DoesNotFit:
                    continue
                buffers = made.value("shared_buffers")
                assert isinstance(buffers, int)
                assert buffers <= most_of(limit * MB, made.value("max_connections")) * limit * MB
