"""autovacuum-off."""

import pytest

from linting import found, service

ID = "autovacuum-off"


def test_told() -> None:
    (one,) = found(service("command:\n  - postgres\n  - -c\n  - autovacuum=off"), ID)
    assert one.message == "autovacuum=off: tables grow without end, and the planner's statistics grow old"
    assert one.line_column == (7, 9)


@pytest.mark.parametrize("command", ["-c autovacuum=on", "-c autovacuum=${AV}", "-c autovacuum_naptime=10min"])
def test_silent(command: str) -> None:
    assert found(service(f"command: {command}"), ID) == []
