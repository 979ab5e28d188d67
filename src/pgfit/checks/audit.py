"""All checks of a live server, or those selected."""

from .audited import Audited
from .finding import SEVERITIES, Finding
from .live import CHECKS

__all__ = ["audit"]


def audit(audited: Audited, ids: frozenset[str]) -> list[Finding]:
    """Findings, the gravest first, otherwise in the order of the checks' subjects."""
    found = [one for module in CHECKS if module.ID in ids for one in module.check(audited)]
    return sorted(found, key=lambda one: SEVERITIES.index(one.severity))
