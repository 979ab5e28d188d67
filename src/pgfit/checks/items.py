"""An item of a list taken apart into several, where it stands."""

import re

from ..edits import Edit
from ..patch.places import Change, flow
from ..patch.scalars import written
from ..yamltree import Scalar, Sequence

__all__ = ["parted", "words_of"]


def words_of(text: str) -> tuple[str, ...]:
    """Its words, where blanks alone divide them; none where quotes or variables might say otherwise."""
    return () if re.search(r"""["'\\`;&|<>()]|\$\{[^}]*[\s$]""", text) else tuple(text.split())


def parted(sequence: Sequence, item: Scalar, words: tuple[str, ...]) -> tuple[Change, ...]:
    """Nothing where the item is an alias, a block of text, or shares its line in a list of lines."""
    place = next((number for number, one in enumerate(sequence.items) if one is item), -1)
    if len(words) < 2 or place < 0 or place in sequence.aliases or item.anchor or item.tag or item.style in {"|", ">"}:
        return ()
    if sequence.flow:
        text = ", ".join(written(word, style=item.style) if item.style else flow(word) for word in words)
        return (Change(item.source, Edit(item.start, item.end, text)),)
    begin = item.source.line_start(item.start)
    match = re.fullmatch(r"[ ]*-[ ]+", item.source.text[begin : item.start])
    if match is None:
        return ()
    glue = item.source.newline + match[0]
    return (Change(item.source, Edit(item.start, item.end, glue.join(written(word, style=item.style) for word in words))),)
