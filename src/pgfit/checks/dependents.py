"""The services that depend on a server, and on what of it."""

from collections.abc import Iterator
from typing import NamedTuple

from ..inputs.compose.hosts import word
from ..inputs.compose.merge import pairs
from ..inputs.compose.project import Service
from ..yamltree import Mapping, Node
from .deployment import Deployment

__all__ = ["Dependent", "dependents", "is_awaited"]


class Dependent(NamedTuple):
    service: Service
    node: Node
    """The server's name in its depends_on."""
    condition: str
    """`service_started` where none is written; '' where a variable decides."""
    listed: bool


def dependents(deployment: Deployment) -> Iterator[Dependent]:
    name, variables = deployment.server.name, deployment.project.variables
    for service in deployment.project.services.values():
        for other, _, entry in pairs(service.get("depends_on")):
            if other == name:
                mapping = entry.value if isinstance(entry.value, Mapping) else None
                node = mapping.get("condition") if mapping is not None else None
                condition = word(node, variables) if node is not None else "service_started"
                yield Dependent(service, entry.key, condition, listed=mapping is None)


def is_awaited(deployment: Deployment) -> bool:
    """Whether some service waits until the server is healthy."""
    return any(one.condition == "service_healthy" for one in dependents(deployment))
