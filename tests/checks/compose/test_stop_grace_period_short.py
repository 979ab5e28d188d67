"""stop-grace-period-short."""

import pytest

from linting import found, service

ID = "stop-grace-period-short"


def test_told_with_the_arithmetic() -> None:
    (one,) = found(service("command: -c shared_buffers=4GB\nstop_grace_period: 10s"), ID)
    assert one.message == "10 seconds to stop are short for 4 GB of shared_buffers"
    assert one.arithmetic == "4 GB at 50 MB a second are 82 s"
    assert (one.cure, one.line_column) == ("stop_grace_period: 90s", (5, 24))


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("command: -c shared_buffers=4GB\nstop_grace_period: 30s", id="30 seconds"),
        pytest.param("command: -c shared_buffers=4GB\nstop_grace_period: 1m30s", id="longer"),
        pytest.param("command: -c shared_buffers=255MB\nstop_grace_period: 5s", id="small"),
        pytest.param("stop_grace_period: 5s", id="the default of 128 MB"),
        pytest.param("command: -c shared_buffers=4GB", id="none: another check"),
        pytest.param("command: -c shared_buffers=${SB}\nstop_grace_period: 5s", id="unknown"),
        pytest.param("command: -c shared_buffers=4GB\nstop_grace_period: ${GRACE}", id="unknown period"),
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []
