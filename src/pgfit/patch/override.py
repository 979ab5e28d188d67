"""The plan as a file of its own, to stand after the base: `-f docker-compose.yml -f compose.tuned.yml`.

An override file replaces `command:`, so the whole merged command is stated in it.
"""

from pathlib import Path

from ..inputs.compose.project import Project, load
from ..inputs.compose.server import servers
from ..yamltree import Source
from .fragment import lines_of
from .places import Refused
from .project import Patched
from .proof import misread

__all__ = ["HEADER", "override"]

HEADER = "# written by pgfit: settings and limits, to be used after the base file; do not edit\n"


def override(project: Project, patched: Patched, path: str, *, image_like: str = "") -> str:
    """The text of the override file. Raises Refused where it would not read back as the plan."""
    lines = [HEADER.rstrip("\n"), "services:"]
    for fate in patched.fates:
        lines += lines_of(fate, 2)
    text = "\n".join(lines) + "\n" if len(lines) > 2 else ""
    if text:
        _prove(project, patched, Source(path, text), image_like)
    return text


def _prove(project: Project, patched: Patched, source: Source, image_like: str) -> None:
    again = load([*project.sources, source], project.variables, Path(project.directory))
    found = {one.name: one for one in servers(again, image_like=image_like)}
    for fate in patched.fates:
        server = found.get(fate.server.name)
        if server is None:
            raise Refused(f"{fate.server.name} would not be a server any more", place=source.path)
        if problem := misread(fate, server):
            raise Refused(problem, place=source.path)
