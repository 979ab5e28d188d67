"""The ports of a server that are published, and whether on every interface of the host."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..inputs.compose.hosts import word
from ..inputs.compose.variables import value
from ..model import Known
from ..units import parse_count
from ..yamltree import Mapping, Node, Scalar, Sequence
from .deployment import Deployment

__all__ = ["Port", "is_open", "network_mode", "open_ports", "published"]

SHORT = re.compile(r"(?:(?P<host>\[[^\]]*\]|[^:\s]*):)??(?:(?P<published>[\d-]*):)?(?P<target>[\d-]+)(?:/(?P<protocol>\w+))?")
EVERYWHERE = frozenset({"", "0.0.0.0", "::", "*"})  # noqa: S104  what is looked for


class Port(NamedTuple):
    host: str
    """The address it is bound to; '' for all."""
    published: str
    """'' for one that Docker picks."""
    target: str
    node: Node


def network_mode(deployment: Deployment) -> str:
    return word(deployment.get("network_mode"), deployment.project.variables)


def published(deployment: Deployment) -> Iterator[Port]:
    """Those that lead to the server; none where a variable that is not set has a part in it."""
    node, wanted = deployment.get("ports"), _listens(deployment)
    if wanted is None or deployment.get("network_mode") is not None:
        return
    for item in node.items if isinstance(node, Sequence) else []:
        port = _long(item, deployment) if isinstance(item, Mapping) else _short(item, deployment)
        if port is not None and _covers(port.target, wanted):
            yield port


def open_ports(deployment: Deployment) -> list[Port]:
    return [one for one in published(deployment) if one.host in EVERYWHERE]


def is_open(deployment: Deployment) -> bool:
    """Whether the server can be reached from outside the host, as far as Docker is concerned."""
    return bool(open_ports(deployment)) or network_mode(deployment) == "host"


def _listens(deployment: Deployment) -> int | None:
    server = deployment.server
    if given := server.command.last("port"):
        return parse_count(given.value)
    for name in ("PGPORT", "POSTGRESQL_PORT_NUMBER"):
        if name in server.environment:
            port = server.environment[name].value
            return parse_count(port.value) if isinstance(port, Known) else None
    return 5432


def _short(item: Node, deployment: Deployment) -> Port | None:
    made = value(item, deployment.project.variables) if isinstance(item, Scalar) else None
    match = SHORT.fullmatch(made.value.strip()) if isinstance(made, Known) else None
    if match is None or match["protocol"] == "udp":
        return None
    return Port((match["host"] or "").strip("[]"), match["published"] or "", match["target"], item)


def _long(item: Mapping, deployment: Deployment) -> Port | None:
    found = {}
    for name in ("host_ip", "published", "target", "protocol"):
        node = item.get(name)
        found[name] = word(node, deployment.project.variables)
        if node is not None and not found[name]:
            return None
    if found["protocol"] == "udp":
        return None
    return Port(found["host_ip"].strip("[]"), found["published"], found["target"], item)


def _covers(ports: str, wanted: int) -> bool:
    first, _, last = ports.partition("-")
    low, high = parse_count(first), parse_count(last or first)
    return low is not None and high is not None and low <= wanted <= high
