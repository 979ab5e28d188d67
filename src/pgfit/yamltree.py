"""YAML as nodes with places: where each value really starts and ends in the text.

Nodes are built from the parser's events, not composed: so an alias has a place of its own, and an end is the end of
the last thing inside, not of the comments that follow. Scalars stay raw: `0700`, `1:30` and `on` are what was written.

Source(path, text) -> documents(source) -> Mapping | Sequence | Scalar, each knowing its Source
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from .errors import PgfitError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BadFile", "Entry", "Mapping", "Node", "Scalar", "Sequence", "Source", "documents", "merged"]

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where PyYAML was built with it: ten times as fast, the same events."""
MOST_DEPTH = 100
"""Nested deeper than any file of a person's; Python's own stack ends at some 300."""


class BadFile(PgfitError):
    """A file that cannot be read as what it should be, with the line."""


class Source:
    """The text of one file, without its byte order mark, and where its lines begin."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.bom = text.startswith("\ufeff")
        self.text = text[1:] if self.bom else text
        self._lines: list[int] | None = None

    def line_column(self, offset: int) -> tuple[int, int]:
        """Both counted from 1."""
        if self._lines is None:
            self._lines = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", self.text))]
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def place(self, offset: int) -> str:
        return f"{self.path}:{self.line_column(offset)[0]}"

    @property
    def newline(self) -> str:
        """How the lines of this file end."""
        first = self.text.find("\n")
        return "\r\n" if first > 0 and self.text[first - 1] == "\r" else "\n"

    def encoded(self, text: str) -> bytes:
        """Another text as bytes of this file: with the byte order mark that this one has."""
        return (("\ufeff" if self.bom else "") + text).encode()

    def line_start(self, offset: int) -> int:
        return self.text.rfind("\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Before the line break, or the end of the text."""
        end = self.text.find("\n", offset)
        if end < 0:
            return len(self.text)
        return end - 1 if end > offset and self.text[end - 1] == "\r" else end


@dataclass(slots=True, eq=False)
class Node:
    """A value in a file. `start` is after its tag and anchor; `end` after its last character that counts."""

    source: Source
    start: int
    end: int
    tag: str = field(default="", kw_only=True)
    """As written: `!reset`, `!!str`; '' without."""
    anchor: str = field(default="", kw_only=True)

    @property
    def place(self) -> str:
        return self.source.place(self.start)


@dataclass(slots=True, eq=False)
class Scalar(Node):
    text: str
    """With YAML's quoting and folding resolved, nothing else."""
    style: str
    """'' for plain, or one of ' " | >"""

    @property
    def null(self) -> bool:
        return not self.style and self.text in {"", "~", "null", "Null", "NULL"} and self.tag != "!!str"


@dataclass(slots=True, eq=False)
class Entry:
    """A key of a mapping and its value; `alias` is where `*name` stands instead of the value itself."""

    key: Scalar
    value: Node
    alias: tuple[int, int] | None = None


@dataclass(slots=True, eq=False)
class Mapping(Node):
    flow: bool
    entries: list[Entry]
    _found: "dict[str, Entry] | None" = field(default=None, kw_only=True)

    def own(self, key: str) -> Entry | None:
        """The entry that is written here, not merged in."""
        return next((one for one in self.entries if one.key.text == key), None)

    def all(self) -> dict[str, Entry]:
        """Own entries and those that `<<` merges in, which they shadow."""
        if self._found is None:
            found: dict[str, Entry] = {}
            for base in merged(self):
                for name, entry in base.all().items():
                    found.setdefault(name, entry)
            own = {one.key.text: one for one in self.entries if one.key.text != "<<"}
            self._found = {**{name: one for name, one in found.items() if name not in own}, **own}
        return self._found

    def get(self, key: str) -> Node | None:
        entry = self.all().get(key)
        return None if entry is None else entry.value


@dataclass(slots=True, eq=False)
class Sequence(Node):
    flow: bool
    items: list[Node]
    aliases: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Which items are written as `*name`, and where."""


def merged(mapping: Mapping) -> Iterator[Mapping]:
    """What `<<` merges in, the first the strongest. Anything but a mapping is compose's own error."""
    entry = mapping.own("<<")
    if entry is None:
        return
    for base in entry.value.items if isinstance(entry.value, Sequence) else [entry.value]:
        if not isinstance(base, Mapping):
            raise BadFile("`<<` merges something that is not a mapping", place=entry.key.place)
        yield base


def documents(source: Source) -> list[Node]:
    """The documents of a file. Raises BadFile with the line, for what no YAML parser or Compose itself would take."""
    try:
        return list(_Builder(source).stream())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        offset = min(mark.index, len(source.text)) if mark else 0
        raise explain(source, offset, error.problem or "nothing the parser has a word for") from None
    except yaml.YAMLError as error:
        position = getattr(error, "position", 0)
        what = str(getattr(error, "reason", "") or error)
        raise BadFile(f"it is not YAML: {what}", place=source.place(min(position, len(source.text)))) from None


def explain(source: Source, offset: int, problem: str) -> BadFile:
    """What is really the matter with the line, where it can be told; else the parser's own words."""
    lines = source.text.splitlines()
    row = min(source.line_column(offset)[0], max(1, len(lines)))
    for number, line in enumerate(lines, 1):
        if re.match(r"(<{7}|>{7}|\|{7})( |$)|={7}$", line):
            hint = "resolve the merge, then try again"
            return BadFile("a conflict marker of git stands here", hint=hint, place=f"{source.path}:{number}")
    near = [number for number in (row, row - 1, row + 1) if 0 < number <= len(lines)]
    for number in near:
        line, place = lines[number - 1], f"{source.path}:{number}"
        if re.search(r"\{\{|\{%", line):
            hint = "pgfit reads compose files, not templates: render it first"
            return BadFile("this is a template, not yet a compose file", hint=hint, place=place)
        if "\t" in line[: len(line) - len(line.lstrip())] or re.match(r"\s*\t", line):
            return BadFile("a tab, which YAML does not allow for indentation", hint="use spaces", place=place)
        if odd := re.search("[\u200b-\u200f\u2060\ufeff\x00-\x08]", line):
            return BadFile(f"an invisible character, U+{ord(odd[0]):04X}", hint="delete it", place=place)
    if "maximum nesting depth" in problem:  # libyaml's own bound, in wheels of PyYAML since 6.0.4
        return BadFile(f"nested more than {MOST_DEPTH} levels deep", place=f"{source.path}:{row}")
    return BadFile(f"it is not YAML: {problem}", place=f"{source.path}:{row}")


class _Builder:
    """Events in, nodes out."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.anchors: dict[str, Node] = {}
        self.loader: Any = LOADER(source.text)
        self.next: Callable[[], Any] = self.loader.get_event

    def stream(self) -> Iterator[Node]:
        try:
            while True:
                event = self.next()
                if isinstance(event, yaml.DocumentStartEvent):
                    self.anchors = {}
                    yield self.node(self.next(), 0)[0]
                elif isinstance(event, yaml.StreamEndEvent):
                    return
        finally:
            self.loader.dispose()

    def node(self, event: Any, depth: int) -> tuple[Node, tuple[int, int] | None]:
        """The node an event begins, and its place if it is an alias."""
        if depth > MOST_DEPTH:
            raise BadFile(f"nested more than {MOST_DEPTH} levels deep", place=self.source.place(event.start_mark.index))
        place = (event.start_mark.index, event.end_mark.index)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise BadFile(f"the alias *{event.anchor} has no anchor above it", place=self.source.place(place[0]))
            return self.anchors[event.anchor], place
        if isinstance(event, yaml.ScalarEvent):
            node: Node = self.scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            node = self.mapping(event, depth)
        else:
            node = self.sequence(event, depth)
        node.tag, node.anchor = event.tag or "", event.anchor or ""
        if node.tag.startswith("tag:yaml.org,2002:"):
            node.tag = "!!" + node.tag.removeprefix("tag:yaml.org,2002:")
        if node.anchor:
            self.anchors[node.anchor] = node
        return node, None

    def scalar(self, event: Any) -> Scalar:
        text, start, end = self.source.text, event.start_mark.index, event.end_mark.index
        if event.tag or event.anchor:
            start = _after_properties(text, start, end)
        style = event.style or ""
        if style in {"|", ">"} or not style:
            end = start + len(text[start:end].rstrip())
        return Scalar(self.source, start, end, event.value, style)

    def mapping(self, event: Any, depth: int) -> Mapping:
        made = Mapping(self.source, event.start_mark.index, event.end_mark.index, bool(event.flow_style), [])
        if event.tag or event.anchor:
            made.start = _after_properties(self.source.text, made.start, made.end)
        end, seen = made.start, set[str]()
        while type(event := self.next()) is not yaml.MappingEndEvent:
            key, _ = self.node(event, depth + 1)
            value, alias = self.node(self.next(), depth + 1)
            if not isinstance(key, Scalar):
                raise explain(self.source, key.start, "a key that is not a word")
            if key.text in seen:
                hint = "compose refuses the file as well: keep one of them"
                raise BadFile(f"the key {key.text!r} stands here a second time", hint=hint, place=key.place)
            seen.add(key.text)
            made.entries.append(Entry(key, value, alias))
            end = max(key.end, alias[1] if alias else value.end)
        made.end = _end_of(event) if made.flow else end
        return made

    def sequence(self, event: Any, depth: int) -> Sequence:
        made = Sequence(self.source, event.start_mark.index, event.end_mark.index, bool(event.flow_style), [])
        if event.tag or event.anchor:
            made.start = _after_properties(self.source.text, made.start, made.end)
        end = made.start
        while type(event := self.next()) is not yaml.SequenceEndEvent:
            item, alias = self.node(event, depth + 1)
            if alias:
                made.aliases[len(made.items)] = alias
            made.items.append(item)
            end = alias[1] if alias else item.end
        made.end = _end_of(event) if made.flow else end
        return made


def _end_of(event: Any) -> int:
    index: int = event.end_mark.index
    return index


_PROPERTY = re.compile(r"(?:[!&][^\s,\[\]{}]*(?:\s+|(?=$))|#[^\n]*\n\s*)+")


def _after_properties(text: str, start: int, end: int) -> int:
    """Past the tag and the anchor, with which a node's own mark begins."""
    match = _PROPERTY.match(text, start, end)
    return match.end() if match else start
