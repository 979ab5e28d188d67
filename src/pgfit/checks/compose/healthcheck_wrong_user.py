"""The health check logs in as a role that does not exist.

pg_isready is content with any answer, so the container looks healthy, but the server writes
`FATAL: role "root" does not exist` into its log at every check; psql fails. Without `-U` the role is named as the user of
the container, which is root. The role there is, is POSTGRES_USER, or postgres.

Fails:

    services:
      db:
        image: postgres:18
        environment:
          POSTGRES_USER: app
        healthcheck:
          test: pg_isready

Passes:

    services:
      db:
        image: postgres:18
        environment:
          POSTGRES_USER: app
        healthcheck:
          test: pg_isready -U $${POSTGRES_USER}
"""

from collections.abc import Iterator

from ...model import Known
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..health import asked, health
from ..inside import has_scripts, role

ID = "healthcheck-wrong-user"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/app-pg-isready.html"

RUN_AS_ROOT = frozenset({"official", "pgvector", "postgis", "paradedb", "citus"})
"""Families whose containers are root's, but for the server itself."""


def check(deployment: Deployment) -> Iterator[Finding]:
    found, there = health(deployment), role(deployment)
    if found is None or found.off or not isinstance(there, Known):
        return
    family = deployment.server.family
    root = (
        family is not None and family.name in RUN_AS_ROOT and deployment.get("user") is None and deployment.get("build") is None
    )
    for one in asked(deployment, found):
        if one.user is None and root and there.value != "root":
            message = f"{one.program} names no role, and so logs in as root, which is none"
        elif one.user is not None and one.user != there.value and not has_scripts(deployment):
            message = f"{one.program} logs in as another role than POSTGRES_USER makes"
        else:
            continue
        name = "$${POSTGRES_USER}" if "POSTGRES_USER" in deployment.server.environment else "postgres"
        yield deployment.finding(ID, SEVERITY, message, f'test: ["CMD-SHELL", "{one.program} -U {name} …"]', node=found.test)
        return
