"""The health check gives the start too little time.

A first start creates the cluster and runs its scripts; a start after a crash replays WAL, for minutes if much was written.
Checks that fail within `start_period` do not count; after it, `interval × retries` is all that is left.

Fails:

    services:
      db:
        image: postgres:18
        healthcheck:
          test: pg_isready -U postgres
          interval: 5s
          retries: 3
          start_period: 5s

Passes:

    services:
      db:
        image: postgres:18
        healthcheck:
          test: pg_isready -U postgres
          interval: 5s
          retries: 3
          start_period: 60s
"""

from collections.abc import Iterator

from ..dependents import is_awaited
from ..deployment import Deployment
from ..finding import INFO, WARNING, Finding
from ..health import health, span
from .start_period_missing import ENOUGH

ID = "start-period-short"
SEVERITY = INFO
LINK = "https://docs.docker.com/reference/dockerfile/#healthcheck"


def check(deployment: Deployment) -> Iterator[Finding]:
    found = health(deployment)
    times = span(deployment, found) if found is not None and found.test is not None and not found.off else None
    interval, retries, period = times or (0, 0, None)
    if found is None or period is None:
        return
    total = period + interval * retries
    if total < ENOUGH:
        message = f"a start that takes more than {total / 1000:g} s is unhealthy"
        arithmetic = f"start_period {period / 1000:g} s + interval {interval / 1000:g} s × {retries} retries"
        grave = WARNING if is_awaited(deployment) else SEVERITY
        node = found.node.get("start_period")
        yield deployment.finding(ID, grave, message, "start_period: 60s", node=node, arithmetic=arithmetic)
