"""One live server, with all that a check may read."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..audit.budget import Claims
from ..audit.running import RunningServer
from ..catalog.values import print_value
from ..model import Plan, Unknown, Value
from .cures import cure_for, takes_for
from .finding import CERTAIN, Finding

if TYPE_CHECKING:
    from .deployment import Deployment

__all__ = ["Audited"]


class Audited(NamedTuple):
    server: RunningServer
    claims: Claims | Unknown
    """What the running settings may claim of the limit."""
    plan: Plan | Unknown
    """What pgfit would run in this limit; Unknown without one."""
    deployment: "Deployment | None" = None
    """The service of the compose file it runs from, where that was named."""

    def recommended(self, *names: str) -> dict[str, Value]:
        """pgfit's values for these settings, as far as it has any: the cure of many a finding."""
        if isinstance(self.plan, Unknown):
            return {}
        found = {one.setting.name: one.value for one in self.plan.settings}
        return {name: found[name] for name in names if name in found}

    def finding(
        self,
        check: str,
        severity: str,
        message: str,
        *,
        cure: str = "",
        settings: Mapping[str, Value] | None = None,
        where: str = "server",
        arithmetic: str = "",
        evidence: Mapping[str, str | int | float | bool] | None = None,
        confidence: str = CERTAIN,
    ) -> Finding:
        """`settings` write the cure by themselves, each where it takes effect; `cure` stands before them.

        `where` is the name of a setting, whose place is then told, or `server`, `container`, `disk`.
        """
        chosen = dict(settings or {})
        lines = [one for one in (cure, cure_for(self.server, chosen)) if one]
        address = self.server.snapshot.server
        return Finding(
            check=check,
            severity=severity,
            subject=f"{address.get('host') or 'local'}:{address.get('port', '')}",
            message=message,
            cure="\n".join(lines),
            arithmetic=arithmetic,
            where=self.server.place(where) or where,
            takes=takes_for(self.server, chosen),
            settings={name: print_value(value) for name, value in chosen.items()},
            evidence=dict(evidence or {}),
            confidence=confidence,
        )
