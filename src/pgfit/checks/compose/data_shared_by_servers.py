"""Two servers have the same data directory.

PostgreSQL's lock file does not see into another container: both may start, write over each other, and leave data that
none can read.

Fails:

    services:
      db:
        image: postgres:17.6
        volumes:
          - pgdata:/var/lib/postgresql/data
      db_test:
        image: postgres:17.6
        volumes:
          - pgdata:/var/lib/postgresql/data
    volumes:
      pgdata:

Passes:

    services:
      db:
        image: postgres:17.6
        volumes:
          - pgdata:/var/lib/postgresql/data
      db_test:
        image: postgres:17.6
        volumes:
          - pgdata_test:/var/lib/postgresql/data
    volumes:
      pgdata:
      pgdata_test:
"""

from collections.abc import Iterator

from ...inputs.compose.hosts import texts
from ...inputs.compose.server import servers
from ..data import Mount, home, location
from ..deployment import Deployment
from ..finding import ERROR, Finding

ID = "data-shared-by-servers"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/creating-cluster.html"


def check(deployment: Deployment) -> Iterator[Finding]:
    """Told of the second, and of those after it."""
    where, found = location(deployment), home(deployment)
    if where is None or not isinstance(found, Mount):
        return
    for other in servers(deployment.project):
        if other.name == deployment.server.name:
            return
        theirs = deployment._replace(server=other)
        if location(theirs) == where and _at_once(deployment, theirs):
            message = f"{deployment.server.name} and {other.name} have the same data: {found.source}"
            cure = f"- {deployment.server.name}_data:{found.target}"
            yield deployment.finding(ID, SEVERITY, message, cure, node=found.node)
            return


def _at_once(one: Deployment, other: Deployment) -> bool:
    """Not where each has profiles of its own, nor where one waits until the other has ended."""
    mine, theirs = set(texts(one.get("profiles"))), set(texts(other.get("profiles")))
    return not (mine and theirs and not mine & theirs) and not _waits(one, other) and not _waits(other, one)


def _waits(one: Deployment, other: Deployment) -> bool:
    condition = one.get("depends_on", other.server.name, "condition")
    return texts(condition) == ["service_completed_successfully"]
