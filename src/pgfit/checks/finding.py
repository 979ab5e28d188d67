"""A problem found: a value, never an exception."""

from typing import NamedTuple

from ..patch.places import Change
from ..yamltree import Node, Source

__all__ = ["ERROR", "INFO", "SEVERITIES", "WARNING", "Finding", "at"]

ERROR, WARNING, INFO = "error", "warning", "info"
SEVERITIES = (ERROR, WARNING, INFO)
"""error: it fails, or loses data, or lets others in. warning: it will hurt one day. info: worth knowing."""


class Finding(NamedTuple):
    """One problem of one server."""

    check: str
    severity: str
    service: str
    message: str
    """What is there, with its numbers; never the value of an environment variable."""
    cure: str
    """What to do, as a line to write where that is possible."""
    source: Source
    offset: int
    arithmetic: str = ""
    """How the numbers come about, where the message compares some."""
    fix: tuple[Change, ...] = ()
    """A safe edit that mends it; empty where a person must decide."""

    @property
    def line_column(self) -> tuple[int, int]:
        return self.source.line_column(self.offset)

    @property
    def place(self) -> str:
        line, column = self.line_column
        return f"{self.source.path}:{line}:{column}"


def at(node: Node) -> tuple[Source, int]:
    """The place of a node, as Finding wants it."""
    return node.source, node.start
