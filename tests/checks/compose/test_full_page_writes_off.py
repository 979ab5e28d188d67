"""full-page-writes-off."""

import pytest

from linting import found, service
from pgfit.checks.finding import ERROR, WARNING

ID = "full-page-writes-off"


def test_told() -> None:
    (one,) = found(service("command: -c full_page_writes=off"), ID)
    assert one.message == "full_page_writes=off: a crash of the machine may leave half-written pages"
    assert (one.severity, one.line_column) == (ERROR, (4, 14))


@pytest.mark.parametrize("command", ["-c full_page_writes=on", "-c full_page_writes=${FPW}", "-c wal_compression=on"])
def test_silent(command: str) -> None:
    assert found(service(f"command: {command}"), ID) == []


def test_for_tests_it_only_warns() -> None:
    text = service("command: -c full_page_writes=off\ntmpfs: [/var/lib/postgresql]")
    assert [one.severity for one in found(text, ID)] == [WARNING]
