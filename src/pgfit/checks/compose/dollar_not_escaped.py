"""Compose takes a dollar in the command for a variable.

`search_path="$user", public` means the schema of the role. Compose puts its variable `user` in, which nobody sets, and the
server gets `"", public`: the schema is silently left out. A dollar for the server is written twice.

Fails:

    services:
      db:
        image: postgres:18
        command: ["postgres", "-c", 'search_path="$user", public']

Passes:

    services:
      db:
        image: postgres:18
        command: ["postgres", "-c", 'search_path="$$user", public']
"""

from collections.abc import Iterator

from ...yamltree import Scalar, Sequence
from ..deployment import Deployment
from ..dollars import doubled, single
from ..finding import ERROR, Finding

ID = "dollar-not-escaped"
SEVERITY = ERROR
LINK = "https://docs.docker.com/reference/compose-file/interpolation/"

NAMES = frozenset({"user"})
"""What PostgreSQL itself writes with a dollar in a setting."""


def check(deployment: Deployment) -> Iterator[Finding]:
    node = deployment.server.command.node
    items = node.items if isinstance(node, Sequence) else [node]
    here = [one for one in items if isinstance(one, Scalar) and single(one.text, NAMES)]
    if here and not NAMES & deployment.project.variables.keys():
        fix = tuple(change for one in here for change in doubled(one, NAMES))
        message = "compose puts nothing in place of $user, which is meant for the server"
        yield deployment.finding(ID, SEVERITY, message, "$$user", node=here[0], fix=fix)
