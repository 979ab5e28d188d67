"""The server runs with flags that the compose file does not have.

They come from an older version of the file, or from somebody's own docker run. The next `docker compose up` drops
them.

Fails:
    settings:
      max_connections: 300
    sources: {max_connections: command line}
    compose: |
      services:
        db:
          image: postgres:18

Passes:
    settings:
      max_connections: 300
    sources: {max_connections: command line}
    compose: |
      services:
        db:
          image: postgres:18
          command: postgres -c max_connections=300
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "flag-not-in-the-file"
SEVERITY = INFO
LINK = "https://docs.docker.com/reference/cli/docker/compose/up/"

OF_THE_START = frozenset(
    {"config_file", "data_directory", "hba_file", "ident_file", "listen_addresses", "port", "unix_socket_directories"}
)
"""Entrypoints set these by themselves."""


def check(audited: Audited) -> Iterator[Finding]:
    server, deployment = audited.server, audited.deployment
    if deployment is None or deployment.server.refusal or deployment.server.family is None:
        return
    family, command = deployment.server.family, deployment.server.command
    if family.channel != "command":
        return  # its entrypoint writes flags of its own
    of_the_image = {word.partition("=")[0] for word in family.cmd}
    given = {one.name for one in command.settings} | of_the_image
    flags = [one for one in server.settings.values() if one.source == "command line" and one.name not in given | OF_THE_START]
    if not flags:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"{', '.join(f'{one.name}={one.shown}' for one in flags)}: on the command line of the server, not in the file",
        cure="write them into the file if they are meant, or docker compose up -d to drop them",
        where=flags[0].name,
        evidence={one.name: one.shown for one in flags},
    )
