"""A key added to a service, where that surely changes this service and nothing else."""

from ..inputs.compose.project import Service
from ..patch.places import Change, Refused
from ..patch.service import set_value
from ..yamltree import Mapping, Scalar
from .deployment import Deployment

__all__ = ["key_added"]


def key_added(deployment: Deployment, name: str, value: str) -> tuple[Change, ...]:
    """Nothing where other services share the lines of this one, or its form leaves no place."""
    service = deployment.server.service
    shared = any(one.alias for one in service.definitions) or any(one.anchor for one in service.own)
    if shared or any(_extends(other, service.name) for other in deployment.project.services.values()):
        return ()
    try:
        return (set_value(service, (name,), value),)
    except Refused:
        return ()


def _extends(service: Service, name: str) -> bool:
    node = service.get("extends")
    base = node.get("service") if isinstance(node, Mapping) else node
    return isinstance(base, Scalar) and base.text == name
