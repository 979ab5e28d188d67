"""A service does not wait until the server takes connections.

`depends_on` alone waits until the container runs, not until the server in it is ready: at a first start, or after a crash,
that is some seconds to minutes later. The service's first connections are refused, and whether it survives that is luck.

Services that wait by themselves, by a script that says so, are left alone, and so are tools that connect when asked to.

Fails:

    services:
      app:
        image: ghcr.io/example/app:1.0
        depends_on: [db]
      db:
        image: postgres:18
        healthcheck:
          test: pg_isready -U postgres

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

import re
from collections.abc import Iterator

from ...inputs.compose.hosts import texts
from ...patch.places import Change
from ..dependents import Dependent, dependents
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..health import health
from ..own_lines import added

ID = "dependent-does-not-wait"
SEVERITY = WARNING
LINK = "https://docs.docker.com/compose/how-tos/startup-order/"

WAITS = re.compile(r"wait|pg_isready|dockerize|\buntil\b|\bretry", re.IGNORECASE)
WHEN_ASKED = re.compile(
    r"adminer|pgadmin|phppgadmin|pgweb|cloudbeaver|dbgate|sqlpad|exporter|backup|pgbouncer|haproxy|pgpool|pgcat", re.IGNORECASE
)


def check(deployment: Deployment) -> Iterator[Finding]:
    server = deployment.server
    by_place: dict[str, list[Dependent]] = {}
    for one in dependents(deployment):
        if one.condition == "service_started" and not _waits(one):
            by_place.setdefault(f"{one.node.source.path}:{one.node.start}", []).append(one)
    for some in by_place.values():
        first = some[0]
        names = ", ".join(one.service.name for one in some)
        message = f"{names} {'does' if len(some) == 1 else 'do'} not wait until {server.name} is ready"
        cure = f"depends_on: {{{server.name}: {{condition: service_healthy}}}}"
        found = health(deployment)
        there = found is not None and found.test is not None and not found.off
        fix: tuple[Change, ...] = ()
        if there and not first.listed and len(some) == 1:
            fix = added(deployment.project, first.service, ("depends_on", server.name, "condition"), "service_healthy")
        made = deployment.finding(ID, SEVERITY, message, cure, node=first.node, fix=fix)
        yield made._replace(subject=first.service.name)


def _waits(one: Dependent) -> bool:
    said = " ".join(text for key in ("command", "entrypoint") for text in texts(one.service.get(key)))
    what = " ".join([one.service.name, *texts(one.service.get("image"))])
    return bool(WAITS.search(said) or WHEN_ASKED.search(what))
