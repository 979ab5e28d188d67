"""What changes in a file, line by line, and nothing around it: the lines beside may hold a password.

Values of environment variables are hidden even on lines that change, save for those that pgfit writes.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from ..inputs.compose.merge import pairs
from ..yamltree import BadFile, Mapping, Node, Scalar, Sequence, Source, documents

__all__ = ["diff", "hunks", "masked"]

HIDDEN = "…"
ITS_OWN = frozenset({"PG_OOM_ADJUST_FILE", "PG_OOM_ADJUST_VALUE", "NO_TS_TUNE", "PDB_TUNE", "POSTGRES_INITDB_ARGS",
                     "POSTGRESQL_EXTRA_FLAGS", "EXTRA_CONF", "SPILO_CONFIGURATION"})  # fmt: skip
"""Variables whose values are settings, and no secrets."""


def diff(source: Source, text: str) -> list[str]:
    """In unified form, without context: `patch -p0` takes it. Lines without their line ends."""
    lines = [f"--- {source.path}", f"+++ {source.path}"]
    for where, removed, added in hunks(source, text):
        lines += [where, *(f"-{line}" for line in removed), *(f"+{line}" for line in added)]
    return lines if len(lines) > 2 else []


def hunks(source: Source, text: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Heading, lines that go, lines that come."""
    new = Source(source.path, text)
    old_lines, new_lines = _hidden(source), _hidden(new)
    paths = _paths(new)
    raw_old, raw_new = source.text.splitlines(), new.text.splitlines()
    for kind, start, end, low, high in SequenceMatcher(None, raw_old, raw_new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        heading = f"@@ -{_span(start, end)} +{_span(low, high)} @@ {paths.get(low, '')}".rstrip()
        yield heading, old_lines[start:end], new_lines[low:high]


def _span(start: int, end: int) -> str:
    count = end - start
    line = start + 1 if count else start
    return f"{line}" if count == 1 else f"{line},{count}"


def _hidden(source: Source) -> list[str]:
    """The lines, with the values of environment variables blotted out."""
    pieces: list[str] = []
    position = 0
    for start, end in sorted(set(_secrets(source))):
        if start >= position:
            inside = source.text[start:end]
            breaks = "\n".join(HIDDEN for _ in inside.splitlines()) if "\n" in inside else HIDDEN
            pieces += [source.text[position:start], breaks]
            position = end
    return masked("".join([*pieces, source.text[position:]])).splitlines()


PASSWORD = re.compile(
    r"""(?ix) (password \s* = \s*)
    (?: (?P<doubled> '' | "") (?: (?! (?P=doubled)) [^\n] )* (?P=doubled)  # within quotes of the same kind
      | (?P<quote> \\? ['"]) (?: (?! (?P=quote)) [^\n\\] | \\ . )* (?P=quote)  # libpq quotes those with blanks
      | [^\s'"\]]+ )"""
)


def masked(text: str) -> str:
    """Without the passwords of connection strings, which a command may hold too."""
    text = PASSWORD.sub(rf"\1{HIDDEN}", text)
    return re.sub(r"(://[^\s:/@]+:)[^\s@]+@", rf"\1{HIDDEN}@", text)


def _secrets(source: Source) -> Iterator[tuple[int, int]]:
    try:
        roots = documents(source)
    except BadFile:
        return
    for root in roots:
        for mapping in _mappings(root, set()):
            environment = mapping.own("environment")
            for name, value, _ in pairs(environment.value if environment else None):
                if value is None or value.source is not source or name in ITS_OWN:
                    continue
                listed = value.text.startswith(f"{name}=") and isinstance(environment.value if environment else None, Sequence)
                start = value.start + source.text[value.start : value.end].find("=") + 1 if listed else value.start
                yield start, value.end


def _mappings(node: Node, seen: set[int]) -> Iterator[Mapping]:
    if id(node) in seen or isinstance(node, Scalar):
        return
    seen.add(id(node))
    if isinstance(node, Mapping):
        yield node
    for child in (
        [one.value for one in node.entries] if isinstance(node, Mapping) else node.items if isinstance(node, Sequence) else []
    ):
        yield from _mappings(child, seen)


def _paths(source: Source) -> dict[int, str]:
    """For each line, counted from 0, where it stands: services.db.command."""
    found: dict[int, str] = {}
    try:
        roots = documents(source)
    except BadFile:
        return found
    for root in roots:
        _name(root, "", found, set())
    return found


def _name(node: Node, path: str, found: dict[int, str], seen: set[int]) -> None:
    if not isinstance(node, Mapping) or id(node) in seen or path.count(".") > 4:
        return
    seen.add(id(node))
    for entry in node.entries:
        below = f"{path}.{entry.key.text}" if path else entry.key.text
        first = node.source.line_column(entry.key.start)[0] - 1
        last = node.source.line_column(max(entry.key.end, entry.value.end if entry.alias is None else entry.key.end))[0] - 1
        for line in range(first, last + 1):
            found[line] = below
        if entry.alias is None:
            _name(entry.value, below, found, seen)
