"""The one way a user's file is changed: pieces of its text replaced, everything between them left as it is."""

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Edit", "apply"]


class Edit(NamedTuple):
    """Put `text` in place of the characters from `start` up to `end`; an insertion where both are the same."""

    start: int
    end: int
    text: str


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with every edit made. Insertions at one place keep their order. Raises ValueError where two overlap."""
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        if not position <= edit.start <= edit.end <= len(text):
            raise ValueError(f"the edit at {edit.start} overlaps another or lies outside the text")
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*pieces, text[position:]])
