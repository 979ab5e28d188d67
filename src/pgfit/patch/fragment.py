"""What a service should gain, as a piece of YAML of its own: for an override file, or to be pasted by hand."""

from collections.abc import Mapping as AnyMapping
from typing import TYPE_CHECKING

from . import channels
from .command import as_words, restated
from .comment import comment_for
from .places import Refused, Tree, block
from .scalars import written

if TYPE_CHECKING:
    from .project import Fate

__all__ = ["fragment_of", "lines_of"]


def lines_of(fate: "Fate", indent: int) -> list[str]:
    """The fragment below the service's name, `indent` deep; none where nothing changes. Raises Refused."""
    tree, comment = fragment_of(fate)
    if not tree:
        return []
    pad, below = " " * indent, indent + 2
    head = [f"{pad}{written(fate.server.name)}:", *([f"{' ' * below}# {comment}"] if comment else [])]
    return [*head, *block(tree, below)]


def fragment_of(fate: "Fate") -> tuple[AnyMapping[str, Tree], str]:
    """The keys of the service with the whole merged command, and the comment above that. Raises Refused."""
    server, fitted = fate.server, fate.fitted
    if fitted is None or not fate.changes:
        return {}, ""
    tree: dict[str, Tree] = {}
    environment = dict(fate.environment)
    if fate.settings and server.family is not None and server.family.channel in channels.CHANNELS:
        there = channels.standing(server, server.family.channel)
        old = there.text if there is not None else ""
        merged = channels.CHANNELS[server.family.channel].merge(old, fitted.settings, fitted.kept)
        if merged is None:
            raise Refused(f"{server.family.channel} holds more than settings", place=server.service.key.place)
        environment[server.family.channel] = merged
    elif fate.settings:
        words, rest = restated(channels.given(server), {name: value for name, _, value in fate.settings})
        tree["command"] = [*(written for written, _ in words), *(word for pair in as_words(rest) for word in pair)]
    for other in fate.others:
        into = tree
        for name in other.path[:-1]:
            into = into.setdefault(name, {})  # type: ignore[assignment]  # trees of trees
        into[other.path[-1]] = other.new
    if environment:
        tree["environment"] = environment
    return tree, comment_for(fitted.plan.facts) if "command" in tree else ""
