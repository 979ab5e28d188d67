"""Keys added to a service's own lines, where that surely changes this service and nothing else."""

from ..inputs.compose.project import Project, Service
from ..patch.places import Change, Refused, Tree
from ..patch.service import main_mapping, set_value
from ..yamltree import Entry, Mapping, Scalar

__all__ = ["added"]


def added(project: Project, service: Service, path: tuple[str, ...], value: Tree) -> tuple[Change, ...]:
    """Nothing where other services share the lines, where the key above comes from elsewhere, or the form leaves no place."""
    shared = any(one.alias for one in service.definitions) or any(one.anchor for one in service.own)
    if shared or any(_extends(other, service.name) for other in project.services.values()):
        return ()
    try:
        above = main_mapping(service).own(path[0])
        if len(path) > 1 and service.get(path[0]) is not None and not _is_own(above):
            return ()
        return (set_value(service, path, value),)
    except Refused:
        return ()


def _is_own(above: Entry | None) -> bool:
    return above is not None and above.alias is None and isinstance(above.value, Mapping) and not above.value.anchor


def _extends(service: Service, name: str) -> bool:
    node = service.get("extends")
    base = node.get("service") if isinstance(node, Mapping) else node
    return isinstance(base, Scalar) and base.text == name
