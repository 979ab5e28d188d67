"""The comment above a command that pgfit wrote: it names the limits the settings were made for."""

import re
from typing import NamedTuple

from ..errors import BadValue
from ..inputs.compose.server import Server
from ..model import Facts, Known
from ..units import Bytes, human, parse_size, print_cpus
from ..yamltree import Source

__all__ = ["comment_above", "comment_for"]

COMMENT = "fitted by pgfit to "
_COMMENT = re.compile(rf"[ ]*# ({COMMENT}(\d[\d.]* [kMGT]?B)(?:, (\d+(?:\.\d+)?) CPU)?)[ ]*$", re.MULTILINE)


def comment_for(facts: Facts) -> str:
    """The line above a command that pgfit wrote: for which limits."""
    cpus = f", {print_cpus(facts.cpus.value)} CPU" if isinstance(facts.cpus, Known) else ""
    return f"{COMMENT}{human(facts.memory.value)}{cpus}"


class Written(NamedTuple):
    """The comment that pgfit wrote above a command, and the limits it names."""

    source: Source
    start: int
    end: int
    memory: Bytes
    cpus: float | None


def comment_above(server: Server) -> Written | None:
    """None where the line above the service's own command is not of pgfit's writing."""
    for mapping in server.service.own:
        entry = mapping.own("command")
        if entry is None or entry.value is not server.command.node:
            continue
        source = entry.key.source
        start = source.line_start(entry.key.start)
        above = source.line_start(start - 1) if start else 0
        match = _COMMENT.match(source.text, above, source.line_end(above))
        if match and start:
            try:
                return Written(source, match.start(1), match.end(), parse_size(match[2]), float(match[3]) if match[3] else None)
            except BadValue:
                return None
    return None
