"""The volume is mounted where the image no longer keeps its data.

From 18 on the official image keeps them in /var/lib/postgresql/MAJOR/docker. With anything mounted at
/var/lib/postgresql/data it refuses to start on a new volume: "unused mount/volume".

A volume that holds data of 17 or older is not read by 18 at either path: it has to be upgraded first.

Fails:

    services:
      db:
        image: postgres:18
        volumes:
          - pgdata:/var/lib/postgresql/data
    volumes:
      pgdata:

Passes:

    services:
      db:
        image: postgres:18
        volumes:
          - pgdata:/var/lib/postgresql
    volumes:
      pgdata:
"""

from collections.abc import Iterator

from ..data import OLD_PATH, at_old_path
from ..deployment import Deployment
from ..finding import ERROR, Finding

ID = "volume-at-old-path"
SEVERITY = ERROR
LINK = "https://github.com/docker-library/postgres/pull/1259"


def check(deployment: Deployment) -> Iterator[Finding]:
    found = at_old_path(deployment)
    if found is not None:
        message = f"PostgreSQL {deployment.major} does not keep its data in {OLD_PATH}: the container refuses to start"
        source = found.source if found.kind in {"volume", "bind"} else "pgdata"
        yield deployment.finding(ID, SEVERITY, message, f"- {source}:/var/lib/postgresql", node=found.node)
