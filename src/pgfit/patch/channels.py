"""Images that do not take settings from the command: each has a variable of its own, and a syntax for it.

POSTGRESQL_EXTRA_FLAGS   Bitnami: flags, as on a command line
EXTRA_CONF               Kartoza: lines of a postgresql.conf
SPILO_CONFIGURATION      Spilo: YAML for Patroni
"""

import re
from collections.abc import Callable
from collections.abc import Mapping as AnyMapping
from types import MappingProxyType
from typing import NamedTuple

from ..edits import Edit
from ..inputs.compose.command import read_command
from ..inputs.compose.server import Server
from ..yamltree import Mapping, Scalar, Sequence
from .command import unquoted
from .places import Change, Refused
from .scalars import written
from .service import environment_changes, home

__all__ = ["CHANNELS", "now", "through"]


class Text(NamedTuple):
    """The variable as it stands: its text without `NAME=`, still with its variables."""

    text: str
    node: Scalar
    prefix: str
    """`NAME=` in the list form."""


def now(server: Server) -> AnyMapping[str, str]:
    """The settings that the server is given now: by its command, or by the image's own variable."""
    channel = server.family.channel if server.family else ""
    if channel not in CHANNELS:
        return {given.name: given.value for given in server.command.settings}
    there = _there(server, channel)
    return CHANNELS[channel].read(there.text) if there is not None else {}


def through(server: Server, settings: AnyMapping[str, str]) -> list[Change]:
    """The edits that give these settings through the variable. Raises Refused where something else stands in it."""
    channel = server.family.channel if server.family else ""
    there = _there(server, channel)
    text = CHANNELS[channel].merge(there.text if there is not None else "", settings)
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


def _there(server: Server, channel: str) -> Text | None:
    variable = server.environment.get(channel)
    if variable is None:
        return None
    node = variable.node
    listed = isinstance(server.service.get("environment"), Sequence) or node.text.startswith(f"{channel}=")
    if isinstance(server.service.get("environment"), Mapping):
        listed = node.text.startswith(f"{channel}=") and node.style == ""
    prefix = f"{channel}=" if listed else ""
    return Text(node.text.removeprefix(prefix), node, prefix)


class Channel(NamedTuple):
    read: Callable[[str], dict[str, str]]
    merge: Callable[[str, AnyMapping[str, str]], str | None]
    """The text with these settings; None where what stands there is not understood."""


def _words(text: str) -> Scalar:
    from ..yamltree import Source  # noqa: PLC0415  a text on its own

    return Scalar(Source("", text), 0, len(text), "-c placeholder=1 " + text, "")


def _read_flags(text: str) -> dict[str, str]:
    command = read_command(_words(text), {})
    return {one.name: one.value for one in command.settings if one.name != "placeholder"}


def _merge_flags(text: str, settings: AnyMapping[str, str]) -> str | None:
    command = read_command(_words(text), {})
    if command.problem:
        return None
    changed = {id(given.word): given for name in settings if (given := command.last(name)) is not None}
    words = []
    for word in command.words[2:]:
        given = changed.get(id(word))
        if given is None or given.value == settings[given.name]:
            words.append(word.raw)
        else:
            plain = unquoted(word)
            words.append(plain[: len(plain) - len(given.value)] + settings[given.name])
    present = {given.name for given in changed.values()}
    words += [part for name, value in settings.items() if name not in present for part in ("-c", f"{name}={value}")]
    return " ".join(words)


_LINE = re.compile(r"\s*([A-Za-z_][\w.]*)\s*(?:=\s*|\s+)('(?:[^']|'')*'|[^\s#']+)\s*(?:#.*)?$")


def _read_conf(text: str) -> dict[str, str]:
    found = {}
    for line in text.splitlines():
        if match := _LINE.match(line):
            found[match[1].lower()] = match[2].strip("'").replace("''", "'")
    return found


def _merge_conf(text: str, settings: AnyMapping[str, str]) -> str | None:
    """Lines changed where they stand, the last of each name; the rest below."""
    lines = text.splitlines()
    if any(line.strip() and not line.lstrip().startswith("#") and not _LINE.match(line) for line in lines):
        return None
    last = {match[1].lower(): number for number, line in enumerate(lines) if (match := _LINE.match(line))}
    there = _read_conf(text)
    for name, value in settings.items():
        if name in last and there[name] != value:
            lines[last[name]] = _conf_line(name, value)
        elif name not in last:
            lines.append(_conf_line(name, value))
    return "\n".join(lines) + ("\n" if lines else "")


def _conf_line(name: str, value: str) -> str:
    return f"{name} = {value}" if re.fullmatch(r"-?[\w.]+", value) else f"{name} = '" + value.replace("'", "''") + "'"


def _read_spilo(text: str) -> dict[str, str]:
    import yaml  # noqa: PLC0415  only a Spilo pays for it

    try:
        node = yaml.load(text, yaml.BaseLoader)  # noqa: S506  strings only
    except yaml.YAMLError:
        return {}
    for name in ("postgresql", "parameters"):
        node = node.get(name) if isinstance(node, dict) else None
    return {str(name).lower(): str(value) for name, value in node.items()} if isinstance(node, dict) else {}


def _merge_spilo(text: str, settings: AnyMapping[str, str]) -> str | None:
    """Only where nothing stands yet, or what pgfit wrote: Patroni's YAML inside YAML is its owner's to change."""
    there = _read_spilo(text)
    if all(there.get(name) == value for name, value in settings.items()):
        return text
    if text.strip() and not set(there) <= set(settings):
        return None
    if text.strip() and set(re.findall(r"^\s*([\w.]+):", text, re.MULTILINE)) - {"postgresql", "parameters", *there}:
        return None
    lines = ["postgresql:", "  parameters:", *(f'    {name}: "{value}"' for name, value in settings.items())]
    return "\n".join(lines) + "\n"


CHANNELS: AnyMapping[str, Channel] = MappingProxyType(
    {
        "POSTGRESQL_EXTRA_FLAGS": Channel(_read_flags, _merge_flags),
        "EXTRA_CONF": Channel(_read_conf, _merge_conf),
        "SPILO_CONFIGURATION": Channel(_read_spilo, _merge_spilo),
    }
)
