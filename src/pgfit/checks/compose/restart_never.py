"""The server is never started again.

`restart: "no"` is what Docker does anyway; somebody wrote it down. A server that the kernel killed, and one on a machine
that was rebooted, stays down until somebody notices.

Fails:

    services:
      db:
        image: postgres:18
        restart: "no"

Passes:

    services:
      db:
        image: postgres:18
        restart: unless-stopped
"""

from collections.abc import Iterator

from ...inputs.compose.hosts import word
from ..deployment import Deployment
from ..finding import INFO, Finding
from ..purpose import is_for_tests

ID = "restart-never"
SEVERITY = INFO
LINK = "https://docs.docker.com/reference/compose-file/services/#restart"


def check(deployment: Deployment) -> Iterator[Finding]:
    variables = deployment.project.variables
    restart, policy = deployment.get("restart"), deployment.get("deploy", "restart_policy", "condition")
    never = restart if word(restart, variables) == "no" else policy if word(policy, variables) == "none" else None
    if never is not None and not is_for_tests(deployment):
        yield deployment.finding(ID, SEVERITY, "nothing restarts it, on purpose", "restart: unless-stopped", node=never)
