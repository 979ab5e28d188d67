"""The health check is switched off.

With `disable: true` or the test NONE Docker calls the container healthy for running, whatever the server does, and a service
that waits for it with `condition: service_healthy` never starts.

Fails:

    services:
      db:
        image: postgres:18
        healthcheck:
          disable: true

Passes:

    services:
      db:
        image: postgres:18
        healthcheck:
          test: pg_isready -U postgres
"""

from collections.abc import Iterator

from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..health import health

ID = "healthcheck-disabled"
SEVERITY = WARNING
LINK = "https://docs.docker.com/reference/compose-file/services/#healthcheck"


def check(deployment: Deployment) -> Iterator[Finding]:
    found = health(deployment)
    if found is not None and found.off:
        node = found.node.get("disable") or found.test
        cure = "test: pg_isready -h 127.0.0.1 -U $${POSTGRES_USER:-postgres}"
        yield deployment.finding(ID, SEVERITY, "the health check is switched off", cure, node=node)
