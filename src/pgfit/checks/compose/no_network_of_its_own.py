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

from ...inputs.compose.families import parse_image
from ...inputs.compose.hosts import names, texts, word
from ...inputs.compose.project import Service
from ...yamltree import Mapping, Node, Scalar, Sequence
from ..deployment import Deployment
from ..finding import INFO, Finding

ID = "no-network-of-its-own"
SEVERITY = INFO
LINK = "https://docs.docker.com/compose/how-tos/networking/#specify-custom-networks"


STRANGERS = re.compile(
    r"nginx(?:-unprivileged)?|openresty|traefik|caddy|haproxy|envoy|varnish|httpd|redis(?:-stack.*)?|valkey|keydb|memcached"
    r"|rabbitmq|nats|zookeeper|kafka|minio|elasticsearch|opensearch|kibana|mailhog|mailpit|maildev|dozzle"
)
"""Images that keep nothing in a database: proxies, caches, queues, stores of their own. An application's own image may."""


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
    named = list(node.all()) if isinstance(node, Mapping) else texts(node)
    return service.get("network_mode") is None and (not named or "default" in named)


def _is_stranger(service: Service, deployment: Deployment) -> bool:
    """Only what surely has no use for a database; and nothing in it names the server."""
    variables = deployment.project.variables
    repository = parse_image(word(service.get("image"), variables)).repository
    if service.problem or service.get("build") is not None or not STRANGERS.fullmatch(repository.rpartition("/")[2]):
        return False
    known_as = "|".join(re.escape(name) for name in names(deployment.server.service, variables))
    called = re.compile(rf"(?<![\w-])(?:{known_as})(?![\w-])", re.IGNORECASE)
    return not any(called.search(text) for text in _texts(service.config))


def _texts(node: Node) -> Iterator[str]:
    """Every word of a service, names of keys too."""
    if isinstance(node, Scalar):
        yield node.text
    elif isinstance(node, Mapping):
        for name, entry in node.all().items():
            yield name
            yield from _texts(entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _texts(item)
