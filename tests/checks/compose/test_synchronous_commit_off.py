"""synchronous-commit-off."""

import pytest

from linting import found, service

ID = "synchronous-commit-off"


@pytest.mark.parametrize("value", ["off", "OFF", "0", "false"])
def test_told(value: str) -> None:
    (one,) = found(service(f"command: -c synchronous_commit={value}"), ID)
    assert one.message == "synchronous_commit=off: a crash loses what was committed within the last moments"
    assert one.line_column == (4, 14)


@pytest.mark.parametrize("value", ["on", "local", "remote_write", "${COMMIT}"])
def test_silent(value: str) -> None:
    assert found(service(f"command: -c synchronous_commit={value}"), ID) == []
