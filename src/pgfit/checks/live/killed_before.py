"""The container was killed for lack of memory, or restarts again and again.

Its runtime remembers how it ended last: the limit was reached, and whatever the server was doing was lost to crash
recovery.

Fails:
    told: [{what: oom_killed, value: 1, where: docker inspect pg1}]

Passes:
    told: [{what: oom_killed, value: 0, where: docker inspect pg1}, {what: restart_count, value: 1, where: docker inspect pg1}]
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "killed-before"
SEVERITY = WARNING
LINK = "https://docs.docker.com/engine/containers/resource_constraints/"

MANY = 5
"""Restarts by the runtime since the container was created; a few come with reboots of the machine."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    killed, restarts = server.told("oom_killed"), server.told("restart_count")
    if server.container.oom_kills:
        return  # killed-for-memory tells it, with how often
    if killed is not None and killed.value > 0:
        what, where = "was killed for lack of memory", killed.where
    elif restarts is not None and restarts.value >= MANY:
        what, where = f"was restarted {restarts.value:.0f} times by its runtime", restarts.where
    else:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"the container {what} ({where})",
        cure="docker logs, and the kernel's log; settings that fit: pgfit recommend",
        where="container",
        evidence={"oom_killed": int(killed.value) if killed else 0, "restarts": int(restarts.value) if restarts else 0},
    )
