"""The command drops arguments that the image needs.

`command:` replaces the image's own, it is not added to it. Some images name their configuration, or the library that must
be preloaded, in that command; without it the server starts with PostgreSQL's defaults, and the extensions fail.

Fails:

    services:
      db:
        image: ghcr.io/immich-app/postgres:14-vectorchord0.4.3
        command: postgres -c shared_buffers=256MB

Passes:

    services:
      db:
        image: ghcr.io/immich-app/postgres:14-vectorchord0.4.3
        command: postgres -c config_file=/etc/postgresql/postgresql.conf -c shared_buffers=256MB
"""

from collections.abc import Iterator
from itertools import pairwise

from ..deployment import Deployment
from ..finding import ERROR, Finding

ID = "image-arguments-lost"
SEVERITY = ERROR
LINK = "https://docs.docker.com/reference/compose-file/services/#command"

EITHER = frozenset({"config_file", "data_directory"})
"""`-D DIRECTORY` and config_file lead to the same configuration."""


def check(deployment: Deployment) -> Iterator[Finding]:
    server = deployment.server
    command, family = server.command, server.family
    if family is None or server.cmd != family.cmd or not command.words or command.bypass or command.problem:
        return
    if server.refusal or deployment.get("entrypoint") is not None or deployment.get("configs") is not None:
        return
    given = {one.name: one.value for one in command.settings}
    for option, words in _needed(family.cmd):
        name, _, value = option.partition("=")
        preloaded = given.get("shared_preload_libraries", "")
        libraries = {one.strip(" \"'").removesuffix(".so") for one in preloaded.split(",")}
        if name in EITHER and (EITHER & given.keys() or preloaded):
            continue
        if name == "shared_preload_libraries" and (value.removesuffix(".so") in libraries or "config_file" in given):
            continue
        message = f"the command drops the image's own {words}"
        yield deployment.finding(ID, SEVERITY, message, f"command: postgres {words} …", node=command.node)


def _needed(cmd: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The image's arguments without which something does not work: the setting, and the words for it."""
    for flag, word in pairwise(cmd):
        if flag == "-D":
            yield "data_directory", f"-D {word}"
        elif flag == "-c" and word.startswith(("config_file=", "shared_preload_libraries=")):
            yield word, f"-c {word}"
