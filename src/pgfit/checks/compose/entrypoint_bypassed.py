"""The server is started without the image's entrypoint.

The entrypoint creates the cluster, sets the password, runs the scripts of the first start, hands the data to the user
postgres and becomes that user. A shell or a script in its place does none of it, unless it ends in
`exec docker-entrypoint.sh postgres …`.

Fails:

    services:
      db:
        image: postgres:18
        command: bash -c "postgres -c shared_buffers=256MB"

Passes:

    services:
      db:
        image: postgres:18
        command: bash -c "prepare && exec docker-entrypoint.sh postgres -c shared_buffers=256MB"
"""

from collections.abc import Iterator

from ...inputs.compose.hosts import texts
from ..deployment import Deployment
from ..finding import WARNING, Finding

ID = "entrypoint-bypassed"
SEVERITY = WARNING
LINK = "https://hub.docker.com/_/postgres"


def check(deployment: Deployment) -> Iterator[Finding]:
    server, entrypoint = deployment.server, deployment.get("entrypoint")
    if server.family is None or server.family.channel != "command":
        return
    said = " ".join([*texts(entrypoint), *texts(deployment.get("command"))])
    if "docker-entrypoint" in said or not said.strip():
        return
    cure = "command: postgres -c …, or a script that ends in `exec docker-entrypoint.sh postgres …`"
    if entrypoint is not None and server.refusal.startswith(f"{entrypoint.place}: `entrypoint:`"):
        message = "`entrypoint:` takes the place of the image's own"
        yield deployment.finding(ID, SEVERITY, message, cure, node=entrypoint)
    elif (node := server.command.node) is not None and server.command.bypass:
        message = server.command.bypass.removeprefix(f"{node.place}: ")
        yield deployment.finding(ID, SEVERITY, message, cure, node=node)
