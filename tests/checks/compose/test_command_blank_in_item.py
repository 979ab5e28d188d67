"""Options and values in one item of a list."""

import pytest

from linting import found, service
from mending import mended

ID = "command-blank-in-item"


def test_told_once_for_all() -> None:
    text = service("command: [postgres, -c jit=off, '-c  work_mem=8MB']")
    message = "the server is given settings that begin with a blank: jit, work_mem"
    assert [(one.severity, one.message) for one in found(text, ID)] == [("error", message)]


@pytest.mark.parametrize(
    "lines",
    [
        "command: [postgres, -c, jit=off]",
        "command: [postgres, -cjit=off]",
        "command: [postgres, --jit=off]",
        "command: postgres -c jit=off",
        "command: [bash, -c postgres]",
        "entrypoint: [docker-entrypoint.sh]\ncommand: [mine, -c x]",
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n  - postgres\n  - -c jit=off", "\n  - postgres\n  - -c\n  - jit=off"),
        ('\n  - "-c jit=off"  # one\n  - -c work_mem=8MB', '\n  - "-c"\n  - "jit=off"  # one\n  - -c\n  - work_mem=8MB'),
        ('["-c jit=off", "-c work_mem=8MB"]', '["-c", "jit=off", "-c", "work_mem=8MB"]'),
        ("\n  - -c work_mem=${WORK:-8MB}", '\n  - -c\n  - "work_mem=${WORK:-8MB}"'),
    ],
)
def test_mended(before: str, after: str) -> None:
    assert mended(service(f"command: {before}"), ID) == service(f"command: {after}")


def test_not_mended_where_words_are_not_sure() -> None:
    text = service("""command: ["-c search_path='a, b'"]""")
    assert [one.fix for one in found(text, ID)] == [()]
