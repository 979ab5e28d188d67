"""The server is of another major version than the compose file's image.

Either the container was not created anew since the tag was changed, or the tag was: a data directory of one major
cannot be started by another, so the next `docker compose up` ends in a server that does not start.

Fails:
    postgres: 17
    compose: |
      services:
        db:
          image: postgres:18

Passes:
    postgres: 18
    compose: |
      services:
        db:
          image: postgres:18
"""

from collections.abc import Iterator

from ...model import Known
from ..audited import Audited
from ..finding import ERROR, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "another-major-than-the-file"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/upgrading.html"


def check(audited: Audited) -> Iterator[Finding]:
    server, deployment = audited.server, audited.deployment
    if deployment is None or not isinstance(deployment.server.major, Known) or deployment.server.major.value == server.major:
        return
    file = deployment.server.major.value
    yield audited.finding(
        ID,
        SEVERITY,
        f"the server is PostgreSQL {server.major}, the image of {deployment.server.name} is {file}",
        cure="dump and restore, or pg_upgrade, before the container is created anew; or the old tag back",
        where="server",
        evidence={"server": server.major, "file": file},
    )
