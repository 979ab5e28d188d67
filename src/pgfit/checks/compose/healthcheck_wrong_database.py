"""The health check asks for a database that does not exist.

pg_isready is content with any answer, so the container looks healthy, but the server writes
`FATAL: database … does not exist` into its log at every check; psql fails. Without `-d` the database is named as the role,
and POSTGRES_DB makes one of another name.

Fails:

    services:
      db:
        image: postgres:18
        environment:
          POSTGRES_USER: app
          POSTGRES_DB: shop
        healthcheck:
          test: pg_isready -U app

Passes:

    services:
      db:
        image: postgres:18
        environment:
          POSTGRES_USER: app
          POSTGRES_DB: shop
        healthcheck:
          test: pg_isready -U app -d shop
"""

from collections.abc import Iterator

from ...model import Known
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..health import asked, health
from ..inside import database, has_scripts, role

ID = "healthcheck-wrong-database"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/app-pg-isready.html"

ALWAYS = frozenset({"postgres", "template1"})


def check(deployment: Deployment) -> Iterator[Finding]:
    found, made, there = health(deployment), database(deployment), role(deployment)
    if found is None or found.off or not isinstance(made, Known) or not isinstance(there, Known) or has_scripts(deployment):
        return
    for one in asked(deployment, found):
        if one.user != there.value or (one.database or one.user) in {made.value, *ALWAYS}:
            continue
        if one.database is None:
            message = f"{one.program} names no database, and so asks for one named as the role, which is none"
        else:
            message = f"{one.program} asks for another database than POSTGRES_DB makes"
        name = "$${POSTGRES_DB}" if "POSTGRES_DB" in deployment.server.environment else "postgres"
        cure = f'test: ["CMD-SHELL", "{one.program} -U $${{POSTGRES_USER:-postgres}} -d {name}"]'
        yield deployment.finding(ID, SEVERITY, message, cure, node=found.test)
        return
