"""The command cannot be what was meant.

Compose divides a string into words as a shell does, but it is no shell: it knows no pipes, no redirection and no `&&`. What
is neither an option of the server nor its value ends the server with `invalid argument`.

Fails:

    services:
      db:
        image: postgres:18
        command: postgres -c max_connections=200 && echo done

Passes:

    services:
      db:
        image: postgres:18
        command: postgres -c max_connections=200
"""

import re
from collections.abc import Iterator

from ...inputs.compose.hosts import texts
from ...inputs.compose.variables import expand
from ..deployment import Deployment
from ..finding import ERROR, Finding

ID = "command-not-understood"
SEVERITY = ERROR
LINK = "https://docs.docker.com/reference/compose-file/services/#command"

NOT_WRONG = ("brings several words", "the whole command comes from", "is required, and not set")
"""What compose itself takes, or what depends on variables that are set elsewhere."""
TOLD_ELSEWHERE = ("holds a whole command line", "a blank before")
PLACE = re.compile(r"^.*?:\d+: ")


def check(deployment: Deployment) -> Iterator[Finding]:
    server = deployment.server
    problem, node = server.command.problem, server.command.node
    if not problem or server.family is None or server.family.channel != "command" or deployment.get("entrypoint") is not None:
        return
    if any(one in problem for one in (*NOT_WRONG, *TOLD_ELSEWHERE)):
        return
    if any(expand(text, deployment.project.variables).unset for text in texts(node)):
        return
    message = PLACE.sub("", problem)
    cure = "a list: command, with a word an item"
    yield deployment.finding(ID, SEVERITY, message, cure, node=node or deployment.get("command"))
