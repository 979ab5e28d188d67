"""The server has no CPU limit.

One bad query may then keep all processors of the machine busy, and every other container waits. How many parallel
workers are worth having cannot be told either: a tuner has to assume one processor.

On a machine of its own the server needs none.

Fails:

    services:
      db:
        image: postgres:18
        mem_limit: 1g

Passes:

    services:
      db:
        image: postgres:18
        mem_limit: 1g
        cpus: 2
"""

from collections.abc import Iterator

from ...inputs.compose.limits import NOT_SET
from ..deployment import Deployment
from ..finding import INFO, Finding

ID = "no-cpu-limit"
SEVERITY = INFO
LINK = "https://docs.docker.com/reference/compose-file/services/#cpus"


def check(deployment: Deployment) -> Iterator[Finding]:
    server = deployment.server
    if server.limits.cpus == NOT_SET and not server.service.problem:
        yield deployment.finding(ID, SEVERITY, f"{server.name} has no CPU limit", "cpus: 1")
