"""Whether the port of a server is open on every interface of the host."""

from collections.abc import Iterator

from ..inputs.compose import ports
from ..inputs.compose.ports import Port
from .deployment import Deployment

__all__ = ["Port", "is_open", "network_mode", "open_ports", "published"]

EVERYWHERE = frozenset({"", "0.0.0.0", "::", "*"})  # noqa: S104  what is looked for


def network_mode(deployment: Deployment) -> str:
    return ports.network_mode(deployment.server, deployment.project)


def published(deployment: Deployment) -> Iterator[Port]:
    return ports.published(deployment.server, deployment.project)


def open_ports(deployment: Deployment) -> list[Port]:
    return [one for one in published(deployment) if one.host in EVERYWHERE]


def is_open(deployment: Deployment) -> bool:
    """Whether the server can be reached from outside the host, as far as Docker is concerned."""
    return bool(open_ports(deployment)) or network_mode(deployment) == "host"
