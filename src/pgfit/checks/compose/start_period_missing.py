"""The health check begins to count at once.

A first start creates the cluster and runs its scripts; a start after a crash replays WAL, for minutes if much was written.
Checks that fail in this time count: after `interval × retries` the container is unhealthy, services that wait for it fail
to start, and a watchdog restarts a server that only needed time. Failures within `start_period` do not count.

Fails:

    services:
      db:
        image: postgres:18
        healthcheck:
          test: pg_isready -U postgres
          interval: 5s
          retries: 5

Passes:

    services:
      db:
        image: postgres:18
        healthcheck:
          test: pg_isready -U postgres
          interval: 5s
          retries: 5
          start_period: 60s
"""

from collections.abc import Iterator

from ..dependents import is_awaited
from ..deployment import Deployment
from ..finding import INFO, WARNING, Finding
from ..health import health, span
from ..own_lines import added

ID = "start-period-missing"
SEVERITY = INFO
LINK = "https://docs.docker.com/reference/dockerfile/#healthcheck"

ENOUGH = 30_000
"""Milliseconds that the first start of a small database takes on a slow disk."""


def check(deployment: Deployment) -> Iterator[Finding]:
    found = health(deployment)
    times = span(deployment, found) if found is not None and found.test is not None and not found.off else None
    if found is None or times is None or times[2] is not None or deployment.server.service.problem:
        return
    interval, retries, _ = times
    if interval * retries < ENOUGH:
        message = f"a start that takes more than {interval * retries / 1000:g} s is unhealthy"
        arithmetic = f"interval {interval / 1000:g} s × {retries} retries, and no start_period"
        fix = added(deployment.project, deployment.server.service, ("healthcheck", "start_period"), "60s")
        grave = WARNING if is_awaited(deployment) else SEVERITY
        yield deployment.finding(ID, grave, message, "start_period: 60s", node=found.node, arithmetic=arithmetic, fix=fix)
