"""The proof of a patch: the new text read again as compose would, and compared with the old and with the plan."""

from collections.abc import Mapping as AnyMapping
from typing import TYPE_CHECKING

from ..inputs.compose.project import Project, Service, load
from ..inputs.compose.server import Server, servers
from ..yamltree import Mapping, Node, Scalar, Sequence, Source
from . import channels

if TYPE_CHECKING:
    from .project import Fate

__all__ = ["misread", "wrong"]

WRITTEN = frozenset(
    {
        "command",
        "shm_size",
        "stop_grace_period",
        "environment",
        "mem_limit",
        "cpus",
        "cpu_quota",
        "deploy",
        "mem_reservation",
        "memswap_limit",
    }
)
"""The keys of a service that an edit may change."""


def wrong(project: Project, fates: "list[Fate]", texts: AnyMapping[str, tuple[Source, str]], image_like: str) -> str:
    """What is not as it should be in the new text; '' if nothing. The new text is read as compose would read it."""
    if not texts:
        return ""
    unknown = [path for path in texts if path not in {source.path for source in project.sources}]
    if unknown:
        return f"what must change stands in {unknown[0]}, which is not one of the project's files"
    again = load(
        project.sources,
        project.variables,
        project.directory,
        replaced={path: Source(path, text) for path, (_, text) in texts.items()},
    )
    touched = {fate.server.name for fate in fates if fate.changes}
    digests: dict[int, int] = {}
    changed = [
        name
        for name, service in project.services.items()
        if name not in touched and _digest(service.config, digests) != _digest(again.services[name].config, digests)
    ]
    if changed:
        return f"the lines are shared: {', '.join(changed)} would change as well"
    for fate in fates:
        if fate.changes and (problem := _unlike(fate, project, again, image_like, digests)):
            return problem
    return ""


def _unlike(fate: "Fate", project: Project, again: Project, image_like: str, digests: dict[int, int]) -> str:
    name = fate.server.name
    before, after = project.services[name], again.services[name]
    for key in {*before.config.all(), *after.config.all()} - WRITTEN:
        if _of(before, key, digests) != _of(after, key, digests):
            return f"{key} of {name} would change"
    server = next((one for one in servers(again, image_like=image_like) if one.name == name), None)
    if server is None:
        return f"{name} would not be a server any more"
    return misread(fate, server)


def misread(fate: "Fate", server: Server) -> str:
    """What of the plan does not read back from the server as it is written now; '' if nothing."""
    return _command(fate, server) or _others(fate, server.service) or _environment(fate, server)


def _command(fate: "Fate", server: Server) -> str:
    if fate.merge is not None and tuple(word.text for word in server.command.words) != fate.merge.words:
        return f"the command of {server.name} would not read as meant"
    now = channels.now(server)
    for setting, _, value in fate.settings:
        if now.get(setting) != value:
            return f"{setting} of {server.name} would not read back as {value}"
    return ""


def _others(fate: "Fate", after: Service) -> str:
    for other in fate.others:
        node = after.get(*other.path)
        if not isinstance(node, Scalar) or node.text != other.new:
            return f"{'.'.join(other.path)} of {after.name} would not read back as {other.new}"
    return ""


def _environment(fate: "Fate", server: Server) -> str:
    """Every variable as it was, those added as planned, and the image's own for settings, which is proven above."""
    own = server.family.channel if server.family is not None else ""
    before = {name: known.node.text for name, known in fate.server.environment.items() if name != own}
    after = {name: known.node.text for name, known in server.environment.items() if name != own}
    if {name: text for name, text in after.items() if name in before} != before:
        return f"the environment of {server.name} would change"
    if after.keys() - before.keys() != set(fate.environment):
        return f"the environment of {server.name} would not gain what it should"
    return ""


def _of(service: Service, key: str, digests: dict[int, int]) -> int:
    node = service.config.get(key)
    return 0 if node is None else _digest(node, digests)


def _digest(node: Node, known: dict[int, int]) -> int:
    """A number for what a node says; each node is read once, however many aliases lead to it."""
    if id(node) not in known:
        if isinstance(node, Scalar):
            known[id(node)] = hash((node.tag, node.style == "", node.text))
        elif isinstance(node, Sequence):
            known[id(node)] = hash(tuple(_digest(item, known) for item in node.items))
        else:
            assert isinstance(node, Mapping)  # noqa: S101  there is nothing else
            known[id(node)] = hash(tuple((name, _digest(one.value, known)) for name, one in node.all().items()))
    return known[id(node)]
