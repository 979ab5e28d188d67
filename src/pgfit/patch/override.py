"""The plan as a file of its own, to stand after the base: `-f docker-compose.yml -f compose.tuned.yml`.

An override file replaces `command:`, so the whole merged command is stated in it.
"""

from collections.abc import Mapping as AnyMapping
from pathlib import Path

from ..inputs.compose.project import Project, load
from ..inputs.compose.server import servers
from ..yamltree import Source
from . import channels
from .command import as_words, unquoted
from .places import Refused, Tree, block
from .project import Fate, Patched, comment_for

__all__ = ["HEADER", "override"]

HEADER = "# written by pgfit: settings and limits, to be used after the base file; do not edit\n"


def override(project: Project, patched: Patched, path: str, *, image_like: str = "") -> str:
    """The text of the override file. Raises Refused where it would not read back as the plan."""
    lines = [HEADER.rstrip("\n"), "services:"]
    for fate in patched.fates:
        tree, comment = _service(fate)
        if not tree:
            continue
        lines += [f"  {fate.server.name}:", *([f"    # {comment}"] if comment else []), *block(tree, 4)]
    text = "\n".join(lines) + "\n" if len(lines) > 2 else ""
    if text:
        _prove(project, patched, Source(path, text), image_like)
    return text


def _service(fate: Fate) -> tuple[AnyMapping[str, Tree], str]:
    server, fitted = fate.server, fate.fitted
    if fitted is None or not fate.changes:
        return {}, ""
    tree: dict[str, Tree] = {}
    environment = dict(fate.environment)
    if fate.settings and server.family is not None and server.family.channel in channels.CHANNELS:
        node = server.environment.get(server.family.channel)
        old = node.node.text.removeprefix(f"{server.family.channel}=") if node is not None else ""
        merged = channels.CHANNELS[server.family.channel].merge(old, fitted.settings)
        if merged is None:
            raise Refused(f"{server.family.channel} holds more than settings", place=server.service.key.place)
        environment[server.family.channel] = merged
    elif fate.settings:
        tree["command"] = _whole(fate)
    for other in fate.others:
        into = tree
        for name in other.path[:-1]:
            into = into.setdefault(name, {})  # type: ignore[assignment]  # trees of trees
        into[other.path[-1]] = other.new
    if environment:
        tree["environment"] = environment
    return tree, comment_for(fitted) if "command" in tree else ""


def _whole(fate: Fate) -> list[str]:
    """Every word of the command, with the new values; variables as they are."""
    server = fate.server
    new = {name: value for name, _, value in fate.settings}
    if server.command.node is None:
        words = [word.replace("$", "$$") for word in server.cmd or ("postgres",)]
    else:
        words = []
        last = {id(given.word): given for one in new if (given := server.command.last(one)) is not None}
        for word in server.command.words:
            given = last.get(id(word))
            if given is None:
                words.append(unquoted(word))
            else:
                words.append((word.text[: len(word.text) - len(given.value)] + new.pop(given.name)).replace("$", "$$"))
    return [*words, *(word for pair in as_words(new) for word in pair)]


def _prove(project: Project, patched: Patched, source: Source, image_like: str) -> None:
    again = load([*project.sources, source], project.variables, Path(project.directory))
    found = {one.name: one for one in servers(again, image_like=image_like)}
    for fate in patched.fates:
        server = found[fate.server.name]
        now = channels.now(server)
        for name, _, value in fate.settings:
            if now.get(name) != value:
                raise Refused(f"{name} of {server.name} would not read back as {value}", place=source.path)
