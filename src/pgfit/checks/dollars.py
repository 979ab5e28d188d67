"""Dollars that compose takes for the begin of a variable, and their doubling, which makes them dollars again."""

import re
from collections.abc import Collection

from ..edits import Edit
from ..patch.places import Change
from ..patch.scalars import offsets
from ..yamltree import Scalar

__all__ = ["doubled", "single"]


def single(text: str, names: Collection[str]) -> list[int]:
    """Where `$name` or `${name}` stands for one of these names, with nothing that says what to do without it."""
    found = re.finditer(r"\$\$|\$(?:\{(\w+)\}|(\w+))", text)
    return [one.start() for one in found if (one[1] or one[2]) in names]


def doubled(node: Scalar, names: Collection[str]) -> tuple[Change, ...]:
    """Nothing where the scalar is written in a way in which places are not sure."""
    places = offsets(node)
    if places is None:
        return ()
    return tuple(Change(node.source, Edit(places[at], places[at], "$")) for at in single(node.text, names))
