"""Keys added to a service's own lines, where that surely changes this service and nothing else."""

from ..inputs.compose.project import Project, Service
from ..patch.places import Change, Refused, Tree
from ..patch.service import environment_changes, main_mapping, set_value
from ..yamltree import Entry, Mapping, Scalar, Sequence

__all__ = ["added", "variables_added"]


def added(project: Project, service: Service, path: tuple[str, ...], value: Tree) -> tuple[Change, ...]:
    """Nothing where other services share the lines, where the key above comes from elsewhere, or the form leaves no place."""
    try:
        above = main_mapping(service).own(path[0])
        elsewhere = len(path) > 1 and service.get(path[0]) is not None and not _is_own(above)
        return () if elsewhere or _is_shared(project, service) else (set_value(service, path, value),)
    except Refused:
        return ()


def variables_added(project: Project, service: Service, variables: dict[str, str]) -> tuple[Change, ...]:
    """The same for `environment:`."""
    try:
        above = main_mapping(service).own("environment")
        elsewhere = service.get("environment") is not None and not _is_own(above)
        return () if elsewhere or _is_shared(project, service) else tuple(environment_changes(service, variables))
    except Refused:
        return ()


def _is_shared(project: Project, service: Service) -> bool:
    alike = any(one.alias for one in service.definitions) or any(one.anchor for one in service.own)
    return alike or any(_extends(other, service.name) for other in project.services.values())


def _is_own(above: Entry | None) -> bool:
    return above is not None and above.alias is None and isinstance(above.value, Mapping | Sequence) and not above.value.anchor


def _extends(service: Service, name: str) -> bool:
    node = service.get("extends")
    base = node.get("service") if isinstance(node, Mapping) else node
    return isinstance(base, Scalar) and base.text == name
