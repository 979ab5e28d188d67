"""One item of the list holds a whole command line.

In a list every item is one argument, as it stands: nothing divides it at its blanks. The container ends with
`exec: "postgres -c max_connections=200": executable file not found`.

Fails:

    services:
      db:
        image: postgres:18
        command: ["postgres -c max_connections=200"]

Passes:

    services:
      db:
        image: postgres:18
        command: ["postgres", "-c", "max_connections=200"]
"""

from collections.abc import Iterator

from ...yamltree import Scalar, Sequence
from ..deployment import Deployment
from ..finding import ERROR, Finding
from ..items import parted, words_of

ID = "command-in-one-item"
SEVERITY = ERROR
LINK = "https://docs.docker.com/reference/compose-file/services/#command"


def check(deployment: Deployment) -> Iterator[Finding]:
    command = deployment.server.command
    if not isinstance(command.node, Sequence) or "holds a whole command line" not in command.problem:
        return
    item = command.node.items[0]
    if isinstance(item, Scalar):
        words = words_of(item.text)
        cure = (
            f"command: {item.text}"
            if words and "$" not in item.text
            else "an item for every word, or one string without the list"
        )
        message = "the first item of the command holds a whole command line"
        yield deployment.finding(ID, SEVERITY, message, cure, node=item, fix=parted(command.node, item, words))
