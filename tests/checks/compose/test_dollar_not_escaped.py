"""A dollar that is meant for the server."""

import pytest

from linting import found, service
from mending import mended

ID = "dollar-not-escaped"


@pytest.mark.parametrize(
    "command",
    [
        """postgres -c 'search_path="$user", public'""",
        """[postgres, -c, 'search_path="$user", public']""",
        """[postgres, -c, 'search_path="${user}", public']""",
    ],
)
def test_told(command: str) -> None:
    assert [one.severity for one in found(service(f"command: {command}"), ID)] == ["error"]


@pytest.mark.parametrize(
    "command",
    [
        """postgres -c 'search_path="$$user", public'""",
        "postgres -c search_path=$USER",
        "postgres -c search_path=$username",
        "postgres -c search_path=${user:-app}",
        "postgres -c jit=off",
    ],
)
def test_silent(command: str) -> None:
    assert found(service(f"command: {command}"), ID) == []


def test_silent_where_compose_knows_it() -> None:
    assert found(service("command: -c search_path=$user"), ID, {"user": "app"}) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("""postgres -c 'search_path="$user", public'""", """postgres -c 'search_path="$$user", public'"""),
        ('["-c", "search_path=\\"${user}\\", public"]', '["-c", "search_path=\\"$${user}\\", public"]'),
        (""">-\n  postgres\n  -c 'search_path="$user"'""", """>-\n  postgres\n  -c 'search_path="$$user"'"""),
    ],
)
def test_mended(before: str, after: str) -> None:
    assert mended(service(f"command: {before}"), ID) == service(f"command: {after}")
