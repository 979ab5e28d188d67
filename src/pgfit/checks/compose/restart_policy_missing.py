"""Nothing starts the server again.

Without `restart:` a server that the kernel killed, and one on a machine that was rebooted, stays down until somebody
notices. `unless-stopped` starts it again, except where it was stopped by hand.

Fails:

    services:
      db:
        image: postgres:18

Passes:

    services:
      db:
        image: postgres:18
        restart: unless-stopped
"""

from collections.abc import Iterator

from ...yamltree import Mapping
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..own_lines import added
from ..purpose import is_for_tests

ID = "restart-policy-missing"
SEVERITY = WARNING
LINK = "https://docs.docker.com/reference/compose-file/services/#restart"

OF_A_SWARM = frozenset({"restart_policy", "placement", "mode", "update_config", "rollback_config", "endpoint_mode"})
"""A swarm restarts whatever ends, unless told otherwise."""


def check(deployment: Deployment) -> Iterator[Finding]:
    server, deploy = deployment.server, deployment.get("deploy")
    swarm = isinstance(deploy, Mapping) and bool(OF_A_SWARM & deploy.all().keys())
    if deployment.get("restart") is not None or swarm or server.service.problem or is_for_tests(deployment):
        return
    fix = added(deployment.project, server.service, ("restart",), "unless-stopped")
    yield deployment.finding(ID, SEVERITY, f"nothing restarts {server.name}", "restart: unless-stopped", fix=fix)
