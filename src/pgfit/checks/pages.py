"""The page of a check is its module's docstring: a title, why it hurts, an example that fails, one that passes."""

from inspect import cleandoc
from textwrap import dedent
from types import ModuleType
from typing import NamedTuple

__all__ = ["Page", "page_of"]


class Page(NamedTuple):
    title: str
    why: tuple[str, ...]
    """Paragraphs."""
    fails: str
    """A whole compose file that the check finds something in."""
    passes: str


def page_of(module: ModuleType) -> Page:
    """Raises ValueError for a docstring without one of the parts."""
    text = cleandoc(module.__doc__ or "")
    head, fails, rest = text.partition("\nFails:\n")
    broken, passes, good = rest.partition("\nPasses:\n")
    if not fails or not passes:
        raise ValueError(f"{module.__name__} has no example that fails, or none that passes")
    title, *why = head.strip().split("\n\n")
    return Page(
        title, tuple(" ".join(one.split()) for one in why), dedent(broken.strip("\n")) + "\n", dedent(good.strip("\n")) + "\n"
    )
