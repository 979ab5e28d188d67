"""Pieces of a text replaced; everything between them stays."""

import pytest

from pgfit.edits import Edit, apply


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param([], "abcdef", id="no edit changes nothing"),
        pytest.param([Edit(2, 4, "cd")], "abcdef", id="the same text again"),
        pytest.param([Edit(0, 1, "X")], "Xbcdef", id="at the beginning"),
        pytest.param([Edit(5, 6, "X")], "abcdeX", id="at the end"),
        pytest.param([Edit(6, 6, "X")], "abcdefX", id="behind the end"),
        pytest.param([Edit(2, 2, "X")], "abXcdef", id="an insertion"),
        pytest.param([Edit(2, 4, "")], "abef", id="a deletion"),
        pytest.param([Edit(0, 6, "")], "", id="everything"),
        pytest.param([Edit(4, 5, "Y"), Edit(1, 2, "X")], "aXcdYf", id="in any order"),
        pytest.param([Edit(1, 3, "X"), Edit(3, 5, "Y")], "aXYf", id="side by side"),
        pytest.param([Edit(2, 2, "X"), Edit(2, 2, "Y")], "abXYcdef", id="two insertions keep their order"),
        pytest.param([Edit(2, 4, "Z"), Edit(2, 2, "X")], "abXZef", id="an insertion before what is replaced"),
        pytest.param([Edit(2, 4, "Z"), Edit(4, 4, "X")], "abZXef", id="an insertion behind what is replaced"),
    ],
)
def test_edits_are_made_and_nothing_else(edits: list[Edit], expected: str) -> None:
    assert apply("abcdef", edits) == expected


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([Edit(1, 4, ""), Edit(2, 3, "")], id="one inside another"),
        pytest.param([Edit(1, 3, ""), Edit(2, 4, "")], id="overlapping"),
        pytest.param([Edit(1, 3, "X"), Edit(1, 3, "Y")], id="the same place twice"),
        pytest.param([Edit(1, 4, "X"), Edit(2, 2, "Y")], id="an insertion inside what is replaced"),
        pytest.param([Edit(5, 7, "")], id="past the end"),
        pytest.param([Edit(-1, 1, "")], id="before the beginning"),
        pytest.param([Edit(3, 2, "")], id="backwards"),
    ],
)
def test_what_overlaps_or_lies_outside_is_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="overlaps another or lies outside"):
        apply("abcdef", edits)


def test_line_ends_between_the_edits_stay() -> None:
    assert apply("a\r\nb\nc", [Edit(3, 4, "X")]) == "a\r\nX\nc"
