"""All checks over a project, or those selected."""

from collections.abc import Iterable, Iterator

from ..errors import BadValue, nearest
from ..inputs.compose.project import Project
from .compose import CHECKS, by_id
from .deployment import deployments
from .finding import SEVERITIES, Finding
from .ignored import is_ignored

__all__ = ["chosen", "lint"]


def chosen(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> frozenset[str]:
    """The ids of the checks to run: those selected, or all, without those ignored. Raises BadValue for an unknown id."""
    known = by_id()
    wanted, unwanted = set(select), set(ignore)
    for name in sorted(wanted | unwanted):
        if name not in known:
            guess = nearest(name, list(known))
            raise BadValue(f"there is no check {name!r}", hint=f"did you mean {guess}?" if guess else "pgfit explain lists them")
    return frozenset((wanted or known.keys()) - unwanted)


def lint(project: Project, ids: frozenset[str], *, image_like: str = "") -> Iterator[Finding]:
    """Findings by service, the gravest first, then by place; those that a comment in the file ignores are left out."""
    for deployment in deployments(project, image_like=image_like):
        key = deployment.server.service.key
        found = [one for module in CHECKS if module.ID in ids for one in module.check(deployment)]
        kept = [one for one in found if not is_ignored(one, (key.source, key.start))]
        yield from sorted(kept, key=lambda one: (SEVERITIES.index(one.severity), one.source.path, one.offset, one.check))
