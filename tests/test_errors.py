"""The one error a person sees: what it says, where, and with which exit code a run ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgfit import errors
from pgfit.errors import BadProfile, BadValue, DoesNotFit, ExitCode, PgfitError, UnknownLimit, nearest


@pytest.mark.parametrize("kind", [PgfitError, BadValue, BadProfile, UnknownLimit, DoesNotFit])
def test_every_error_carries_message_hint_and_place(kind: type[PgfitError]) -> None:
    error = kind("12Q is not a size", hint="write 256M", place="--memory")
    assert isinstance(error, PgfitError)
    assert (error.message, error.hint, error.place) == ("12Q is not a size", "write 256M", "--memory")
    assert str(error) == "--memory: 12Q is not a size"


def test_without_a_place_the_message_stands_alone() -> None:
    error = PgfitError("no limit")
    assert (str(error), error.hint, error.place) == ("no limit", "", "")


@pytest.mark.parametrize(
    ("code", "number"),
    [
        (ExitCode.DONE, 0),
        (ExitCode.FINDINGS, 1),
        (ExitCode.BAD_INPUT, 2),
        (ExitCode.BUG, 3),
        (ExitCode.INTERRUPTED, 130),
    ],
)
def test_exit_codes_are_a_promise(code: ExitCode, number: int) -> None:
    assert code == number


def test_the_tree_in_the_docstring_names_every_error() -> None:
    drawn = errors.__doc__ or ""
    assert all(kind.__name__ in drawn for kind in PgfitError.__subclasses__() if kind.__module__ == "pgfit.errors")


@pytest.mark.parametrize(
    ("typed", "known", "found"),
    [
        ("shared_bufers", ["work_mem", "shared_buffers"], "shared_buffers"),
        ("SHARED_BUFERS", ["work_mem", "shared_buffers"], "shared_buffers"),
        ("timezon", ["log_timezone", "TimeZone"], "TimeZone"),
        ("DATESTYL", ("DateStyle",), "DateStyle"),
        ("web", ["web"], "web"),
        ("zzz", ["web", "oltp"], ""),
        ("", ["web", "oltp"], ""),
        ("web", [], ""),
    ],
)
def test_nearest_finds_what_was_meant_in_any_case(typed: str, known: list[str], found: str) -> None:
    assert nearest(typed, known) == found


@given(st.text(), st.lists(st.text()))
def test_nearest_is_one_of_the_known_or_nothing(typed: str, known: list[str]) -> None:
    assert nearest(typed, known) in {*known, ""}
