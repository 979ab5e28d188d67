"""What a service should gain, as a piece of YAML of its own: for an override file, or to be pasted by hand."""

from collections.abc import Mapping as AnyMapping
from typing import TYPE_CHECKING

from ..model import Known
from ..units import human, print_cpus
from . import channels
from .command import as_words, restated
from .fit import Fitted
from .places import Refused, Tree

if TYPE_CHECKING:
    from .project import Fate

__all__ = ["COMMENT", "comment_for", "fragment_of"]

COMMENT = "fitted by pgfit to "


def comment_for(fitted: Fitted) -> str:
    """The line above a command that pgfit wrote: for which limits."""
    facts = fitted.plan.facts
    cpus = f", {print_cpus(facts.cpus.value)} CPU" if isinstance(facts.cpus, Known) else ""
    return f"{COMMENT}{human(facts.memory.value)}{cpus}"


def fragment_of(fate: "Fate") -> tuple[AnyMapping[str, Tree], str]:
    """The keys of the service with the whole merged command, and the comment above that. Raises Refused."""
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
        words, rest = restated(server.command, server.cmd, {name: value for name, _, value in fate.settings})
        tree["command"] = [*(written for written, _ in words), *(word for pair in as_words(rest) for word in pair)]
    for other in fate.others:
        into = tree
        for name in other.path[:-1]:
            into = into.setdefault(name, {})  # type: ignore[assignment]  # trees of trees
        into[other.path[-1]] = other.new
    if environment:
        tree["environment"] = environment
    return tree, comment_for(fitted) if "command" in tree else ""
