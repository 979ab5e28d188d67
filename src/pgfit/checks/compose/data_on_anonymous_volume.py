"""The data are on a volume without a name.

Docker makes a new one for each new container. `docker compose down` forgets which one held the data, and
`docker volume prune` deletes it.

Fails:

    services:
      db:
        image: postgres:17.6
        volumes:
          - /var/lib/postgresql/data

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
from ..finding import WARNING, Finding

ID = "data-on-anonymous-volume"
SEVERITY = WARNING
LINK = "https://docs.docker.com/engine/storage/volumes/#named-and-anonymous-volumes"


def check(deployment: Deployment) -> Iterator[Finding]:
    found = home(deployment)
    if isinstance(found, Mount) and found.kind == "anonymous":
        message = f"the volume at {found.target} has no name: the next container gets an empty one"
        yield deployment.finding(ID, SEVERITY, message, f"- pgdata:{found.target}", node=found.node)
