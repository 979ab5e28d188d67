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

from ...model import Known
from ...units import human
from ..audited import Audited
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "limit-not-applied"
SEVERITY = WARNING
LINK = "https://docs.docker.com/reference/compose-file/deploy/#resources"

PAGE = 4096
"""Bytes to which the kernel rounds a limit."""
APPLY = "docker compose up -d   (creates the container anew), or docker update --memory"


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    seen = server.container.limits.memory
    for row in server.rows("told"):
        value, where = row.get("value"), str(row.get("where"))
        if row.get("what") != "memory" or not isinstance(value, int) or not isinstance(seen, Known):
            continue
        if abs(value - seen.value) <= PAGE:
            continue
        yield audited.finding(
            ID,
            SEVERITY,
            f"the memory limit is {human(value)} by {where}, but {human(seen.value)} where the server runs",
            cure=APPLY if not where.startswith("--") else "leave out --memory: the server can read its limit itself",
            where="container",
            arithmetic=f"{human(seen.value)} by {seen.where}",
            evidence={"told": value, "seen": int(seen.value)},
        )
