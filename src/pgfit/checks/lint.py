"""All checks over a project, or those selected."""

from collections.abc import Iterator

from ..inputs.compose.project import Project
from .compose import CHECKS
from .deployment import deployments
from .finding import SEVERITIES, Finding
from .ignored import is_ignored

__all__ = ["lint"]


def lint(project: Project, ids: frozenset[str], *, image_like: str = "") -> Iterator[Finding]:
    """Findings by service, the gravest first, then by place; those that a comment in the file ignores are left out."""
    for deployment in deployments(project, image_like=image_like):
        key = deployment.server.service.key
        found = [one for module in CHECKS if module.ID in ids for one in module.check(deployment)]
        kept = [one for one in found if not is_ignored(one, (key.source, key.start))]
        yield from sorted(kept, key=_order)


def _order(one: Finding) -> tuple[int, str, int, str]:
    return SEVERITIES.index(one.severity), one.source.path if one.source else "", one.offset, one.check
