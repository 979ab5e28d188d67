"""A setting gets no value from its variable.

Compose puts nothing in place of a variable that is not set, or that defaults to nothing. The server is told
`shared_buffers=` and does not start: `invalid value for parameter "shared_buffers": ""`.

A variable without any default is reported only where there is a .env that lacks it: elsewhere it may be set where the
file is used.

Fails:

    services:
      db:
        image: postgres:18
        command: -c shared_buffers=${SHARED_BUFFERS:-}

Passes:

    services:
      db:
        image: postgres:18
        command: -c shared_buffers=${SHARED_BUFFERS:-256MB}
"""

from collections.abc import Iterator

from ...catalog import MAJORS, catalog
from ...inputs.compose.variables import expand
from ..deployment import Deployment
from ..finding import ERROR, Finding

ID = "interpolation-empty"
SEVERITY = ERROR
LINK = "https://docs.docker.com/reference/compose-file/interpolation/"


def check(deployment: Deployment) -> Iterator[Finding]:
    server, project = deployment.server, deployment.project
    known = catalog(deployment.major if deployment.major in MAJORS else MAJORS[-1])
    sure = (project.directory / ".env").is_file()
    if server.family is None or server.family.channel != "command" or deployment.get("entrypoint") is not None:
        return
    for given in server.command.settings:
        if given.value or not given.word.variables or given.name not in known or known[given.name].type == "string":
            continue
        unset = expand(given.word.raw, project.variables).unset
        if unset and not sure:
            continue
        names = ", ".join(given.word.variables)
        message = f"{given.name} is given no value: {names} is {'not set' if unset else 'empty'}"
        cure = f"{given.name}=${{{given.word.variables[0]}:-VALUE}}"
        yield deployment.finding(ID, SEVERITY, message, cure, node=given.word.node)
