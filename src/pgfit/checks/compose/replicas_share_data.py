"""Several replicas of one server have the same data directory.

`replicas` starts the same container more than once, on the same volume. Two servers on one data directory destroy it; a
replica of PostgreSQL is a service of its own, with data of its own, that follows the first.

Fails:

    services:
      db:
        image: postgres:17.6
        volumes:
          - pgdata:/var/lib/postgresql/data
        deploy:
          replicas: 2
    volumes:
      pgdata:

Passes:

    services:
      db:
        image: postgres:17.6
        volumes:
          - pgdata:/var/lib/postgresql/data
        deploy:
          replicas: 1
    volumes:
      pgdata:
"""

from collections.abc import Iterator

from ..data import Mount, home, location
from ..deployment import Deployment
from ..finding import ERROR, Finding

ID = "replicas-share-data"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/warm-standby.html"


def check(deployment: Deployment) -> Iterator[Finding]:
    replicas, found = deployment.server.limits.replicas, home(deployment)
    if replicas > 1 and isinstance(found, Mount) and location(deployment) is not None:
        node = deployment.get("deploy", "replicas") or deployment.get("scale")
        message = f"{replicas} replicas have the same data: {found.source}"
        yield deployment.finding(ID, SEVERITY, message, "replicas: 1", node=node)
