"""Nothing asks whether the server takes connections.

The image brings no health check. Docker then calls a container healthy for running: a server in recovery, one that waits
for a lock on its data, one that is still being initialized look the same as one that works, and no other service can wait
for it with `condition: service_healthy`.

Ask over TCP: the server that runs the scripts of the first start listens on its socket only, and is stopped afterwards.
`$$` is a dollar that compose hands on to the container's shell.

Fails:

    services:
      db:
        image: postgres:18

Passes:

    services:
      db:
        image: postgres:18
        healthcheck:
          test: pg_isready -h 127.0.0.1 -U $${POSTGRES_USER:-postgres}
          interval: 10s
          start_period: 60s
"""

from collections.abc import Iterator

from ...patch.places import Change, block
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..health import health, is_missing
from ..inside import DOCKER_LIBRARY
from ..own_lines import added

ID = "healthcheck-missing"
SEVERITY = WARNING
LINK = "https://docs.docker.com/reference/compose-file/services/#healthcheck"

TEST = "pg_isready -h 127.0.0.1 -U $${POSTGRES_USER:-postgres} -d $${POSTGRES_DB:-$${POSTGRES_USER:-postgres}}"
TIMES = {"interval": "10s", "timeout": "5s", "retries": "5", "start_period": "60s"}
ELSEWHERE = ("port", "listen_addresses", "config_file")
"""Settings with which the server may not listen at 127.0.0.1:5432."""


def check(deployment: Deployment) -> Iterator[Finding]:
    if not is_missing(deployment):
        return
    found = health(deployment)
    message = f"{deployment.server.name} has no health check" if found is None else "the health check has no test"
    cure = "\n".join(block({"healthcheck": {"test": TEST, **TIMES}}, 0))
    node = found.node if found is not None else None
    yield deployment.finding(ID, SEVERITY, message, cure, node=node, fix=_fix(deployment))


def _fix(deployment: Deployment) -> tuple[Change, ...]:
    server = deployment.server
    files = {"POSTGRES_USER_FILE", "POSTGRES_DB_FILE", "PGPORT"} & server.environment.keys()
    elsewhere = server.refusal or any(server.command.last(name) for name in ELSEWHERE)
    if server.family is None or server.family.name not in DOCKER_LIBRARY or files or elsewhere:
        return ()
    if deployment.get("healthcheck") is not None:
        return added(deployment.project, server.service, ("healthcheck", "test"), TEST)
    return added(deployment.project, server.service, ("healthcheck",), {"test": TEST, **TIMES})
