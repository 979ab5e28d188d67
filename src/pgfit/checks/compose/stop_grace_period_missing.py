"""Docker may kill the server before it has stopped.

A shutdown writes all of shared_buffers that has changed. Docker waits 10 seconds, then kills; the next start begins with
crash recovery, which may take minutes in which nobody can connect.

Fails:

    services:
      db:
        image: postgres:18

Passes:

    services:
      db:
        image: postgres:18
        stop_grace_period: 1m
"""

from collections.abc import Iterator

from ...inputs.compose.limits import NOT_SET
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..own_lines import added

ID = "stop-grace-period-missing"
SEVERITY = WARNING
LINK = "https://docs.docker.com/reference/compose-file/services/#stop_grace_period"


def check(deployment: Deployment) -> Iterator[Finding]:
    server = deployment.server
    if server.limits.stop_grace_period == NOT_SET and not server.service.problem:
        message = f"{server.name} has Docker's 10 seconds to stop before it is killed"
        fix = added(deployment.project, server.service, ("stop_grace_period",), "1m")
        yield deployment.finding(ID, SEVERITY, message, "stop_grace_period: 1m", fix=fix)
