"""A list with a whole command line for an item."""

import pytest

from linting import found, service
from mending import mended

ID = "command-in-one-item"


@pytest.mark.parametrize(
    "command", ['["postgres -c jit=off"]', "['postgres -c jit=off', -c, work_mem=8MB]", "[postgres -c 'jit=off']"]
)
def test_told(command: str) -> None:
    assert [one.severity for one in found(service(f"command: {command}"), ID)] == ["error"]


@pytest.mark.parametrize(
    "command",
    ["postgres -c jit=off", "[postgres, -c, jit=off]", '["postgres"]', '["bash", "-c", "postgres -c jit=off"]', "['${COMMAND}']"],
)
def test_silent(command: str) -> None:
    assert found(service(f"command: {command}"), ID) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('["postgres -c jit=off"]', '["postgres", "-c", "jit=off"]'),
        ("[postgres -c jit=off]", '["postgres", "-c", "jit=off"]'),
        ("\n  - postgres -c jit=off  # why", "\n  - postgres\n  - -c\n  - jit=off  # why"),
        ("\n  - 'postgres -c work_mem=${WORK:-8MB}'", "\n  - 'postgres'\n  - '-c'\n  - 'work_mem=${WORK:-8MB}'"),
    ],
)
def test_mended(before: str, after: str) -> None:
    assert mended(service(f"command: {before}"), ID) == service(f"command: {after}")


@pytest.mark.parametrize("command", ["""["postgres -c 'search_path=a, b'"]""", "['postgres -c work_mem=${WORK:-8 MB}']"])
def test_not_mended_where_words_are_not_sure(command: str) -> None:
    assert [one.fix for one in found(service(f"command: {command}"), ID)] == [()]
