"""Services that do not need the server are on its network.

Without `networks:` every service of the file reaches every other. One that is published and has no business with the
database is the way in that costs nothing to close: a network for the server and its clients.

Fails:

    services:
      proxy:
        image: nginx:1.29
        ports:
          - 80:80
      app:
        image: example/app:1
        depends_on: [db]
      db:
        image: postgres:18

Passes:

    services:
      proxy:
        image: nginx:1.29
        ports:
          - 80:80
      app:
        image: example/app:1
        depends_on: [db]
        networks: [default, data]
      db:
        image: postgres:18
        networks: [data]
    networks:
      data:
"""

import re
from collections.abc import Iterator

from ...inputs.compose.families import family_of, parse_image
from ...inputs.compose.hosts import names, word
from ...inputs.compose.project import Service
from ...inputs.compose.server import environment_of, server_of
from ...model import Unknown
from ...yamltree import Mapping, Node, Scalar, Sequence
from ..deployment import Deployment
from ..finding import INFO, Finding

ID = "no-network-of-its-own"
SEVERITY = INFO
LINK = "https://docs.docker.com/compose/how-tos/networking/#specify-custom-networks"


def check(deployment: Deployment) -> Iterator[Finding]:
    project, server = deployment.project, deployment.server
    if project.v1 or server.service.problem or not _on_default(server.service):
        return
    others = [one for one in project.services.values() if one.name != server.name]
    strangers = [one.name for one in others if _on_default(one) and one.get("ports") and _is_stranger(one, deployment)]
    if strangers:
        message = f"{', '.join(strangers)}: published, on the server's network, without need of it"
        yield deployment.finding(ID, SEVERITY, message, "networks: [data], for the server and the services that use it")


def _on_default(service: Service) -> bool:
    node = service.get("networks")
    named = [name for name, _ in _items(node)] if node is not None else ["default"]
    return service.get("network_mode") is None and (not named or "default" in named)


def _items(node: Node) -> list[tuple[str, Node]]:
    if isinstance(node, Mapping):
        return [(name, entry.value) for name, entry in node.all().items()]
    return [(one.text, one) for one in node.items if isinstance(one, Scalar)] if isinstance(node, Sequence) else []


def _is_stranger(service: Service, deployment: Deployment) -> bool:
    """Nothing in it names the server, and nothing in it is out of sight: no build, no env_file, no variable from outside."""
    variables = deployment.project.variables
    family = family_of(parse_image(word(service.get("image"), variables)).repository)
    if family is not None or service.problem or server_of(service, deployment.project) is not None:
        return False
    if not word(service.get("image"), variables) or any(service.get(name) is not None for name in ("build", "env_file", "extends")):
        return False
    if any(isinstance(one.value, Unknown) for one in environment_of(service, variables).values()):
        return False
    known_as = "|".join(re.escape(name) for name in names(deployment.server.service, variables))
    called = re.compile(rf"(?<![\w-])(?:{known_as})(?![\w-])", re.IGNORECASE)
    return not any(called.search(text) for text in _texts(service.config))


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield node.text
    for name, child in _items(node):
        yield name
        yield from _texts(child) if not isinstance(child, Scalar) else [child.text]
    for item in node.items if isinstance(node, Sequence) else []:
        yield from _texts(item) if not isinstance(item, Scalar) else []
