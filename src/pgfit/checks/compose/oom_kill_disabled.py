"""At its memory limit the container hangs.

With oom_kill_disable the kernel does not kill a process that needs more than the limit, it stops it until memory
becomes free. A server's processes wait for each other, so all of them stand still, and Docker calls it running. On
hosts with cgroup v2 it does nothing.

Fails:

    services:
      db:
        image: postgres:18
        mem_limit: 1g
        oom_kill_disable: true

Passes:

    services:
      db:
        image: postgres:18
        mem_limit: 1g
"""

from collections.abc import Iterator

from ...inputs.compose.variables import value
from ...model import Known
from ...yamltree import Scalar
from ..deployment import Deployment
from ..finding import ERROR, Finding

ID = "oom-kill-disabled"
SEVERITY = ERROR
LINK = "https://docs.docker.com/reference/compose-file/services/#oom_kill_disable"


def check(deployment: Deployment) -> Iterator[Finding]:
    node = deployment.get("oom_kill_disable")
    stated = value(node, deployment.project.variables) if isinstance(node, Scalar) else None
    if isinstance(stated, Known) and stated.value.lower() in {"true", "yes", "on"}:
        message = "oom_kill_disable lets the server hang where it should be killed and recover"
        yield deployment.finding(ID, SEVERITY, message, "delete oom_kill_disable", node=node)
