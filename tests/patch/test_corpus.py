"""The laws of editing, over some 280 compose files that people really wrote. They lie beside the project, not in it."""

import json
import os
import re
import shlex
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from pgfit.cli.main import _run
from pgfit.errors import PgfitError
from pgfit.inputs.compose.find import environment, read
from pgfit.inputs.compose.project import load
from pgfit.inputs.options import Options
from pgfit.patch.channels import CHANNELS
from pgfit.patch.fit import Wishes
from pgfit.patch.project import Fate, Patched, patch
from pgfit.profiles import load as load_profile
from pgfit.yamltree import Source

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
FILES = sorted((CORPUS / "compose").glob("*")) if (CORPUS / "compose").is_dir() else []
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
WISHES = {"given": ("--memory", "512M", "--cpus", "0.5"), "of_the_file": ()}

pytestmark = pytest.mark.skipif(not FILES, reason="the corpus of compose files is not beside this project")

each_file = pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
each_wish = pytest.mark.parametrize("limits", WISHES)


@cache
def wishes(limits: str) -> Wishes:
    words = WISHES[limits]
    return Wishes(load_profile("web"), Options(memory=words[1], cpus=words[3]) if words else Options(memory=None, cpus=None))


def patched(path: Path, limits: str, text: str | None = None) -> Patched | PgfitError:
    """What becomes of the file; `text` in its place."""
    try:
        source = read(str(path)) if text is None else Source(str(path), text)
        return patch(load([source], environment(path.parent), path.parent), wishes(limits))
    except PgfitError as error:
        return error


def parts(path: Path, limits: str) -> tuple[Patched, Source, str]:
    """Of a file that is patched: what becomes of it, its text and the new one. Skips the others."""
    made = patched(path, limits)
    if isinstance(made, PgfitError) or not made.texts:
        pytest.skip("nothing is written for this file")
    ((source, text),) = made.texts.values()
    return made, source, text


@each_wish
@each_file
def test_none_is_left_in_silence(path: Path, limits: str) -> None:
    """Patched, no server, nothing to change; or refused, with the line and the reason."""
    made = patched(path, limits)
    errors = [made] if isinstance(made, PgfitError) else [one.refusal for one in made.refused if one.refusal]
    for error in errors:
        place, name = re.escape(str(path)), re.escape(path.name)
        assert re.fullmatch(rf"({place}|.*{name}):[1-9]\d*", error.place), (error.place, error.message)
        assert len(error.message.split()) > 2
    if not isinstance(made, PgfitError) and made.refused:
        assert not made.texts


def test_refusals_are_few() -> None:
    counts: Counter[str] = Counter()
    for path in FILES:
        made = patched(path, "given")
        if isinstance(made, PgfitError):
            counts["unreadable"] += 1
        else:
            counts["refused" if made.refused else "patched" if made.texts else "unchanged" if made.fates else "no server"] += 1
    assert counts["patched"] > 0.65 * len(FILES), counts
    assert counts["refused"] < 0.2 * len(FILES), counts
    assert counts["unreadable"] < 0.1 * len(FILES), counts


# -- what is left as it was ------------------------------------------------------------------------------------------


def services_node(root: yaml.MappingNode) -> yaml.MappingNode:
    for key, value in root.value:
        if key.value == "services" and isinstance(value, yaml.MappingNode):
            return value
    return root


def entries(node: yaml.Node) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    """Keys and values of a mapping, and of those that `<<` merges into it."""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else []:
        if key.value == "<<":
            for base in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                yield from entries(base)
        yield key.value, key, value


def meant(fate: Fate) -> set[str]:
    """The keys of a service that pgfit says it changes."""
    channel = fate.server.family.channel if fate.server.family else ""
    keys = {one.path[0] for one in fate.others} | ({"environment"} if fate.environment else set())
    return keys | ({"environment" if channel in CHANNELS else "command"} if fate.settings else set())


def lines_of(source: Source, fates: tuple[Fate, ...]) -> set[int]:
    """The lines that may go, counted from 0: those of the values that are meant to change, and pgfit's own comment."""
    found: set[int] = set()
    keys = {fate.server.name: meant(fate) for fate in fates if fate.changes}
    for document in yaml.compose_all(source.text, LOADER):
        for name, _, service in entries(services_node(document)):
            for key, at, value in entries(service):
                if key in keys.get(name, set()):
                    last = value.end_mark.line if value.end_mark.column else value.end_mark.line - 1
                    found |= set(range(at.start_mark.line, max(last, value.start_mark.line) + 1))
    return found


def comments(lines: list[str]) -> Counter[str]:
    return Counter(match[1] for line in lines if (match := re.search(r"(?:^|\s)(#[^'\"]*)$", line)))


def anchors(text: str, kind: type) -> Counter[str]:
    return Counter(token.value for token in yaml.scan(text, LOADER) if isinstance(token, kind))


@each_wish
@each_file
def test_lines_outside_the_change_are_byte_identical(path: Path, limits: str) -> None:
    made, source, text = parts(path, limits)
    old, new = source.text.splitlines(keepends=True), text.splitlines(keepends=True)
    allowed = lines_of(source, made.fates)
    for kind, start, end, low, high in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        gone = [number for number in range(start, end) if number not in allowed]
        last_without_end = not source.text.endswith("\n") and gone == [len(old) - 1]
        assert not gone or (last_without_end and new[low].rstrip("\r\n") == old[-1]), [old[number] for number in gone]
        assert not comments(old[start:end]) - comments(new[low:high])
    assert anchors(source.text, yaml.AnchorToken) == anchors(text, yaml.AnchorToken)
    assert not anchors(text, yaml.AliasToken) - anchors(source.text, yaml.AliasToken)


@each_wish
@each_file
def test_line_ends_byte_order_mark_and_last_line_stay(path: Path, limits: str, tmp_path: Path) -> None:
    """In the bytes that the command itself writes."""
    before = path.read_bytes()
    copy = tmp_path / path.name
    copy.write_bytes(before)
    home = Path.cwd()
    os.chdir(tmp_path)
    try:
        code = _run(["compose", "-f", path.name, *WISHES[limits], "--write"])
    finally:
        os.chdir(home)
    after = copy.read_bytes()
    assert code in {0, 2}
    assert code == 0 or after == before
    assert after.startswith(b"\xef\xbb\xbf") == before.startswith(b"\xef\xbb\xbf")
    assert after.endswith(b"\n") == before.endswith(b"\n")
    if b"\r" not in before:
        assert b"\r" not in after
    if b"\n" not in before.replace(b"\r\n", b""):
        assert b"\n" not in after.replace(b"\r\n", b"")


# -- what is written -------------------------------------------------------------------------------------------------


@each_wish
@each_file
def test_a_second_run_changes_nothing(path: Path, limits: str) -> None:
    """Nor one without limits on the command line: they stand in the file now."""
    _, _, text = parts(path, limits)
    for again in {limits, "of_the_file"}:
        second = patched(path, again, text)
        assert isinstance(second, Patched), second
        assert not second.refused, str(second.refused[0].refusal)
        assert not second.texts, [fate.settings + fate.others for fate in second.fates]


def services(text: str) -> Any:
    """As PyYAML reads them; skips what it does not read, compose's own tags among it."""
    try:
        documents = [one for one in yaml.load_all(text, LOADER) if one is not None]
    except yaml.YAMLError as error:
        pytest.skip(f"PyYAML does not read the original: {error}")
    return documents[-1].get("services", documents[-1])


def read_back(command: str | list[Any]) -> dict[str, str]:
    words = shlex.split(command.replace("$$", "$")) if isinstance(command, str) else [str(one).replace("$$", "$") for one in command]
    found = {}
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if match := re.fullmatch(r"(?:-c|--)?([A-Za-z_][\w.-]*)=(.*)", word, re.DOTALL):
            found[match[1].replace("-", "_").lower()] = match[2]
        elif word in {"-N", "-B", "-S"}:
            found[{"-N": "max_connections", "-B": "shared_buffers", "-S": "work_mem"}[word]] = following
    return found


@each_wish
@each_file
def test_another_reader_reads_the_plan_and_nothing_else_new(path: Path, limits: str) -> None:
    made, source, text = parts(path, limits)
    before, after = services(source.text), services(text)
    changed = {fate.server.name: fate for fate in made.fates if fate.changes}
    assert {name: one for name, one in before.items() if name not in changed} == {
        name: one for name, one in after.items() if name not in changed
    }
    for name, fate in changed.items():
        assert fate.fitted
        keys = meant(fate)
        assert {key: one for key, one in before[name].items() if key not in keys} == {
            key: one for key, one in after[name].items() if key not in keys
        }
        for other in fate.others:
            value = after[name]
            for key in other.path:
                value = value[key]
            assert str(value) == other.new
        had, has = (pairs(one[name].get("environment")) for one in (before, after))
        channel = fate.server.family.channel if fate.server.family else ""
        assert {key: one for key, one in has.items() if key != channel} == {
            **{key: one for key, one in had.items() if key != channel},
            **fate.environment,
        }
        if channel in CHANNELS:
            assert CHANNELS[channel].read(has.get(channel, "")).items() >= fate.fitted.settings.items()
        elif fate.settings:
            found = read_back(after[name]["command"])
            assert {one: found.get(one) for one, _, _ in fate.settings} == {one: new for one, _, new in fate.settings}


def pairs(given: Any) -> dict[str, str]:
    """Of `environment:` in either form."""
    if isinstance(given, list):
        return {str(one).partition("=")[0]: str(one).partition("=")[2] for one in given}
    return {str(name): str(value) for name, value in (given or {}).items()}


@cache
def validator() -> Any:
    schema = json.loads((CORPUS / "compose-spec.json").read_text())
    return jsonschema.validators.validator_for(schema)(schema)


@each_wish
@each_file
def test_what_was_valid_stays_valid(path: Path, limits: str) -> None:
    _, source, text = parts(path, limits)
    services(source.text)
    if any(list(validator().iter_errors(one)) for one in yaml.load_all(source.text, LOADER)):
        pytest.skip("the original does not validate: nothing to compare with")
    for document in yaml.load_all(text, LOADER):
        assert [error.message for error in validator().iter_errors(document)] == []
