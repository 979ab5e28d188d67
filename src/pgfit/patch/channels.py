"""Images that do not take settings from the command: each has a variable of its own, and a syntax for it.

POSTGRESQL_EXTRA_FLAGS   Bitnami: flags, as on a command line
EXTRA_CONF               Kartoza: lines of a postgresql.conf
SPILO_CONFIGURATION      Spilo: YAML for Patroni
"""

import re
from collections.abc import Callable, Collection
from collections.abc import Mapping as AnyMapping
from types import MappingProxyType
from typing import NamedTuple

from ..inputs.compose.command import Command, Given, Word, read_command
from ..inputs.compose.server import Server
from ..inputs.compose.variables import expand
from ..model import Known
from ..yamltree import Mapping, Node, Scalar, Sequence
from .command import unquoted

__all__ = ["CHANNELS", "given", "now", "standing"]

FLAGS = "POSTGRESQL_EXTRA_FLAGS"


class Text(NamedTuple):
    """The variable as it stands: its text without `NAME=`, still with its variables."""

    text: str
    node: Scalar
    prefix: str
    """`NAME=` in the list form."""


def given(server: Server) -> Command:
    """What the server is given now, as a command: by its own, by the image's variable, or by the CMD that the image would run."""
    channel = server.family.channel if server.family else ""
    if channel in CHANNELS:
        return _of_variable(server, channel)
    if server.command.words or not server.cmd:
        return server.command
    key = server.service.key
    words: list[Node] = [Scalar(key.source, key.start, key.end, word.replace("$", "$$"), "'") for word in server.cmd]
    return read_command(Sequence(key.source, key.start, key.end, False, words), {})


def _of_variable(server: Server, channel: str) -> Command:
    there = standing(server, channel)
    if there is None:
        return Command(None, (), ())
    known = server.environment[channel].value
    values = CHANNELS[channel].read(known.value if isinstance(known, Known) else there.text)
    variables = _variables(there.text, channel)
    words = {name: Word(value, value, there.node, 0, len(value), variables.get(name, ())) for name, value in values.items()}
    return Command(there.node, (), tuple(Given(name, word.text, word, -1) for name, word in words.items()))


def _variables(text: str, channel: str) -> dict[str, tuple[str, ...]]:
    """Those that each setting comes from."""
    if channel == FLAGS:
        return {one.name: one.word.variables for one in read_command(_words(text), {}).settings}
    return {name: expand(value, {}).names for name, value in CHANNELS[channel].read(text).items()}


def now(server: Server) -> AnyMapping[str, str]:
    """The settings that the server is given now, by name."""
    return {one.name: one.value for one in given(server).settings}


def standing(server: Server, channel: str) -> Text | None:
    """The variable as it stands in the file; None where it does not."""
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
    merge: Callable[..., str | None]
    """(text, settings, kept=()): the text with these settings, beside those that are kept; None where what stands there is
    not understood."""


def _words(text: str) -> Scalar:
    from ..yamltree import Source  # noqa: PLC0415  a text on its own

    return Scalar(Source("", text), 0, len(text), "-c placeholder=1 " + text, "")


def _read_flags(text: str) -> dict[str, str]:
    command = read_command(_words(text), {})
    return {one.name: one.value for one in command.settings if one.name != "placeholder"}


def _merge_flags(text: str, settings: AnyMapping[str, str], kept: Collection[str] = ()) -> str | None:
    del kept  # only what has a setting is touched
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


def _merge_conf(text: str, settings: AnyMapping[str, str], kept: Collection[str] = ()) -> str | None:
    """Lines changed where they stand, the last of each name; the rest below."""
    del kept  # as above
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


def _merge_spilo(text: str, settings: AnyMapping[str, str], kept: Collection[str] = ()) -> str | None:
    """Only where nothing stands yet, or settings alone: Patroni's YAML inside YAML is its owner's to change."""
    there = _read_spilo(text)
    if all(there.get(name) == value for name, value in settings.items()):
        return text
    if text.strip() and (not set(there) <= {*settings, *kept} or "#" in text):
        return None
    settings = {**{name: value for name, value in there.items() if name in kept}, **settings}
    if text.strip() and set(re.findall(r"^\s*([\w.]+):", text, re.MULTILINE)) - {"postgresql", "parameters", *there}:
        return None
    lines = ["postgresql:", "  parameters:", *(f'    {name}: "{value}"' for name, value in settings.items())]
    return "\n".join(lines) + "\n"


CHANNELS: AnyMapping[str, Channel] = MappingProxyType(
    {
        FLAGS: Channel(_read_flags, _merge_flags),
        "EXTRA_CONF": Channel(_read_conf, _merge_conf),
        "SPILO_CONFIGURATION": Channel(_read_spilo, _merge_spilo),
    }
)
