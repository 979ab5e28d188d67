"""swap-allowed."""

import pytest

from linting import found, service

ID = "swap-allowed"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        pytest.param("mem_limit: 1g\nmemswap_limit: 1536m", "memswap_limit allows 512 MB of swap", id="above"),
        pytest.param("mem_limit: 1g\nmemswap_limit: -1", "memswap_limit allows any amount of swap", id="any amount"),
    ],
)
def test_told(lines: str, message: str) -> None:
    (one,) = found(service(lines), ID)
    assert (one.message, one.cure, one.line_column[0]) == (message, "memswap_limit: 1g", 5)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("mem_limit: 1g\nmemswap_limit: 1024m", id="the same"),
        pytest.param("mem_limit: 1g", id="not stated"),
        pytest.param("mem_limit: 1g\nmemswap_limit: 0", id="0 is not stated"),
        pytest.param("mem_limit: 1g\nmemswap_limit: ${SWAP}", id="unknown"),
        pytest.param("memswap_limit: -1", id="no memory limit"),
        pytest.param("mem_limit: 1g\nmem_swappiness: 10", id="swappiness"),
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []
