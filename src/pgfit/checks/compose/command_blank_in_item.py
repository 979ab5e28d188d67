"""An option and its value stand in one item of the list.

In a list every item is one argument, as it stands. To `- -c max_connections=200` the server says
`unrecognized configuration parameter " max_connections"`, and does not start: the blank belongs to the name.

Fails:

    services:
      db:
        image: postgres:18
        command:
          - -c max_connections=200

Passes:

    services:
      db:
        image: postgres:18
        command:
          - -c
          - max_connections=200
"""

import re
from collections.abc import Iterator

from ...yamltree import Scalar, Sequence
from ..deployment import Deployment
from ..finding import ERROR, Finding
from ..items import parted, words_of

ID = "command-blank-in-item"
SEVERITY = ERROR
LINK = "https://docs.docker.com/reference/compose-file/services/#command"


def check(deployment: Deployment) -> Iterator[Finding]:
    server = deployment.server
    node = server.command.node
    takes = server.family is not None and server.family.channel == "command" and deployment.get("entrypoint") is None
    if not isinstance(node, Sequence) or not takes or server.command.bypass:
        return
    items = [one for one in node.items if isinstance(one, Scalar) and re.match(r"-c\s+[A-Za-z]", one.text)]
    if items:
        some = [parted(node, one, words_of(one.text)) for one in items]
        fix = tuple(change for one in some for change in one) if all(some) else ()
        names = ", ".join(one.text[2:].strip().partition("=")[0] for one in items)
        message = f"the server is given settings that begin with a blank: {names}"
        yield deployment.finding(ID, SEVERITY, message, "-c and NAME=VALUE as two items", node=items[0], fix=fix)
