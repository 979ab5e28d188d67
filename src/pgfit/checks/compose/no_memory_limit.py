"""The server has no memory limit.

Without one the container may take all memory of the machine. The kernel then kills whatever it thinks best, often
another service, and no settings can be proven to fit. `pgfit compose --memory 512M` writes a limit and settings for it.

A reservation (`mem_reservation`, `deploy.resources.reservations`) is no limit.

Fails:

    services:
      db:
        image: postgres:18

Passes:

    services:
      db:
        image: postgres:18
        mem_limit: 512m
"""

from collections.abc import Iterator

from ...model import Unknown
from ..deployment import Deployment
from ..finding import ERROR, Finding

ID = "no-memory-limit"
SEVERITY = ERROR
LINK = "https://docs.docker.com/reference/compose-file/deploy/#memory"


def check(deployment: Deployment) -> Iterator[Finding]:
    memory = deployment.server.limits.memory
    if isinstance(memory, Unknown) and memory.why == "the file does not say":
        cure = "pgfit compose --memory 512M --cpus 1 --write"
        yield deployment.finding(ID, SEVERITY, f"{deployment.server.name} has no memory limit", cure)
