"""oom-kill-disabled."""

import pytest

from linting import found, service

ID = "oom-kill-disabled"


@pytest.mark.parametrize("lines", ["oom_kill_disable: true", 'oom_kill_disable: "true"', "oom_kill_disable: ${KILL:-true}"])
def test_told(lines: str) -> None:
    (one,) = found(service(lines), ID)
    assert one.message == "oom_kill_disable lets the server hang where it should be killed and recover"
    assert one.line_column[0] == 4


@pytest.mark.parametrize("lines", ["oom_kill_disable: false", "oom_kill_disable:", "oom_kill_disable: ${KILL}", ""])
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []
