"""`# pgfit: ignore=ID,ID` in a compose file: on the line of a finding, on the one above it, or for a whole service.

For a service it stands on the line of its name, or above that. `ignore=all` silences everything there.
"""

import re
from functools import cache

from ..yamltree import Source
from .finding import Finding

__all__ = ["is_ignored"]

_COMMENT = re.compile(r"#\s*pgfit:\s*ignore=([\w,-]+)")


def is_ignored(finding: Finding, service: tuple[Source, int]) -> bool:
    """Whether the file itself says not to tell this. `service` is the place of the service's name."""
    source, offset = service
    line, _ = finding.line_column
    named = _around(finding.source or source, line) | _around(source, source.line_column(offset)[0])
    return finding.check in named or "all" in named


def _around(source: Source, line: int) -> frozenset[str]:
    comments = _comments(source)
    above = comments.get(line - 1)
    alone = above[1] if above is not None and above[0] else frozenset()
    here = comments.get(line)
    return alone | (here[1] if here is not None else frozenset())


@cache
def _comments(source: Source) -> dict[int, tuple[bool, frozenset[str]]]:
    """By line: whether the comment stands alone on it, and the checks it names."""
    found = {}
    for number, line in enumerate(source.text.splitlines(), 1):
        if match := _COMMENT.search(line):
            found[number] = (line.lstrip().startswith("#"), frozenset(match[1].split(",")))
    return found
