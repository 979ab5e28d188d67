"""The database's container has Docker's socket.

Whoever can write to it can start a container with the whole host mounted. A superuser of the database, who may run
programs, is then root of the host; `:ro` does not change that.

Fails:

    services:
      db:
        image: postgres:18
        volumes:
          - /var/run/docker.sock:/var/run/docker.sock

Passes:

    services:
      db:
        image: postgres:18
"""

from collections.abc import Iterator
from posixpath import normpath

from ..data import mounts
from ..deployment import Deployment
from ..finding import WARNING, Finding

ID = "docker-socket-mounted"
SEVERITY = WARNING
LINK = "https://docs.docker.com/engine/security/#docker-daemon-attack-surface"


def check(deployment: Deployment) -> Iterator[Finding]:
    for one in mounts(deployment):
        if any(path and normpath(path).endswith("run/docker.sock") for path in (one.source, one.target)):
            message = "Docker's socket is mounted: root of the host for a superuser of the database"
            yield deployment.finding(ID, SEVERITY, message, "delete the mount", node=one.node)
