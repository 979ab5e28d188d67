"""The data are mounted read-only.

The server writes to its data directory even where nobody writes to the database: it does not start.

Fails:

    services:
      db:
        image: postgres:17.6
        volumes:
          - pgdata:/var/lib/postgresql/data:ro
    volumes:
      pgdata:

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

from ..data import Mount, home
from ..deployment import Deployment
from ..finding import ERROR, Finding

ID = "data-mounted-read-only"
SEVERITY = ERROR
LINK = "https://docs.docker.com/reference/compose-file/services/#volumes"


def check(deployment: Deployment) -> Iterator[Finding]:
    found = home(deployment)
    if isinstance(found, Mount) and found.read_only:
        message = f"{found.target} is mounted read-only: the server cannot start"
        yield deployment.finding(ID, SEVERITY, message, f"- {found.source or 'pgdata'}:{found.target}", node=found.node)
