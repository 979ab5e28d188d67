"""Settings for an image that takes them from a variable of its own: the edits to where it stands, or should."""

import re
from collections.abc import Collection
from collections.abc import Mapping as AnyMapping

from ..edits import Edit
from ..inputs.compose.server import Server
from ..yamltree import Scalar, Sequence
from .channels import CHANNELS, standing
from .places import Change, Refused
from .scalars import written
from .service import environment_changes, home

__all__ = ["through"]


def through(server: Server, settings: AnyMapping[str, str], kept: Collection[str] = ()) -> list[Change]:
    """The edits that give these settings through the variable, in which others may stay.

    Raises Refused where something else stands in it.
    """
    channel = server.family.channel if server.family else ""
    there = standing(server, channel)
    text = CHANNELS[channel].merge(there.text if there is not None else "", settings, kept)
    if text is None:
        assert there is not None  # noqa: S101  only an existing text can be something else
        raise Refused(
            f"{channel} holds more than settings",
            hint="add them by hand",
            place=there.node.place,
            fragment=CHANNELS[channel].merge("", settings) or "",
        )
    if there is None:
        node, _ = home(server.service, "environment")
        if isinstance(node, Sequence) and "\n" in text:
            last = node.items[-1]
            source = node.source
            end = source.line_end(last.end)
            dash = re.match(r"[ ]*-[ ]+", source.text[source.line_start(last.start) :])
            if node.flow or dash is None:
                raise Refused(f"there is no room for {channel} in this list", place=node.place, fragment=text)
            line = f"{source.newline}{dash[0]}" + written(f"{channel}={text}", style='"')
            return [Change(source, Edit(end, end, line))]
        return environment_changes(server.service, {channel: text})
    if text == there.text:
        return []
    if there.node.style == "|" and not there.prefix:
        return [_lines(there.node, text)]
    style = there.node.style if there.node.style in {"'", '"'} else '"'
    return [Change(there.node.source, Edit(there.node.start, there.node.end, written(there.prefix + text, style=style)))]


def _lines(node: Scalar, text: str) -> Change:
    """A literal block again, with other lines."""
    source = node.source
    first = source.text.find("\n", node.start) + 1
    indent = re.match(r"[ ]*", source.text[first:])
    pad = indent[0] if indent else ""
    lines = source.newline.join((pad + line).rstrip() for line in text.splitlines())
    return Change(source, Edit(first, node.end, lines))
