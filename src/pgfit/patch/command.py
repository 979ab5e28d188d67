"""Settings merged into a command, in the form it is written in: string or list, plain, quoted, folded, literal, flow."""

import re
from typing import NamedTuple

from ..edits import Edit
from ..inputs.compose.command import Command, Given, Word
from ..inputs.compose.variables import closing
from ..yamltree import Mapping, Scalar, Sequence
from .places import Change, Refused, add_items, add_key, block
from .scalars import offsets

__all__ = ["Merge", "as_words", "fill_command", "merge_command", "new_command", "restated", "unquoted"]


AS_A_LIST = "write the command as a list, a word an item"


class Merge(NamedTuple):
    """What becomes of a command."""

    changes: tuple[Change, ...]
    words: tuple[str, ...]
    """The arguments afterwards, variables resolved: what reading it again must give."""


def as_words(settings: dict[str, str]) -> list[list[str]]:
    """-c name=value for each; a dollar is doubled, since compose reads the file."""
    return [["-c", f"{name}={value}".replace("$", "$$")] for name, value in settings.items()]


def merge_command(command: Command, settings: dict[str, str]) -> Merge:
    """Give these settings in the command where it stands. Raises Refused where that cannot be done surely."""
    node = command.node
    assert node is not None  # noqa: S101  the caller writes a new one else
    changed: dict[Word, tuple[int, int, str]] = {}
    missing: dict[str, str] = {}
    words = {id(word): word.text for word in command.words}
    for name, value in settings.items():
        given = command.last(name)
        if given is None:
            missing[name] = value
        elif given.value != value:
            if given.at < 0:
                raise Refused(f"{name} is set by an option that takes no value", place=given.word.node.place)
            changed[given.word] = _replacement(given, value)
            words[id(given.word)] = _with_value(given, value)
    changes: list[Change] = []
    places: dict[int, list[int]] = {}
    for word, (start, end, text) in changed.items():
        changes.append(_edit(word, start, end, text, places))
    if isinstance(node, Sequence):
        changes += add_items(node, as_words(missing))
    elif missing:
        changes.append(_append(node, command.words[-1], missing, places))
    reads = [word for name, value in missing.items() for word in ("-c", f"{name}={value}")]
    return Merge(tuple(changes), (*(words[id(word)] for word in command.words), *reads))


def _with_value(given: Given, value: str) -> str:
    text = given.word.text
    return text[: len(text) - len(given.value)] + value


def _replacement(given: Given, value: str) -> tuple[int, int, str]:
    """Which characters of the raw word become what: the value alone, or the whole of a word with quotes inside."""
    raw, old = given.word.raw, given.value
    value = value.replace("$", "$$")
    at = raw.rfind(old, given.at) if old else -1
    if at >= 0 and not raw[given.at : at].strip("'\"") and not raw[at + len(old) :].strip("'\"") and _simple(value):
        return at, at + len(old), value
    if isinstance(given.word.node, Scalar) and given.word.start == 0 and given.word.end == len(given.word.node.text):
        return given.at, len(raw), value  # an item of a list: no shell between
    name = re.match(r"['\"]*(-c|--)?['\"]*", raw)
    prefix = (name[1] or "") if name else ""
    text = f"{given.name}={value}"
    return 0, len(raw), prefix + (text if _simple(value) else "'" + text.replace("'", "'\\''") + "'")


def _simple(value: str) -> bool:
    return re.fullmatch(r"[\w./+%-]*", value, re.ASCII) is not None


def _edit(word: Word, start: int, end: int, text: str, places: dict[int, list[int]]) -> Change:
    node = word.node
    if id(node) not in places:
        found = offsets(node)
        if found is None:
            raise Refused("this value is written in a way that cannot be edited in place", hint=AS_A_LIST, place=node.place)
        places[id(node)] = found
    at = places[id(node)]
    return Change(node.source, Edit(at[word.start + start], at[word.start + end], encoded(text, node.style)))


def encoded(text: str, style: str) -> str:
    """A piece of text for the inside of a scalar that is already there."""
    if style == "'":
        return text.replace("'", "''")
    if not style and re.search(r": |:$| #|\s$", text):
        raise Refused("a value that YAML takes only in quotes", hint="write the command as a list, or in quotes")
    return text.replace("\\", "\\\\").replace('"', '\\"') if style == '"' else text


def _append(node: Scalar, last: Word, settings: dict[str, str], places: dict[int, list[int]]) -> Change:
    """Behind the last word of a string: on its line, or a line each where the string has lines."""
    if id(node) not in places:
        found = offsets(node)
        if found is None:
            raise Refused("this command is written in a way that cannot be edited in place", hint=AS_A_LIST, place=node.place)
        places[id(node)] = found
    source = node.source
    end = places[id(node)][last.end]
    lined = "\n" in source.text[node.start : end]
    glue = " "
    if lined:
        line = source.text[source.line_start(end) : end]
        glue = source.newline + line[: len(line) - len(line.lstrip(" "))]
    flags = []
    for name, value in settings.items():
        text = f"{name}={value}".replace("$", "$$")
        flags.append("-c " + (text if _simple(value) else "'" + text.replace("'", "'\\''") + "'"))
    return Change(source, Edit(end, end, encoded("".join(glue + flag for flag in flags), node.style)))


def new_command(mapping: Mapping, words: list[tuple[str, str]], settings: dict[str, str], comment: str) -> Merge:
    """A command as a block list in the service's own mapping.

    `words` are restated: each as it is written, variables and all, and as it reads.
    """
    items = [*(written for written, _ in words), *(word for pair in as_words(settings) for word in pair)]
    reads = (*(text for _, text in words), *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")))
    old = mapping.own("command")
    if old is not None and old.alias is not None and not mapping.flow:
        source = old.key.source
        column = source.line_column(old.key.start)[1] - 1
        lines = "".join(source.newline + line for line in block(items, column + 2))
        start = len(source.text[: old.alias[0]].rstrip(" "))
        return Merge((Change(source, Edit(start, old.alias[1], lines)),), reads)
    change = add_key(mapping, ("command",), items, after=("image", "build", "container_name"), comment=comment)
    return Merge((change,), reads)


def fill_command(node: Scalar | Sequence, words: list[tuple[str, str]], settings: dict[str, str]) -> Merge:
    """Words for a command that is there and empty: `command: []`. Raises Refused for an empty string."""
    if not isinstance(node, Sequence):
        raise Refused("the command is empty", hint="delete the line, or write `command: []`", place=node.place)
    reads = (*(text for _, text in words), *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")))
    return Merge(tuple(add_items(node, [[written for written, _ in words], *as_words(settings)])), reads)


def restated(command: Command, settings: dict[str, str]) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """All words again, each as it is written and as it reads, with new values where they have one; and what has no word."""
    if not command.words:
        return [("postgres", "postgres")], settings
    last = {id(given.word): given for name in settings if (given := command.last(name)) is not None}
    words = []
    for word in command.words:
        given = last.get(id(word))
        if given is None:
            words.append((unquoted(word), word.text))
        else:
            text = word.text[: len(word.text) - len(given.value)] + settings[given.name]
            words.append((text.replace("$", "$$"), text))
    return words, {name: value for name, value in settings.items() if command.last(name) is None}


def unquoted(word: Word) -> str:
    """The word without its shell quotes, its variables as they are."""
    if word.start == 0 and word.end == len(word.node.text):
        return word.raw
    out, position, quote, raw = "", 0, "", word.raw
    while position < len(raw):
        letter = raw[position]
        if raw.startswith("${", position) and (end := closing(raw, position + 1)) > 0:
            out, position = out + raw[position : end + 1], end + 1
            continue
        if letter == "\\" and quote != "'":
            out, position = out + raw[position + 1 : position + 2], position + 2
            continue
        if quote:
            quote, out = ("", out) if letter == quote else (quote, out + letter)
        elif letter in "'\"":
            quote = letter
        else:
            out += letter
        position += 1
    return out
