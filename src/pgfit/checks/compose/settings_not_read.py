"""Settings in the command never reach the server.

Not every image passes the arguments of `command:` on. Some start a shell with them, some start `postgres` without what
their own script prepares, some leave the configuration to Patroni. These have a place of their own for settings.

Fails:

    services:
      db:
        image: bitnami/postgresql:16
        command: postgres -c max_connections=200

Passes:

    services:
      db:
        image: bitnami/postgresql:16
        environment:
          POSTGRESQL_EXTRA_FLAGS: -c max_connections=200
"""

from collections.abc import Iterator

from ..deployment import Deployment
from ..finding import ERROR, Finding

ID = "settings-not-read"
SEVERITY = ERROR
LINK = "https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact"

NOT_KNOWN = "own_start"
"""Images of which nobody knows what becomes of arguments."""


def check(deployment: Deployment) -> Iterator[Finding]:
    server = deployment.server
    family, given = server.family, server.command.settings
    if family is None or family.channel in {"command", "client"} or family.name == NOT_KNOWN or not given:
        return
    if deployment.get("entrypoint") is not None:
        return
    names = ", ".join(dict.fromkeys(one.name for one in given))
    message = f"{family.about} does not take settings from `command:`: {names}"
    cure = f"put them into {family.channel}" if family.channel != "none" else family.breaks[0]
    yield deployment.finding(ID, SEVERITY, message, cure, node=server.command.node)
