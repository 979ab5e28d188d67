"""The ports of a server that are published, and where the server listens."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...model import Known
from ...units import parse_count
from ...yamltree import Mapping, Node, Scalar, Sequence
from .hosts import word
from .project import Project
from .server import Server
from .variables import value

__all__ = ["Port", "listens", "network_mode", "published"]

SHORT = re.compile(r"(?:(?P<host>\[[^\]]*\]|[^:\s]*):)??(?:(?P<published>[\d-]*):)?(?P<target>[\d-]+)(?:/(?P<protocol>\w+))?")


class Port(NamedTuple):
    host: str
    """The address it is bound to; '' for all."""
    published: str
    """'' for one that Docker picks."""
    target: str
    node: Node


def network_mode(server: Server, project: Project) -> str:
    return word(server.service.get("network_mode"), project.variables)


def published(server: Server, project: Project) -> Iterator[Port]:
    """Those that lead to the server; none where a variable that is not set has a part in it."""
    node, wanted = server.service.get("ports"), listens(server)
    if wanted is None or server.service.get("network_mode") is not None:
        return
    for item in node.items if isinstance(node, Sequence) else []:
        port = _long(item, project) if isinstance(item, Mapping) else _short(item, project)
        if port is not None and _covers(port.target, wanted):
            yield port


def listens(server: Server) -> int | None:
    """The port the server itself listens on; None where a variable that is not set decides."""
    if given := server.command.last("port"):
        return parse_count(given.value)
    for name in ("PGPORT", "POSTGRESQL_PORT_NUMBER"):
        if name in server.environment:
            port = server.environment[name].value
            return parse_count(port.value) if isinstance(port, Known) else None
    return 5432


def _short(item: Node, project: Project) -> Port | None:
    made = value(item, project.variables) if isinstance(item, Scalar) else None
    match = SHORT.fullmatch(made.value.strip()) if isinstance(made, Known) else None
    if match is None or match["protocol"] == "udp":
        return None
    return Port((match["host"] or "").strip("[]"), match["published"] or "", match["target"], item)


def _long(item: Mapping, project: Project) -> Port | None:
    found = {}
    for name in ("host_ip", "published", "target", "protocol"):
        node = item.get(name)
        found[name] = word(node, project.variables)
        if node is not None and not found[name]:
            return None
    if found["protocol"] == "udp":
        return None
    return Port(found["host_ip"].strip("[]"), found["published"], found["target"], item)


def _covers(ports: str, wanted: int) -> bool:
    first, _, last = ports.partition("-")
    low, high = parse_count(first), parse_count(last or first)
    return low is not None and high is not None and low <= wanted <= high
