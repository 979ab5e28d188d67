"""Memory is reserved, but not limited.

A reservation is what Docker tries to leave to the container when the machine runs short of memory. It stops nothing:
the server may still take all there is, and the kernel then kills whatever it thinks best.

Fails:

    services:
      db:
        image: postgres:18
        mem_reservation: 1g

Passes:

    services:
      db:
        image: postgres:18
        mem_reservation: 1g
        mem_limit: 1g
"""

from collections.abc import Iterator

from ...inputs.compose.limits import NOT_SET
from ...inputs.compose.variables import value
from ...model import Known
from ...yamltree import Scalar
from ..deployment import Deployment
from ..finding import WARNING, Finding

ID = "reservation-only"
SEVERITY = WARNING
LINK = "https://docs.docker.com/engine/containers/resource_constraints/#limit-a-containers-access-to-memory"
PATHS = (("mem_reservation",), ("deploy", "resources", "reservations", "memory"))


def check(deployment: Deployment) -> Iterator[Finding]:
    if deployment.server.limits.memory != NOT_SET or deployment.server.service.problem:
        return
    for path in PATHS:
        node = deployment.get(*path)
        if isinstance(node, Scalar) and not node.null and isinstance(value(node, deployment.project.variables), Known):
            message = f"{'.'.join(path)} limits nothing, and there is no memory limit"
            cure = "deploy.resources.limits.memory: 512M" if len(path) > 1 else "mem_limit: 512m"
            yield deployment.finding(ID, SEVERITY, message, cure, node=node)
            return
