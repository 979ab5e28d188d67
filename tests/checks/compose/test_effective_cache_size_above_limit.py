"""effective-cache-size-above-limit."""

import pytest

from linting import found, service

ID = "effective-cache-size-above-limit"


def test_told() -> None:
    (one,) = found(service("mem_limit: 1g\ncommand: -c effective_cache_size=3GB"), ID)
    assert one.message == "effective_cache_size 3 GB is above the limit of 1 GB"
    assert (one.cure, one.line_column) == ("-c effective_cache_size=512MB", (5, 14))


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("mem_limit: 1g\ncommand: -c effective_cache_size=1GB", id="the limit"),
        pytest.param("mem_limit: 1g", id="not stated"),
        pytest.param("command: -c effective_cache_size=3GB", id="no limit"),
        pytest.param("mem_limit: ${MEM}\ncommand: -c effective_cache_size=3GB", id="unknown limit"),
        pytest.param("mem_limit: 1g\ncommand: -c effective_cache_size=${CACHE}", id="unknown"),
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []
