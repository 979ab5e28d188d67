"""The safe edits of findings, applied, and proven by reading and linting the result again."""

from collections.abc import Iterable
from typing import NamedTuple

from ..edits import Edit, apply
from ..errors import PgfitError
from ..inputs.compose.project import Project, load
from ..yamltree import Source
from .finding import Finding
from .lint import lint

__all__ = ["Fixed", "fix"]


class Fixed(NamedTuple):
    texts: dict[str, tuple[Source, str]]
    """Files that change: what was read, and the new text."""
    done: tuple[Finding, ...]
    """What was mended."""


def fix(project: Project, findings: Iterable[Finding], ids: frozenset[str], *, image_like: str = "") -> Fixed:
    """Mend what can be mended, one finding after the other; an edit whose result is not clean is left out."""
    done: list[Finding] = []
    edits: dict[str, tuple[Source, list[Edit]]] = {}
    texts: dict[str, tuple[Source, str]] = {}
    remaining = _keys(findings)
    for one in (each for each in findings if each.fix):
        tried = {path: (source, list(some)) for path, (source, some) in edits.items()}
        for source, edit in one.fix:
            some = tried.setdefault(source.path, (source, []))[1]
            if edit not in some:
                some.append(edit)
        try:
            new = {path: (source, apply(source.text, some)) for path, (source, some) in tried.items()}
            replaced = {path: Source(path, text) for path, (_, text) in new.items()}
            again = load(project.sources, project.variables, project.directory, replaced=replaced)
            left = _keys(lint(again, ids, image_like=image_like))
        except (ValueError, PgfitError):
            continue
        if (one.subject, one.check) not in left and left <= remaining:
            edits, texts, remaining = tried, new, left
            done.append(one)
    return Fixed(texts, tuple(done))


def _keys(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(one.subject, one.check) for one in findings}
