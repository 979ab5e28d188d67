"""A service waits for the health of a server that has no health check.

With `condition: service_healthy` compose asks for the health of the container. Where nothing tells it, `docker compose up`
ends with "container has no healthcheck configured", and the service is not started.

Fails:

    services:
      app:
        image: ghcr.io/example/app:1.0
        depends_on:
          db:
            condition: service_healthy
      db:
        image: postgres:18

Passes:

    services:
      app:
        image: ghcr.io/example/app:1.0
        depends_on:
          db:
            condition: service_healthy
      db:
        image: postgres:18
        healthcheck:
          test: pg_isready -U postgres
"""

from collections.abc import Iterator

from ..dependents import dependents
from ..deployment import Deployment
from ..finding import ERROR, Finding
from ..health import health, is_missing

ID = "depends-on-unhealthy"
SEVERITY = ERROR
LINK = "https://docs.docker.com/compose/how-tos/startup-order/"


def check(deployment: Deployment) -> Iterator[Finding]:
    found = health(deployment)
    if not is_missing(deployment) and (found is None or not found.off):
        return
    waiting = [one for one in dependents(deployment) if one.condition == "service_healthy"]
    if waiting:
        names = ", ".join(one.service.name for one in waiting)
        verb = "waits" if len(waiting) == 1 else "wait"
        message = f"{names} {verb} for {deployment.server.name} to be healthy, which has no health check"
        cure = "healthcheck: {test: pg_isready -h 127.0.0.1 -U postgres, interval: 10s, start_period: 60s}"
        yield deployment.finding(ID, SEVERITY, message, cure, node=waiting[0].node)
