"""The kernel has killed processes of this container because its memory limit was reached.

A killed session takes all others with it: PostgreSQL drops every connection and goes through crash recovery. If the
postmaster is hit, the container ends. The application sees connections that break for no reason.

Fails:
    memory: 1G
    files: {memory.events: "oom_kill 3"}

Passes:
    memory: 1G
    files: {memory.events: "oom_kill 0"}
"""

from collections.abc import Iterator

from ...model import Unknown
from ...units import human
from ..audited import Audited
from ..finding import ERROR, Finding
from ..shares import limit_of

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "killed-for-memory"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/kernel-resources.html#LINUX-MEMORY-OVERCOMMIT"


def check(audited: Audited) -> Iterator[Finding]:
    kills, limit, claims = audited.server.container.oom_kills, limit_of(audited), audited.claims
    if not kills:
        return
    of = f" at its limit of {human(limit)}" if limit is not None else ""
    worst = None if isinstance(claims, Unknown) else claims.worst_case
    cure = "a larger limit: the settings fit it, so look for what they do not bound (wide ANALYZE, array_agg, other processes)"
    if worst is None or limit is None or worst > limit:
        cure = "settings whose worst case fits the limit: pgfit recommend"
    yield audited.finding(
        ID,
        SEVERITY,
        f"{kills} {'process was' if kills == 1 else 'processes were'} killed in this container{of} since it started",
        cure=cure,
        where="container",
        arithmetic=f"the worst case of the settings is {human(worst)}" if worst is not None and limit is not None else "",
        evidence={"oom_kills": kills, **({"limit": int(limit)} if limit is not None else {})},
    )
