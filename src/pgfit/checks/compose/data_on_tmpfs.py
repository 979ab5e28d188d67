"""The data are in memory.

A tmpfs is empty after each start of the container. What it holds also counts in the container's memory limit, beside all
that the server itself takes. For tests that is meant: `# pgfit: ignore=data-on-tmpfs` says so.

Fails:

    services:
      db:
        image: postgres:17.6
        tmpfs: /var/lib/postgresql/data

Passes:

    services:
      db:
        image: postgres:17.6
        volumes:
          - pgdata:/var/lib/postgresql/data
    volumes:
      pgdata:
"""

from collections.abc import Iterator

from ...inputs.compose.hosts import word
from ...yamltree import Mapping
from ..data import Mount, home
from ..deployment import Deployment
from ..finding import WARNING, Finding

ID = "data-on-tmpfs"
SEVERITY = WARNING
LINK = "https://docs.docker.com/engine/storage/tmpfs/"


def check(deployment: Deployment) -> Iterator[Finding]:
    found = home(deployment)
    if not isinstance(found, Mount):
        return
    options = deployment.project.top("volumes", found.source, "driver_opts") if found.kind == "volume" else None
    kind = word(options.get("type"), deployment.project.variables) if isinstance(options, Mapping) else ""
    if found.kind == "tmpfs" or kind == "tmpfs":
        message = f"the data at {found.target} are in memory: empty after each start, and part of the memory limit"
        yield deployment.finding(ID, SEVERITY, message, f"volumes: [pgdata:{found.target}]", node=found.node)
