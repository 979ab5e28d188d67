"""What a service needs beside its command: limits, /dev/shm, time to stop, environment; each in the form it has."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..edits import Edit
from ..errors import BadValue
from ..inputs.compose.limits import DEPLOY
from ..inputs.compose.project import Project, Service
from ..inputs.compose.server import Server
from ..inputs.compose.variables import expand
from ..model import Container, Known
from ..tune.container import DOCKER_SHM
from ..units import Bytes, parse_count, parse_size, print_cpus, print_docker_size, print_postgres_duration
from ..yamltree import Entry, Mapping, Node, Scalar, Sequence, merged
from .fit import Wishes
from .places import Change, Refused, Tree, add_items, add_key, replace_value

__all__ = ["Setting", "environment_changes", "home", "limit_changes", "main_mapping", "needs", "set_value", "sharers"]

BEHIND = ("command", "image", "build", "container_name")
"""Keys that new ones stand behind, the best first."""


class Setting(NamedTuple):
    """A value at a path of the service: what stands there now, and what must."""

    path: tuple[str, ...]
    old: str
    """'' where nothing stands."""
    new: str


def needs(server: Server, box: Container, wishes: Wishes, project: Project) -> Iterator[Setting]:
    """Which values of the service must change; nothing that is enough already."""
    service, limits = server.service, server.limits
    if wishes.may("limits"):
        yield from _limits(server, box, wishes, project)
    if wishes.may("shm_size") and not limits.shm_shared:
        enough = limits.shm_size.value if isinstance(limits.shm_size, Known) else Bytes(DOCKER_SHM)
        if enough < box.shm_size:
            if isinstance(limits.shm_size, Known) and service.get("shm_size") is None:
                raise Refused(
                    f"the tmpfs on /dev/shm is smaller than the {print_docker_size(box.shm_size)} that queries may need",
                    hint="make it larger, or use shm_size instead",
                    place=limits.shm_size.where,
                )
            yield Setting(("shm_size",), _text(service, "shm_size"), print_docker_size(box.shm_size))
    if wishes.may("stop_grace_period"):
        grace = limits.stop_grace_period
        if not isinstance(grace, Known) and _text(service, "stop_grace_period"):
            return  # a variable that is not set here decides
        if not isinstance(grace, Known) or grace.value < box.stop_grace_period:
            new = print_postgres_duration(box.stop_grace_period).replace("min", "m")
            yield Setting(("stop_grace_period",), _text(service, "stop_grace_period"), new)


def _text(service: Service, *path: str) -> str:
    node = service.get(*path)
    return node.text if isinstance(node, Scalar) and not node.null else ""


def _limits(server: Server, box: Container, wishes: Wishes, project: Project) -> Iterator[Setting]:
    service = server.service
    deploy = service.get(*DEPLOY)
    in_deploy = isinstance(deploy, Mapping) and bool(deploy.all())
    old_form = any(_text(service, name) for name in ("mem_limit", "cpus", "cpu_quota"))
    new_form = in_deploy or (not old_form and _file_uses_deploy(project))
    if wishes.options.memory is not None:
        size = print_docker_size(box.memory)
        paths = [path for path in (("mem_limit",), (*DEPLOY, "memory")) if _text(service, *path)]
        if in_deploy and paths == [("mem_limit",)]:
            paths.append((*DEPLOY, "memory"))  # compose takes a missing one for a distinct one
        for path in paths or [(*DEPLOY, "memory") if new_form else ("mem_limit",)]:
            yield from _size(server, path, size, box.memory, project)
        for path in (("mem_reservation",), ("deploy", "resources", "reservations", "memory"), ("memswap_limit",)):
            yield from _beside(server, path, box.memory, project)
    if wishes.options.cpus is not None and box.cpus is not None:
        cpus = print_cpus(box.cpus)
        if _text(service, "cpu_quota"):
            known = _text(service, "cpu_period")
            period = parse_count(known) or 100_000
            yield from _different(service, ("cpu_quota",), str(round(box.cpus * period)))
            return
        paths = [path for path in (("cpus",), (*DEPLOY, "cpus")) if _text(service, *path)]
        for path in paths or [(*DEPLOY, "cpus") if new_form else ("cpus",)]:
            current = expand(_text(service, *path), project.variables).text
            if not (re.fullmatch(r"\d{1,6}(\.\d{0,9})?|\.\d{1,9}", current, re.ASCII) and float(current) == float(cpus)):
                yield Setting(path, _text(service, *path), cpus)


def _size(server: Server, path: tuple[str, ...], text: str, size: Bytes, project: Project) -> Iterator[Setting]:
    old = _text(server.service, *path)
    if not old or _read_size(expand(old, project.variables).text) != size:
        yield Setting(path, old, text)


def _read_size(text: str) -> int:
    try:
        return parse_size(text)
    except BadValue:  # whatever stands there is to be replaced
        return -1


def _beside(server: Server, path: tuple[str, ...], memory: Bytes, project: Project) -> Iterator[Setting]:
    """A reservation above the limit, or memory and swap together below it: the engine would refuse to start."""
    old = _text(server.service, *path)
    size = _read_size(expand(old, project.variables).text) if old else -1
    too_much = size > memory if path[-1] != "memswap_limit" else 0 < size < memory
    if size > 0 and too_much:
        yield Setting(path, old, print_docker_size(memory))


def _different(service: Service, path: tuple[str, ...], text: str) -> Iterator[Setting]:
    if _text(service, *path) != text:
        yield Setting(path, _text(service, *path), text)


def _file_uses_deploy(project: Project) -> bool:
    """Where no limit stands in the service: the form of the others; else what this version of the format has."""
    if project.v1:
        return False
    for service in project.services.values():
        if isinstance(node := service.get(*DEPLOY), Mapping) and node.all():
            return True
    if any(_text(service, "mem_limit") for service in project.services.values()):
        return False
    version = project.top("version")
    return not (isinstance(version, Scalar) and version.text.startswith(("1", "2")))


def limit_changes(server: Server, settings: list[Setting]) -> list[Change]:
    """What goes under the same missing `limits:` goes there at once."""
    service = server.service
    there = service.get(*DEPLOY)
    filled = isinstance(there, Mapping) and bool(there.all())
    together = {one.path: one.new for one in settings if one.path[:-1] == DEPLOY and not filled}
    changes = [set_value(service, one.path, one.new) for one in settings if one.path not in together]
    if together:
        changes.append(set_value(service, DEPLOY, {path[-1]: text for path, text in sorted(together.items())}))
    return changes


def main_mapping(service: Service) -> Mapping:
    """The mapping of the service that new keys go into: the one with its image; never one of another file's."""
    own = service.own
    found = next((one for one in own if one.own("image") or one.own("build")), own[0])
    if not found.entries:
        raise Refused(f"{service.name} has nothing of its own in this file to write beside", place=service.key.place)
    return found


def set_value(service: Service, path: tuple[str, ...], text: Tree) -> Change:
    """Replace what stands at the path, where it stands; or add it to the service's own mapping."""
    effective = service.get(*path)
    for mapping in reversed(service.own):
        entry, merged = _walk(mapping, path)
        if entry is None or entry.value is not effective:
            continue
        if merged and len(path) == 1:
            break
        if isinstance(text, str) and not (isinstance(entry.value, Scalar) and entry.value.null):
            return replace_value(entry, text)
    mapping = main_mapping(service)
    first = mapping.all().get(path[0])
    if len(path) > 1 and mapping.own(path[0]) is None and first is not None and isinstance(first.value, Mapping):
        return add_key(first.value, path[1:], text)  # merged in by `<<`: a key of its own would hide the rest
    return add_key(mapping, path, text, after=BEHIND)


def _walk(mapping: Mapping, path: tuple[str, ...]) -> tuple[Entry | None, bool]:
    """The entry at a path, and whether `<<` had a part in it."""
    entry: Entry | None = None
    merged, node = False, mapping
    for name in path:
        entry = node.all().get(name)
        if entry is None:
            return None, merged
        merged = merged or node.own(name) is None
        if isinstance(entry.value, Mapping):
            node = entry.value
        elif name != path[-1]:
            return None, merged
    return entry, merged


def environment_changes(service: Service, variables: dict[str, str]) -> list[Change]:
    """Variables added to `environment:`, list or map; what is there already is not touched."""
    if not variables:
        return []
    node, mapping = home(service, "environment")
    if isinstance(node, Sequence) and node.items:
        return add_items(node, [[f"{name}={value}"] for name, value in variables.items()])
    if isinstance(node, Mapping) and node.entries:
        changes = [add_key(node, (name,), value, after=(node.entries[-1].key.text,)) for name, value in variables.items()]
        return _joined(changes)
    if isinstance(node, Sequence) and node.flow:
        return add_items(node, [[f"{name}={value}"] for name, value in variables.items()])
    if isinstance(node, Mapping) and node.flow:
        inside = ", ".join(f'{name}: "{value}"' for name, value in variables.items())
        return [Change(node.source, Edit(node.start + 1, node.start + 1, inside))]
    return [add_key(mapping, ("environment",), dict(variables), after=("environment", *BEHIND))]


def _joined(changes: list[Change]) -> list[Change]:
    """Insertions at one place, in the order in which they should be read."""
    places = {change.edit.start for change in changes}
    if len(places) != 1:
        return changes
    source = changes[0].source
    start = places.pop()
    return [Change(source, Edit(start, start, "".join(change.edit.text for change in changes)))]


def sharers(service: Service, project: Project) -> list[str]:
    """The other services whose environment is, or merges in, the very lines that new variables would go into."""
    node, _ = home(service, "environment")
    if node is None:
        return []
    return [
        name
        for name, other in project.services.items()
        if other.name != service.name and any(id(node) in _reach(one.get("environment")) for one in other.own)
    ]


def _reach(node: Node | None) -> set[int]:
    found: set[int] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if id(one) not in found:
            found.add(id(one))
            waiting += merged(one) if isinstance(one, Mapping) else ()
    return found


def home(service: Service, name: str) -> tuple[Node | None, Mapping]:
    """The mapping or list under a key that new items should go into, and the service's mapping."""
    for mapping in service.own:
        entry = mapping.all().get(name)
        if entry is not None and isinstance(entry.value, Mapping | Sequence):
            return entry.value, mapping
    return None, main_mapping(service)
