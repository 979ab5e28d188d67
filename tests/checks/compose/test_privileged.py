"""Containers that contain nothing."""

import pytest

from linting import found, service

ID = "privileged"


@pytest.mark.parametrize(
    "lines",
    ["privileged: true", "privileged: ${PRIVILEGED:-true}", "cap_add: [SYS_ADMIN]", "cap_add: [ALL]", "cap_add: [CAP_SYS_ADMIN]"],
)
def test_told(lines: str) -> None:
    assert len(found(service(lines), ID)) == 1


@pytest.mark.parametrize(
    "lines", ["privileged: false", "privileged: ${PRIVILEGED}", "cap_add: [SYS_NICE, IPC_LOCK]", "cap_drop: [ALL]", ""]
)
def test_not_told(lines: str) -> None:
    assert found(service(lines), ID) == []
