"""Several files, documents and `extends` made one, by the rules of the Compose specification.

The leaves stay the nodes they were, with their own file and place; only the mappings around them are new.
"""

from collections.abc import Callable, Iterator
from types import MappingProxyType

from ...yamltree import Entry, Mapping, Node, Scalar, Sequence

__all__ = ["merge", "pairs", "target", "text_of"]

Path = tuple[str, ...]


Memo = dict[tuple[int, int], tuple[Node, Node, Node]]
"""Pairs merged before, with what came out: aliases lead to the same pair many times. Holding them keeps their ids theirs."""


def merge(base: Node, over: Node, path: Path = (), memo: Memo | None = None) -> Node:
    """What `over` makes of `base`. `path` is where both stand: ('services', 'db', 'environment')."""
    if over.tag == "!override" or base is over:
        return over
    memo = {} if memo is None else memo
    shape = path[2:] if path[:1] == ("services",) else ()
    special = SPECIAL.get(shape)
    if special is not None:
        return special(base, over)
    pair = (id(base), id(over))
    if pair not in memo:
        memo[pair] = (base, over, _merged(base, over, path, memo))
    return memo[pair][2]


def _merged(base: Node, over: Node, path: Path, memo: Memo) -> Node:
    if isinstance(base, Mapping) and isinstance(over, Mapping):
        return _mappings(base, over, path, memo)
    if isinstance(base, Sequence) and isinstance(over, Sequence):
        return Sequence(over.source, over.start, over.end, over.flow, [*base.items, *over.items])
    if isinstance(over, Scalar) and over.null:
        return base
    return over


def _mappings(base: Mapping, over: Mapping, path: Path, memo: Memo) -> Mapping:
    made = dict(base.all())
    for name, entry in over.all().items():
        if entry.value.tag == "!reset":
            made.pop(name, None)
        elif name in made:
            made[name] = Entry(entry.key, merge(made[name].value, entry.value, (*path, name), memo), entry.alias)
        else:
            made[name] = entry
    return _around(over, made)


def _around(node: Node, entries: dict[str, Entry]) -> Mapping:
    return Mapping(node.source, node.start, node.end, False, list(entries.values()), _found=entries)


def _replaced(base: Node, over: Node) -> Node:
    return base if isinstance(over, Scalar) and over.null else over


def _by_name(base: Node, over: Node) -> Node:
    """environment, labels, depends_on, …: a list or a mapping, merged by name."""
    made = {name: entry for name, _, entry in pairs(base)}
    made |= {name: entry for name, _, entry in pairs(over)}
    return _around(over, made)


def _as_lists(base: Node, over: Node) -> Node:
    """tmpfs, dns, env_file: a word is a list of one."""
    if isinstance(over, Scalar) and over.null:
        return base
    items = [item for node in (base, over) for item in (node.items if isinstance(node, Sequence) else [node])]
    return Sequence(over.source, over.start, over.end, False, items)


def _build(base: Node, over: Node) -> Node:
    """A word is the context."""
    whole = [
        _around(one, {"context": Entry(one, one)}) if isinstance(one, Scalar) and not one.null else one for one in (base, over)
    ]
    made = _merged(whole[0], whole[1], (), {})
    args = [one.all().get("args") for one in whole if isinstance(one, Mapping)]
    if isinstance(made, Mapping) and len(args) == 2 and args[0] is not None and args[1] is not None:
        entries = {**made.all(), "args": Entry(args[1].key, _by_name(args[0].value, args[1].value))}
        return _around(made, entries)
    return made


def _by_target(base: Node, over: Node) -> Node:
    """volumes: what is mounted at the same path replaces."""
    if not isinstance(base, Sequence) or not isinstance(over, Sequence):
        return over
    targets = {target(item) for item in over.items}
    kept = [item for item in base.items if target(item) not in targets]
    return Sequence(over.source, over.start, over.end, over.flow, [*kept, *over.items])


def target(volume: Node) -> str:
    """Where in the container a volume is mounted: from `source:target:mode`, `target`, or its mapping."""
    if isinstance(volume, Mapping):
        found = volume.get("target")
        return found.text.rstrip("/") if isinstance(found, Scalar) else ""
    if not isinstance(volume, Scalar):
        return ""
    return next((part for part in _colons(volume.text)[1:2]), volume.text).rstrip("/")


def _colons(text: str) -> list[str]:
    """Split at colons, but not at those inside `${A:-b}`, nor at that of a Windows drive."""
    parts, depth, begin = [], 0, 0
    for position, letter in enumerate(text):
        if text.startswith("${", position):
            depth += 1
        elif letter == "}" and depth:
            depth -= 1
        elif letter == ":" and not depth and not (position == 1 and text[0].isalpha() and text[2:3] in {"\\", "/"}):
            parts.append(text[begin:position])
            begin = position + 1
    return [*parts, text[begin:]]


def pairs(node: Node | None) -> Iterator[tuple[str, Scalar | None, Entry]]:
    """Names and values of a mapping, or of a list of `NAME=value`; in the list the value is the whole item.

    The entry carries the place. Where the list gives a name alone, or the mapping nothing, the value is None.
    """
    if isinstance(node, Mapping):
        for name, entry in node.all().items():
            value = entry.value
            yield name, value if isinstance(value, Scalar) and not value.null else None, entry
    elif isinstance(node, Sequence):
        for item in node.items:
            if isinstance(item, Scalar):
                name, equals, _ = item.text.partition("=")
                yield name, item if equals else None, Entry(Scalar(item.source, item.start, item.end, name, ""), item)


def text_of(value: Scalar, entry: Entry) -> str:
    """The value of one of `pairs`, without the `NAME=` of the list form."""
    listed = entry.value is value and entry.key.start == value.start
    return value.text.partition("=")[2] if listed else value.text


_Special = Callable[[Node, Node], Node]

SPECIAL: "MappingProxyType[Path, _Special]" = MappingProxyType(
    {
        ("command",): _replaced,
        ("entrypoint",): _replaced,
        ("healthcheck", "test"): _replaced,
        ("environment",): _by_name,
        ("labels",): _by_name,
        ("annotations",): _by_name,
        ("sysctls",): _by_name,
        ("extra_hosts",): _by_name,
        ("depends_on",): _by_name,
        ("networks",): _by_name,
        ("volumes",): _by_target,
        ("build",): _build,
        ("tmpfs",): _as_lists,
        ("dns",): _as_lists,
        ("dns_search",): _as_lists,
        ("env_file",): _as_lists,
    }
)
"""What does not simply merge, by its path below the service."""
