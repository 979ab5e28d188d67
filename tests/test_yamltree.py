"""YAML as nodes with places: where a value really starts and ends, and what is told of a file that cannot be read."""

import time
from pathlib import Path

import pytest

from pgfit.inputs.compose.project import load as load_project
from pgfit.inputs.compose.server import servers
from pgfit.patch.fit import Wishes
from pgfit.patch.project import patch
from pgfit.profiles import load as load_profile
from pgfit.yamltree import BadFile, Mapping, Node, Scalar, Sequence, Source, documents

COMPOSE = "services:\n  db:\n    image: postgres:18\n    mem_limit: 512m\n"


def root(text: str) -> Mapping:
    (node,) = documents(Source("file.yaml", text))
    assert isinstance(node, Mapping)
    return node


def at(text: str, *path: str) -> Node:
    node: Node = root(text)
    for name in path:
        assert isinstance(node, Mapping)
        found = node.get(name)
        assert found is not None
        node = found
    return node


def span(node: Node) -> str:
    """The very characters of a node."""
    return node.source.text[node.start : node.end]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("a: b\n", "b", id="plain"),
        pytest.param("a: b c   # d\n", "b c", id="plain, then a comment"),
        pytest.param("a: b   \nc: d\n", "b", id="plain, then blanks"),
        pytest.param("a: b\n  c\nd: e\n", "b\n  c", id="plain over two lines"),
        pytest.param("a: b", "b", id="plain without a last newline"),
        pytest.param("a: b#c\n", "b#c", id="plain with a hash"),
        pytest.param("a: 'it''s' # c\n", "'it''s'", id="single-quoted"),
        pytest.param("a: 'b\n  c'\n", "'b\n  c'", id="single-quoted over two lines"),
        pytest.param('a: "b\\"c" # d\n', '"b\\"c"', id="double-quoted"),
        pytest.param('a: "b\\\n  c"\nd: e\n', '"b\\\n  c"', id="double-quoted with an escaped line break"),
        pytest.param("a: |\n  b\n  c\nd: e\n", "|\n  b\n  c", id="literal"),
        pytest.param("a: |\n  b\n\n\n# c\nd: e\n", "|\n  b", id="literal, then blank lines and a comment"),
        pytest.param("a: |-\n  b\n  # c\n", "|-\n  b\n  # c", id="literal with a hash inside"),
        pytest.param("a: |2\n  b\n", "|2\n  b", id="literal with an indentation indicator"),
        pytest.param("a: > # c\n  b\n  d\n", "> # c\n  b\n  d", id="folded with a comment at its head"),
        pytest.param("a: >-\n  b\n\n  c\nd: e\n", ">-\n  b\n\n  c", id="folded with an empty line"),
        pytest.param("a: [b, c] # d\n", "[b, c]", id="flow list"),
        pytest.param("a: [\n  b, # c\n  d,\n]\ne: f\n", "[\n  b, # c\n  d,\n]", id="flow list over lines"),
        pytest.param("a: {b: c} # d\n", "{b: c}", id="flow mapping"),
        pytest.param("a:\n  - b\n  - c\n\n# d\ne: f\n", "- b\n  - c", id="block list, then a comment"),
        pytest.param("a:\n- b\n- c\nd: e\n", "- b\n- c", id="block list at its key's indent"),
        pytest.param("a:\n  b: c\n  # d\n\n# e\nf: g\n", "b: c", id="block mapping, then comments"),
        pytest.param("a:\n  b: c # d\ne: f\n", "b: c", id="block mapping, a comment on its line"),
        pytest.param("a:\n  b: 'c' # d\n", "b: 'c'", id="block mapping that ends in quotes"),
        pytest.param("a:\n  b: |\n    c\n\n# d\n", "b: |\n    c", id="block mapping that ends in a literal"),
        pytest.param("a:\n  b: [c]\n  # d\n", "b: [c]", id="block mapping that ends in a flow list"),
        pytest.param("x: &x {y: z}\na:\n  b: *x\n# c\n", "b: *x", id="block mapping that ends in an alias"),
        pytest.param("x: &x y\na:\n  - b\n  - *x # c\n", "- b\n  - *x", id="block list that ends in an alias"),
        pytest.param("a: &x b\n", "b", id="after an anchor"),
        pytest.param("a: !t b\n", "b", id="after a tag"),
        pytest.param("a: !!str &x 'b'\n", "'b'", id="after tag and anchor"),
        pytest.param("a: &x !t b\n", "b", id="after anchor and tag"),
        pytest.param("a: &x [b]\n", "[b]", id="flow list after an anchor"),
        pytest.param("a: &x\n  b: c\n", "b: c", id="block mapping after an anchor"),
        pytest.param("a: &x # why\n  b: c\n", "b: c", id="block mapping after an anchor and a comment"),
        pytest.param("a: !override\n  - b\n", "- b", id="block list after a tag"),
        pytest.param("a: &x |\n  b\n", "|\n  b", id="literal after an anchor"),
        pytest.param("a: !reset\nb: c\n", "", id="a tag alone"),
        pytest.param("a:\nb: c\n", "", id="nothing"),
        pytest.param("a: \U0001f600é\n", "\U0001f600é", id="beyond ASCII"),
        pytest.param("\U0001f600: é\na: b\n", "b", id="behind what is beyond ASCII"),
        pytest.param("\ufeffa: b\n", "b", id="behind a byte order mark"),
        pytest.param("a: b\r\nc: d\r\n", "b", id="before CRLF"),
        pytest.param("a:\r\n  - b\r\n  - c\r\n# d\r\n", "- b\r\n  - c", id="block list with CRLF"),
        pytest.param("a: |\r\n  b\r\n  c\r\nd: e\r\n", "|\r\n  b\r\n  c", id="literal with CRLF"),
        pytest.param("---\na: b\n...\n", "b", id="between document marks"),
    ],
)
def test_a_value_ends_at_its_last_character(text: str, written: str) -> None:
    assert span(at(text, "a")) == written


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0700", "0700"),
        ("1:30", "1:30"),
        ("on", "on"),
        ("1.0", "1.0"),
        ("'it''s'", "it's"),
        ('"b\\tc"', "b\tc"),
        ("b\n  c", "b c"),
        ("|\n  b\n  c\n", "b\nc\n"),
        (">-\n  b\n  c\n", "b c"),
        ("2001-01-01", "2001-01-01"),
    ],
)
def test_scalars_stay_raw(written: str, value: str) -> None:
    node = at(f"a: {written}\n", "a")
    assert isinstance(node, Scalar)
    assert node.text == value


@pytest.mark.parametrize(
    ("written", "null"), [("", True), ("~", True), ("null", True), ("''", False), ("!!str", False), ("no", False)]
)
def test_null(written: str, null: bool) -> None:  # noqa: FBT001  a column of the table
    node = at(f"a: {written}\n", "a")
    assert isinstance(node, Scalar)
    assert node.null is null


def test_tag_and_anchor_are_known() -> None:
    node = at("a: !override &x [b]\n", "a")
    assert (node.tag, node.anchor) == ("!override", "x")
    assert at("a: !!str b\n", "a").tag == "!!str"


def test_an_alias_has_a_place_of_its_own_and_the_anchors_node() -> None:
    text = "a: &x b\nc: *x # d\n"
    entry = root(text).own("c")
    assert entry is not None
    assert entry.alias is not None
    assert text[slice(*entry.alias)] == "*x"
    assert entry.value.place == "file.yaml:1"


def test_an_alias_in_a_list_has_its_place() -> None:
    text = "a: &x b\nc:\n  - d\n  - *x\n"
    node = at(text, "c")
    assert isinstance(node, Sequence)
    assert [text[slice(*place)] for place in node.aliases.values()] == ["*x"]
    assert list(node.aliases) == [1]


@pytest.mark.parametrize(
    ("merge", "found"),
    [
        ("<<: *x", {"a": "1", "b": "2"}),
        ("<<: [*x, *y]", {"a": "1", "b": "2", "c": "4"}),
        ("<<: [*y, *x]", {"b": "3", "c": "4", "a": "1"}),
        ("b: 9\n  <<: *x", {"a": "1", "b": "9"}),
        ("<<: *x\n  b: 9", {"a": "1", "b": "9"}),
    ],
)
def test_merged_keys_stand_behind_the_mappings_own(merge: str, found: dict[str, str]) -> None:
    node = at(f"x: &x {{a: 1, b: 2}}\ny: &y {{b: 3, c: 4}}\nz:\n  {merge}\n", "z")
    assert isinstance(node, Mapping)
    values = {name: one.value.text for name, one in node.all().items() if isinstance(one.value, Scalar)}
    assert values == found


def test_lines_and_columns_are_counted_from_1() -> None:
    source = Source("file.yaml", "a: b\r\nc: d\n")
    assert [source.line_column(offset) for offset in (0, 3, 6, 9)] == [(1, 1), (1, 4), (2, 1), (2, 4)]
    assert source.place(6) == "file.yaml:2"


@pytest.mark.parametrize(("text", "newline"), [("a\r\nb", "\r\n"), ("a\nb", "\n"), ("", "\n"), ("a", "\n"), ("\na\r\n", "\n")])
def test_the_line_end_of_a_file(text: str, newline: str) -> None:
    assert Source("file.yaml", text).newline == newline


def everything(text: str) -> None:
    """Look into all mappings, as deep as a merge can hide."""
    for one in documents(Source("file.yaml", text)):
        for entry in one.all().values() if isinstance(one, Mapping) else ():
            assert not isinstance(entry.value, Mapping) or entry.value.all()


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands here a second time", id="duplicate key"),
        pytest.param("x:\n  a: 1\n  'a': 2\n", 3, "the key 'a' stands here a second time", id="duplicate key in quotes"),
        pytest.param("x: {a: 1, a: 2}\n", 1, "the key 'a' stands here a second time", id="duplicate key in a flow"),
        pytest.param("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\n", 2, "a conflict marker of git", id="conflict"),
        pytest.param("a: 1\n=======\nb: 3\n", 2, "a conflict marker of git", id="what is left of a conflict"),
        pytest.param("a: |\n  b\nc: 1\nc: 2\n>>>>>>> x\n", 4, "the key 'c' stands here", id="duplicate before a conflict"),
        pytest.param("a:\n\tb: 1\n", 2, "a tab, which YAML does not allow", id="tab"),
        pytest.param("a:\n  b: 1\n\tc: 2\n", 3, "a tab, which YAML does not allow", id="tab after blanks"),
        pytest.param("a: {{ b }}\n", 1, "this is a template", id="Jinja value"),
        pytest.param("a: 1\n{% if x %}\nb: 2\n{% endif %}\n", 2, "this is a template", id="Jinja statement"),
        pytest.param("a: 1\n{{- if .x }}\nb: 2\n{{- end }}\n", 2, "this is a template", id="Go template"),
        pytest.param("a: 1\n\u200b\nb: 2\n", 2, "an invisible character, U+200B", id="zero-width space"),
        pytest.param("a: 1\nb: \x00\n", 2, "", id="NUL"),
        pytest.param("a: *x\n", 1, "the alias *x has no anchor above it", id="alias without an anchor"),
        pytest.param("a: &x b\n---\nc: *x\n", 3, "the alias *x has no anchor above it", id="anchor of another document"),
        pytest.param("a: 1\n  b: 2\n", 2, "it is not YAML", id="wrong indentation"),
        pytest.param("a: [b\nc: d\n", 2, "it is not YAML", id="flow list never closed"),
        pytest.param("a: b: c\n", 1, "it is not YAML", id="two values on a line"),
        pytest.param("a:\n  ? [b]\n  : c\n", 2, "a key that is not a word", id="a list as key"),
        pytest.param("a:\n  <<: 1\n", 2, "`<<` merges something that is not a mapping", id="merge of a word"),
        pytest.param("a: " + "[" * 150 + "]" * 150 + "\n", 1, "nested more than 100 levels deep", id="deep nesting"),
        pytest.param("a: " + "[" * 100_000, 1, "nested more than 100 levels deep", id="very deep nesting, never closed"),
        pytest.param("a: &a [*a]\n", 1, "the alias *a has no anchor above it", id="list that holds itself"),
        pytest.param("a: &a\n  <<: *a\n", 2, "the alias *a has no anchor above it", id="mapping that merges itself"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(BadFile) as error:
        everything(text)
    assert error.value.place == f"file.yaml:{line}"
    assert message in error.value.message


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: <<<<<<< HEAD\n", id="conflict marker inside a value"),
        pytest.param("# =======\na: 1\n", id="a ruler in a comment"),
        pytest.param("a: '{{ b }}'\n", id="template in quotes"),
        pytest.param("a: b\tc\n", id="tab inside a value"),
        pytest.param("a: b\t# c\n", id="tab before a comment"),
        pytest.param("a: {b: 1}\nc: {b: 1}\n", id="the same key in two mappings"),
        pytest.param("a: 'b\u200bc'\n", id="zero-width space in a value"),
        pytest.param("a: " + "[" * 90 + "]" * 90 + "\n", id="nested, but not too deep"),
    ],
)
def test_what_only_looks_odd_is_read(text: str) -> None:
    assert root(text).entries


def test_documents_come_one_by_one() -> None:
    assert [span(one) for one in documents(Source("file.yaml", "a: 1\n---\nb: 2\n"))] == ["a: 1", "b: 2"]
    assert documents(Source("file.yaml", "")) == []


# -- files that are made to hang --------------------------------------------------------------------------------------


def laughs(item: str, nest: str, levels: int) -> str:
    """Each level holds the one before it nine times."""
    lines = [f"x-0: &l0 {item}"]
    lines += [f"x-{level}: &l{level} " + nest.replace("*", f"*l{level - 1}") for level in range(1, levels + 1)]
    return "\n".join(lines) + "\n"


LISTS = laughs("[a, a]", "[" + ", ".join("*" * 9) + "]", 20)
MAPPINGS = laughs("{a: b}", "{" + ", ".join(f"k{n}: *" for n in range(9)) + "}", 20)
MERGES = laughs("{a: b}", "{<<: [" + ", ".join("*" * 9) + "], x: y}", 20)


@pytest.mark.parametrize("key", ["labels", "environment", "deploy", "command", "volumes", "x-any", "depends_on", "networks"])
@pytest.mark.parametrize("text", [LISTS, MAPPINGS, MERGES], ids=["lists", "mappings", "merges"])
def test_a_billion_laughs_hang_nothing(text: str, key: str) -> None:
    begin = time.monotonic()
    source = Source("file.yaml", f"{text}{COMPOSE}    {key}: *l20\n")
    project = load_project([source], {}, Path("/nowhere"))
    assert len(servers(project)) <= 1
    assert len(patch(project, Wishes(load_profile("web"))).fates) <= 1
    assert time.monotonic() - begin < 1


TWICE = laughs("{a: b}", "{" + ", ".join(f"k{n}: *" for n in range(9)) + "}", 6)
"""Few enough levels that the test ends even where each pair of nodes is merged anew."""


@pytest.mark.parametrize("key", ["deploy", "x-any", "labels"])
def test_a_billion_laughs_in_two_files_hang_nothing(key: str) -> None:
    begin = time.monotonic()
    sources = [Source(name, f"{TWICE}{COMPOSE}    {key}: *l6\n") for name in ("a.yaml", "b.yaml")]
    project = load_project(sources, {}, Path("/nowhere"))
    assert len(patch(project, Wishes(load_profile("web"))).fates) <= 1
    assert time.monotonic() - begin < 1


def test_a_billion_laughs_in_a_service_that_is_extended_hang_nothing() -> None:
    begin = time.monotonic()
    text = f"{TWICE}{COMPOSE}    deploy: *l6\n  more:\n    extends: db\n    deploy: *l6\n"
    assert len(load_project([Source("a.yaml", text)], {}, Path("/nowhere")).services) == 2
    assert time.monotonic() - begin < 1
