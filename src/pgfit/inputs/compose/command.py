"""A command as words, and the settings among the words, each with its place in the text it was written in.

Compose splits a string as a shell would, after variables are put in; a list is taken word by word. PostgreSQL reads
`-c name=value`, `-cname=value`, `--name=value` and its short options; what comes last wins.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...yamltree import Node, Scalar, Sequence
from .variables import Variables, closing, expand

__all__ = ["SHORT", "Command", "Given", "Word", "read_command", "split"]

SHORT = {
    "B": "shared_buffers",
    "N": "max_connections",
    "S": "work_mem",
    "p": "port",
    "D": "data_directory",
    "h": "listen_addresses",
    "k": "unix_socket_directories",
}
"""PostgreSQL's one-letter options that set something; the rest take no part here."""
TAKES_VALUE = frozenset("BCcDdfhkNprStvW")
"""One-letter options with a value after them."""
PROGRAMS = re.compile(r"(?:/\S*/)?postgres|(?:/\S*/)?postmaster")
ENTRYPOINT = re.compile(r"(?:/\S*/)?(?:[a-z]+-)?docker-entrypoint\.sh")


class Word(NamedTuple):
    """One argument: what the program gets, and where it is written."""

    text: str
    """With quotes and variables resolved."""
    raw: str
    """As written, quotes and all."""
    node: Scalar
    start: int
    end: int
    """Its characters in node.text."""
    variables: tuple[str, ...] = ()


class Given(NamedTuple):
    """A setting in a command."""

    name: str
    """In lower case, `-` for `_` undone."""
    value: str
    word: Word
    """The word that holds the value."""
    at: int
    """Where the value begins in the raw word, or -1 where quotes make that unclear."""


class Command(NamedTuple):
    """A command, in the form it is written in."""

    node: Scalar | Sequence | None
    words: tuple[Word, ...]
    settings: tuple[Given, ...]
    problem: str = ""
    """Why the words, or the settings among them, cannot be told; with the place."""
    bypass: str = ""
    """What runs instead of the image's entrypoint or the server."""

    def last(self, name: str) -> Given | None:
        """What the server takes for a setting that is given more than once."""
        return next((one for one in reversed(self.settings) if one.name == name), None)


def read_command(node: Node | None, variables: Variables) -> Command:
    """The words and settings; never raises. A node that is null is no command at all."""
    if node is None or (isinstance(node, Scalar) and node.null):
        return Command(None, (), ())
    if not isinstance(node, Scalar | Sequence):
        return Command(None, (), (), problem=f"{node.place}: `command:` is neither a string nor a list")
    words: list[Word] = []
    try:
        pieces = split(node, variables) if isinstance(node, Scalar) else (_item(item, variables) for item in node.items)
        for word in pieces:
            words.append(word)  # noqa: PERF402  those before a mistake are wanted too
    except ValueError as error:
        return Command(node, tuple(words), (), problem=str(error))
    return _understood(node, words)


def _item(item: Node, variables: Variables) -> Word:
    if not isinstance(item, Scalar):
        raise ValueError(f"{item.place}: an item of the command that is not a word")  # noqa: TRY004  a user's mistake
    made = expand(item.text, variables)
    if made.problem:
        raise ValueError(f"{item.place}: {made.problem}")
    return Word(made.text, item.text, item, 0, len(item.text), made.names)


_SPECIAL = set(";&|<>()`")


def split(node: Scalar, variables: Variables) -> Iterator[Word]:
    """The words of a string, as compose's shell-like splitter sees them.

    Raises ValueError, with the place, for what it refuses, and where a variable brings more than a part of a word.
    """
    splitter = _Splitter(node, variables)
    while splitter.skip_blanks():
        yield splitter.word()


class _Splitter:
    def __init__(self, node: Scalar, variables: Variables) -> None:
        self.node, self.text, self.variables = node, node.text, variables
        self.position = 0
        self.quote = ""
        self.names: list[str] = []

    def skip_blanks(self) -> bool:
        """Whether there is another word."""
        while self.position < len(self.text) and self.text[self.position] in " \t\r\n":
            self.position += 1
        return self.position < len(self.text)

    def word(self) -> Word:
        start, self.quote, self.names = self.position, "", []
        made: list[str] = []
        while self.position < len(self.text) and (self.quote or self.text[self.position] not in " \t\r\n"):
            made.append(self.piece(self.text[self.position]))
        text, raw = "".join(made), self.text[start : self.position]
        if self.quote:
            self.fail("a quote in the command that is never closed")
        if not text.strip() and raw.startswith("\\"):
            self.fail("a backslash before the end of a line becomes a word of its own in YAML")
        return Word(text, raw, self.node, start, self.position, tuple(dict.fromkeys(self.names)))

    def piece(self, letter: str) -> str:
        """What the character here adds to the word."""
        if letter == "$":
            return self.variable()
        self.position += 1
        if letter == self.quote:
            self.quote = ""
            return ""
        if letter == "\\" and self.quote != "'":
            self.position += 1
            return self.text[self.position - 1 : self.position]
        if self.quote:
            return letter
        if letter in "'\"":
            self.quote = letter
            return ""
        if letter in _SPECIAL:
            self.fail(f"`{letter}` in the command, which compose cannot split into words")
        return letter

    def variable(self) -> str:
        end = _variable_end(self.text, self.position)
        made = expand(self.text[self.position : end], self.variables)
        self.position = end
        if made.problem:
            self.fail(made.problem)
        if not self.quote and re.search(r"[\s'\"\\]", made.text):
            self.fail(f"{', '.join(made.names) or 'a variable'} brings several words of the command")
        self.names += made.names
        return made.text

    def fail(self, what: str) -> None:
        raise ValueError(f"{self.node.place}: {what}")


def _variable_end(text: str, dollar: int) -> int:
    following = text[dollar + 1 : dollar + 2]
    if following == "$":
        return dollar + 2
    if following == "{":
        end = closing(text, dollar + 1)
        return end + 1 if end >= 0 else len(text)
    match = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").match(text, dollar + 1)
    return match.end() if match else dollar + 1


def _understood(node: Scalar | Sequence, words: list[Word]) -> Command:
    rest = list(words)
    if rest and ENTRYPOINT.fullmatch(rest[0].text):
        rest = rest[1:]
    if not rest:
        return Command(node, tuple(words), ())  # the engine takes the image's own CMD for an empty one
    first = rest[0]
    if not PROGRAMS.fullmatch(first.text) and not first.text.startswith("-"):
        if isinstance(node, Sequence) and PROGRAMS.match(first.text) and " " in first.text:
            what = f"{first.node.place}: one item of the list holds a whole command line: there is no such program"
            return Command(node, tuple(words), (), problem=what)
        if len(first.variables) == 1 and first.raw.startswith("${"):
            what = f"{first.node.place}: the whole command comes from {first.variables[0]}"
            return Command(node, tuple(words), (), problem=what)
        what = first.text.split()[0] if first.text.split() else "an empty word"
        return Command(node, tuple(words), (), bypass=f"{node.place}: the command runs {what}, not the server itself")
    settings: list[Given] = []
    index = 0 if first.text.startswith("-") else 1
    try:
        while index < len(rest):
            index += _option(rest, index, settings)
    except ValueError as error:
        return Command(node, tuple(words), tuple(settings), problem=str(error))
    return Command(node, tuple(words), tuple(settings))


def _option(words: list[Word], index: int, settings: list[Given]) -> int:
    """Read one option; how many words it took."""
    word = words[index]
    text = word.text
    if text.startswith("--"):
        if "=" in text:
            settings.append(_given(word, 2))
        return 1
    if not text.startswith("-") or len(text) < 2:
        raise ValueError(f"{word.node.place}: {text.split('=')[0]!r} is no option of the server")
    letter = text[1]
    if letter not in TAKES_VALUE:
        if letter == "F":
            settings.append(Given("fsync", "off", word, -1))
        return 1
    value, taken, skip = (word, 1, 2) if len(text) > 2 else (words[index + 1] if index + 1 < len(words) else None, 2, 0)
    if value is None:
        raise ValueError(f"{word.node.place}: -{letter} is the last word: its value is missing")
    if letter == "c":
        settings.append(_given(value, skip))
    elif letter in SHORT:
        settings.append(Given(SHORT[letter], value.text[skip:], value, skip if value.raw == value.text else -1))
    return taken


def _given(word: Word, skip: int) -> Given:
    name, equals, value = word.text[skip:].partition("=")
    if not equals:
        raise ValueError(f"{word.node.place}: -c {name} has no value")
    if name != name.strip():
        raise ValueError(f"{word.node.place}: a blank before {name.strip()}: the server would refuse to start")
    at = word.raw.find("=") + 1
    return Given(name.lower().replace("-", "_"), value, word, at)
