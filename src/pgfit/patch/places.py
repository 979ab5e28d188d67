"""Adding a key, adding an item, replacing a value: a tree in, edits out, in the style of what stands around."""

import re
from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from typing import NamedTuple

from ..edits import Edit
from ..errors import PgfitError
from ..yamltree import Entry, Mapping, Node, Scalar, Sequence, Source
from .scalars import written

__all__ = ["Change", "Refused", "Tree", "add_items", "add_key", "block", "replace_value"]

_NUMBER = re.compile(r"\d+(?:\.\d+)?")

Tree = str | list[str] | AnyMapping[str, "Tree"]
"""What can be written: a word, a list of words, a mapping of these."""


class Change(NamedTuple):
    """An edit and the file it belongs to."""

    source: Source
    edit: Edit


class Refused(PgfitError):
    """The file cannot be changed safely here; `fragment` is what to paste by hand."""

    def __init__(self, message: str, *, hint: str = "", place: str = "", fragment: str = "") -> None:
        super().__init__(message, hint=hint, place=place)
        self.fragment = fragment


def add_key(mapping: Mapping, path: tuple[str, ...], value: Tree, *, after: tuple[str, ...] = (), comment: str = "") -> Change:
    """Put a value at a path below the mapping, making what is missing on the way. The last key must not be there yet.

    `after` names the keys to stand behind, the best first. Raises Refused where the mapping's form leaves no place.
    """
    step = _step(mapping)
    for depth, name in enumerate(path[:-1]):
        entry = mapping.own(name)
        if entry is None:
            tree = _nested(path[depth + 1 :], value)
            return _insert(mapping, name, tree, after, comment)
        if isinstance(entry.value, Scalar) and entry.value.null and entry.alias is None:
            return _fill(entry, _nested(path[depth + 1 :], value), step)
        if not isinstance(entry.value, Mapping):
            raise Refused(f"`{name}:` is not a mapping", place=entry.value.place)
        mapping = entry.value
    entry = mapping.own(path[-1])
    if entry is not None and isinstance(entry.value, Scalar) and entry.value.null and entry.alias is None:
        return _fill(entry, value, step)
    if entry is not None:
        raise Refused(f"`{path[-1]}:` is already there", place=entry.key.place)
    return _insert(mapping, path[-1], value, after, comment)


def _nested(path: tuple[str, ...], value: Tree) -> Tree:
    for name in reversed(path):
        value = {name: value}
    return value


def _fill(entry: Entry, value: Tree, step: int) -> Change:
    """A value for a key that has none: `deploy:`, `deploy: ~`."""
    source, node = entry.key.source, entry.value
    colon = source.text.find(":", entry.key.end) + 1
    nothing = max(node.end, colon)
    if isinstance(value, str):
        return Change(source, Edit(colon, nothing, " " + written(value)))
    end = source.line_end(nothing)
    rest = source.text[nothing:end]
    lines = block(value, _column(entry.key) + step, step)
    return Change(source, Edit(colon, end, rest + "".join(source.newline + line for line in lines)))


def _insert(mapping: Mapping, name: str, value: Tree, after: tuple[str, ...], comment: str) -> Change:
    source = mapping.source
    if mapping.flow:
        text = f"{written(name)}: {flow(value)}"
        if not mapping.entries:
            return Change(source, Edit(mapping.start + 1, mapping.start + 1, text))
        end = _end(mapping.entries[-1])
        return Change(source, Edit(end, end, ", " + text))
    if not mapping.entries:
        raise Refused("there is nothing here yet to write beside", place=mapping.place)
    first = mapping.entries[0]
    indent = _column(first.key)
    if source.text[source.line_start(first.key.start) : first.key.start].strip(" "):
        raise Refused("the first key does not stand on a line of its own", place=first.key.place)
    lines = [f"{' ' * indent}{line}" for line in ([f"# {comment}"] if comment else [])]
    lines += block({name: value}, indent, _step(mapping))
    anchor = next((found for one in after if (found := mapping.own(one)) is not None and _ends_surely(found)), None)
    if anchor is None and mapping.own("<<") is None:
        anchor = next((one for one in mapping.entries if _ends_surely(one)), None)
    if anchor is None:
        start = source.line_start(first.key.start)
        return Change(source, Edit(start, start, "".join(line + source.newline for line in lines)))
    end = source.line_end(_end(anchor))
    return Change(source, Edit(end, end, "".join(source.newline + line for line in lines)))


def _end(entry: Entry) -> int:
    return max(entry.key.end, entry.alias[1] if entry.alias else entry.value.end)


def _ends_surely(entry: Entry) -> bool:
    """A literal block's blank lines at its end may belong to it: nothing is written behind those."""
    last: Node = entry.value
    while entry.alias is None and isinstance(last, Mapping | Sequence) and not last.flow:
        children = [one.value for one in last.entries] if isinstance(last, Mapping) else last.items
        aliased = last.entries[-1].alias if isinstance(last, Mapping) and last.entries else None
        if not children or aliased or (isinstance(last, Sequence) and len(children) - 1 in last.aliases):
            return bool(children)
        last = children[-1]
    return not (isinstance(last, Scalar) and last.style in {"|", ">"}) or entry.alias is not None


def _column(node: Node) -> int:
    return node.source.line_column(node.start)[1] - 1


def _step(mapping: Mapping) -> int:
    """How deep this file indents: as a child of this mapping does, or as the mapping below its own parent."""
    for entry in mapping.entries:
        child = entry.value
        if entry.alias is None and isinstance(child, Mapping) and not child.flow and child.entries:
            step = _column(child.entries[0].key) - _column(entry.key)
            if 1 <= step <= 8 and child.source is mapping.source:
                return step
    column = _column(mapping.entries[0].key) if mapping.entries else 4
    return column // 2 if column in {2, 4, 8} else 2


def block(value: Tree, indent: int, step: int = 2) -> list[str]:
    """The lines of a value in block form."""
    return list(_block(value, indent, step))


def _block(value: Tree, indent: int, step: int) -> Iterator[str]:
    pad = " " * indent
    if isinstance(value, AnyMapping):
        for name, child in value.items():
            if isinstance(child, str) and "\n" in child and all(line.isprintable() for line in child.splitlines()):
                yield f"{pad}{written(name)}: |"
                yield from (f"{pad}{' ' * step}{line}".rstrip() for line in child.splitlines())
            elif isinstance(child, str):
                yield f"{pad}{written(name)}: {written(child)}"
            else:
                yield f"{pad}{written(name)}:"
                yield from _block(child, indent + step, step)
    else:
        for item in [value] if isinstance(value, str) else value:
            yield f"{pad}- {written(item)}"


def flow(value: Tree) -> str:
    """A value on one line. Everything quoted: a comma or a brace must not end it."""
    if isinstance(value, str):
        return written(value, style='"')
    if isinstance(value, AnyMapping):
        return "{" + ", ".join(f"{written(name)}: {flow(child)}" for name, child in value.items()) + "}"
    return "[" + ", ".join(flow(item) for item in value) + "]"


def add_items(sequence: Sequence, items: list[list[str]]) -> list[Change]:
    """Words at the end of a list; each inner list stays together where lines are shared."""
    source = sequence.source
    flat = [word for group in items for word in group]
    if not flat:
        return []
    last = sequence.items[-1] if sequence.items else None
    style = last.style if isinstance(last, Scalar) and last.style in {"'", '"'} else ""
    if last is None:
        if not sequence.flow:
            raise Refused("the list is empty", place=sequence.place)
        text = ", ".join(written(word, style='"') for word in flat)
        return [Change(source, Edit(sequence.start + 1, sequence.start + 1, text))]
    alias = sequence.aliases.get(len(sequence.items) - 1)
    start, end = alias or (last.start, last.end)
    if sequence.flow:
        return _add_to_flow(sequence, items, start, end, style)
    begin = source.line_start(start)
    match = re.match(r"[ ]*-[ ]+", source.text[begin:start])
    if match is None or match.end() != start - begin:
        raise Refused("the last item does not stand on a line of its own", place=source.place(start))
    if isinstance(last, Scalar) and last.style in {"|", ">"}:
        raise Refused("the last item of the list is a block of text", place=last.place)
    stop = source.line_end(end)
    text = "".join(f"{source.newline}{match[0]}{written(word, style=style)}" for word in flat)
    return [Change(source, Edit(stop, stop, text))]


def _add_to_flow(sequence: Sequence, items: list[list[str]], start: int, end: int, style: str) -> list[Change]:
    source = sequence.source
    style = style or '"'
    groups = [", ".join(written(word, style=style) for word in group) for group in items]
    first = sequence.items[0]
    multiline = "\n" in source.text[first.start : end] or "\n" in source.text[sequence.start : first.start]
    rest = re.compile(r"[ \t]*(,)?[ \t]*(?:#[^\r\n]*)?(?=\r?\n)").match(source.text, end)
    if not multiline or rest is None:
        return [Change(source, Edit(end, end, "".join(f", {group}" for group in groups)))]
    begin = source.line_start(start)
    pad = re.match(r"[ \t]*", source.text[begin:start])
    indent = pad[0] if pad else ""
    comma = [] if rest[1] else [Change(source, Edit(end, end, ","))]
    lines = f",{source.newline}{indent}".join(groups) + ("," if rest[1] else "")
    return [*comma, Change(source, Edit(rest.end(), rest.end(), f"{source.newline}{indent}{lines}"))]


def replace_value(entry: Entry, text: str) -> Change:
    """Another scalar in place of this one, in its own quotes. An alias is broken out: only here it changes."""
    source = entry.key.source
    if entry.alias is not None:
        start, end = entry.alias
        return Change(source, Edit(start, end, written(text)))
    node = entry.value
    if not isinstance(node, Scalar):
        raise Refused("it is not a single value", place=node.place)
    style = node.style if node.style in {"'", '"'} else ""
    number = not node.style and _NUMBER.fullmatch(node.text) and _NUMBER.fullmatch(text)
    return Change(node.source, Edit(node.start, node.end, text if number else written(text, style=style)))
