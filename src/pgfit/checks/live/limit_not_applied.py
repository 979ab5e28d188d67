"""The container runs with another limit than was set for it.

A limit changed in the compose file takes effect only when the container is created anew; `docker update` changes the
running one and not the file. What was computed for one does not fit the other.

Fails:
    memory: 1G
    told: [{what: memory, value: 536870912, where: service db of compose.yaml}]

Passes:
    memory: 512M
    told: [{what: memory, value: 536870912, where: service db of compose.yaml}]
"""

from collections.abc import Iterator
from typing import NamedTuple

from ...audit.running import RunningServer
from ...units import human
from ..audited import Audited
from ..finding import INFO, WARNING, Finding
from ..nested import memory_limits, quotas

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "limit-not-applied"
SEVERITY = WARNING
LINK = "https://docs.docker.com/reference/compose-file/deploy/#resources"

PAGE = 4096
"""Bytes to which the kernel rounds a limit, and a tmpfs its size."""
HUNDREDTH = 0.01
"""Of a processor: quotas are whole microseconds."""


class Seen(NamedTuple):
    what: str
    by_group: list[float | None]
    """The own group's first; None where it says that it has no limit."""
    rounding: float
    option: str


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    shared = audited.deployment is not None and audited.deployment.server.limits.shm_shared
    for row in server.rows("told"):
        value, where = row.get("value"), str(row.get("where"))
        seen = _seen(server, str(row.get("what")))
        if seen is None or (shared and row.get("what") == "shm_size") or not isinstance(value, int | float):
            continue
        limits, typed = [one for one in seen.by_group if one is not None], where.startswith("--")
        if any(abs(value - one) <= seen.rounding for one in limits) or (typed and not limits):
            continue
        running = min(limits) if seen.by_group[0] is None and limits else seen.by_group[0]
        runs = "none" if running is None else _shown(row.get("what"), running)
        yield audited.finding(
            ID,
            INFO if typed else SEVERITY,
            f"the {seen.what} is {_shown(row.get('what'), value)} by {where}, but {runs} where the server runs",
            cure=f"leave out {where}: the server can read it itself" if typed else _cure(seen),
            where="container",
            evidence={"told": value, "seen": "none" if running is None else running},
        )


def _seen(server: RunningServer, what: str) -> Seen | None:
    """Nothing where it cannot be seen."""
    container = server.container
    if what == "memory":
        found = Seen("memory limit", memory_limits(container), PAGE, "--memory")
    elif what == "cpus":
        found = Seen("CPU limit", quotas(container), HUNDREDTH, "--cpus")
    elif what == "shm_size" and container.shm_size is not None:
        found = Seen("size of /dev/shm", [float(container.shm_size)], PAGE, "")
    else:
        return None
    return found if found.by_group else None


def _shown(what: object, value: float) -> str:
    return f"{value:g}" if what == "cpus" else human(int(value))


def _cure(seen: Seen) -> str:
    update = f", or change the running one: docker update {seen.option}" if seen.option else ""
    return f"docker compose up -d   (creates the container anew){update}"
