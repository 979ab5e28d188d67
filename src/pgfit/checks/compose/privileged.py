"""The server's container is privileged.

It has the host's devices and kernel settings within reach: whoever gets into the database as a superuser, which may run
programs, gets the host with it. PostgreSQL needs none of that.

Fails:

    services:
      db:
        image: postgres:18
        privileged: true

Passes:

    services:
      db:
        image: postgres:18
"""

from collections.abc import Iterator

from ...inputs.compose.hosts import word
from ...yamltree import Sequence
from ..deployment import Deployment
from ..finding import WARNING, Finding

ID = "privileged"
SEVERITY = WARNING
LINK = "https://docs.docker.com/reference/compose-file/services/#privileged"

AS_GOOD_AS = frozenset({"ALL", "SYS_ADMIN", "CAP_SYS_ADMIN"})
"""Capabilities with which a container is not contained."""


def check(deployment: Deployment) -> Iterator[Finding]:
    variables, node = deployment.project.variables, deployment.get("privileged")
    if word(node, variables).lower() in {"true", "yes", "on", "y"}:
        message = "privileged: the host's devices and kernel settings are within reach"
        yield deployment.finding(ID, SEVERITY, message, "delete `privileged:`", node=node)
    added = deployment.get("cap_add")
    for one in added.items if isinstance(added, Sequence) else []:
        name = word(one, variables).upper()
        if name in AS_GOOD_AS:
            message = f"the capability {name} is as good as privileged"
            yield deployment.finding(ID, SEVERITY, message, "delete it from `cap_add:`", node=one)
