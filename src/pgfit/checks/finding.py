"""A problem found: a value, never an exception."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # an audit of a live server pays for no YAML parser
    from ..patch.places import Change
    from ..yamltree import Node, Source

__all__ = ["CERTAIN", "CONFIDENCES", "ERROR", "INFO", "LIKELY", "POSSIBLE", "SEVERITIES", "WARNING", "Finding", "at"]

ERROR, WARNING, INFO = "error", "warning", "info"
SEVERITIES = (ERROR, WARNING, INFO)
"""error: it fails, or loses data, or lets others in. warning: it will hurt one day. info: worth knowing."""
CERTAIN, LIKELY, POSSIBLE = "certain", "likely", "possible"
CONFIDENCES = (CERTAIN, LIKELY, POSSIBLE)
"""certain: read off the server. likely: the numbers say so. possible: worth a look."""


class Finding(NamedTuple):
    """One problem of one server: in a file, at `source` and `offset`, or of a live one, `where`."""

    check: str
    severity: str
    subject: str
    """The service of a compose file; `host:port` of a live server."""
    message: str
    """What is there, with its numbers; never the value of an environment variable."""
    cure: str
    """What to do, as a line to write where that is possible."""
    source: "Source | None" = None
    offset: int = 0
    arithmetic: str = ""
    """How the numbers come about, where the message compares some."""
    fix: "tuple[Change, ...]" = ()
    """A safe edit that mends it; empty where a person must decide."""
    where: str = ""
    """Of a live server: `postgresql.conf:132`, `command line`, `container`, `server`."""
    takes: str = ""
    """What the cure needs to take effect: `a restart`, `a reload`, '' for nothing or where it says so itself."""
    settings: Mapping[str, str] = MappingProxyType({})
    """The cure as settings, where it is one."""
    evidence: Mapping[str, str | int | float | bool] = MappingProxyType({})
    """The numbers that were looked at: sizes in bytes, spans in seconds."""
    confidence: str = CERTAIN

    @property
    def line_column(self) -> tuple[int, int]:
        """Both 0 for a live server's."""
        return self.source.line_column(self.offset) if self.source is not None else (0, 0)

    @property
    def place(self) -> str:
        if self.source is None:
            return self.where
        line, column = self.line_column
        return f"{self.source.path}:{line}:{column}"


def at(node: "Node") -> "tuple[Source, int]":
    """The place of a node, as Finding wants it."""
    return node.source, node.start
