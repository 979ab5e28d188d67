"""Commands that neither compose nor the server takes."""

import pytest

from linting import found, service

ID = "command-not-understood"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("postgres -c jit=off && echo done", "`&` in the command, which compose cannot split into words"),
        ("postgres -c 'jit=off", "a quote in the command that is never closed"),
        ("postgres jit=off", "'jit' is no option of the server"),
        ("[postgres, jit=off]", "'jit' is no option of the server"),
        ("[postgres, -c]", "-c is the last word: its value is missing"),
        ("postgres -c jit", "-c jit has no value"),
        ("[postgres, -c, {jit: off}]", "an item of the command that is not a word"),
        ("{jit: off}", "`command:` is neither a string nor a list"),
        ("postgres -c archive_command='cp $1'", "a single `$` that begins no variable; a real dollar is written `$$`"),
    ],
)
def test_told(command: str, message: str) -> None:
    assert [one.message for one in found(service(f"command: {command}"), ID)] == [message]


@pytest.mark.parametrize(
    "command",
    [
        "postgres -c jit=off",
        "${COMMAND}",
        "postgres ${OPTIONS}",
        "postgres -c ${SETTING}",
        "postgres -c jit=${JIT:?say it}",
        "[postgres, '-c jit=off']",
        "['postgres -c jit=off']",
        "[]",
        "bash -c 'a && postgres -c jit=off'",
    ],
)
def test_silent(command: str) -> None:
    assert found(service(f"command: {command}"), ID) == []


def test_silent_where_the_image_takes_no_command() -> None:
    assert found(service("command: postgres jit=off", "bitnami/postgresql:16"), ID) == []
