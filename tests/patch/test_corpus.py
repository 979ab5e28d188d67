"""The laws of editing, over some 280 compose files that people really wrote. They lie beside the project, not in it."""

import json
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


@pytest.mark.parametrize("limits", WISHES)
@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_every_file_keeps_the_laws(path: Path, limits: str, tmp_path: Path) -> None:
    """None is left in silence: patched, no server, nothing to change; or refused, with the line and the reason."""
    made = patched(path, limits)
    assert_the_command_writes_just_this(path, limits, tmp_path, made)
    errors = [made] if isinstance(made, PgfitError) else [one.refusal for one in made.refused if one.refusal]
    for error in errors:
        assert re.fullmatch(rf"{re.escape(str(path))}:[1-9]\d*", error.place), (error.place, error.message)
        assert len(error.message.split()) > 2
    if isinstance(made, PgfitError) or made.refused:
        assert isinstance(made, PgfitError) or not made.texts
        return
    for source, text in made.texts.values():
        assert_lines_outside_the_change_are_the_same(source, text, made.fates)
        assert_a_second_run_changes_nothing(path, limits, text)
        assert_another_reader_reads_the_plan_and_nothing_else_new(source.text, text, made.fates)
        assert_what_was_valid_stays_valid(source.text, text)


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


def services_node(root: yaml.Node) -> yaml.Node:
    for key, value in root.value if isinstance(root, yaml.MappingNode) else []:
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


def anchors(text: str, kind: type[yaml.AnchorToken] | type[yaml.AliasToken]) -> Counter[str]:
    return Counter(token.value for token in yaml.scan(text, LOADER) if isinstance(token, kind))


def assert_lines_outside_the_change_are_the_same(source: Source, text: str, fates: tuple[Fate, ...]) -> None:
    old, new = source.text.splitlines(keepends=True), text.splitlines(keepends=True)
    allowed = lines_of(source, fates)
    for kind, start, end, low, high in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        gone = [number for number in range(start, end) if number not in allowed]
        last_without_end = not source.text.endswith("\n") and gone == [len(old) - 1]
        assert not gone or (last_without_end and new[low].rstrip("\r\n") == old[-1]), [old[number] for number in gone]
        assert not comments(old[start:end]) - comments(new[low:high])
    assert anchors(source.text, yaml.AnchorToken) == anchors(text, yaml.AnchorToken)
    assert not anchors(text, yaml.AliasToken) - anchors(source.text, yaml.AliasToken)


def assert_the_command_writes_just_this(path: Path, limits: str, directory: Path, made: Patched | PgfitError) -> None:
    """Byte for byte; with the line ends, the byte order mark and the last line's end as they were."""
    before = path.read_bytes()
    copy = directory / path.name
    copy.write_bytes(before)
    code = _run(["compose", "-f", str(copy), *WISHES[limits], "--write"])
    after = copy.read_bytes()
    if isinstance(made, PgfitError) or made.refused:
        assert (code, after) == (2, before)
        return
    assert code == 0
    assert [after.decode("utf-8-sig")] == ([text for _, text in made.texts.values()] or [before.decode("utf-8-sig")])
    assert after.startswith(b"\xef\xbb\xbf") == before.startswith(b"\xef\xbb\xbf")
    assert after.endswith(b"\n") == before.endswith(b"\n")
    if b"\r" not in before:
        assert b"\r" not in after
    if b"\n" not in before.replace(b"\r\n", b""):
        assert b"\n" not in after.replace(b"\r\n", b"")


# -- what is written -------------------------------------------------------------------------------------------------


def assert_a_second_run_changes_nothing(path: Path, limits: str, text: str) -> None:
    """Nor one without limits on the command line: they stand in the file now."""
    for again in {limits, "of_the_file"}:
        second = patched(path, again, text)
        assert isinstance(second, Patched), second
        assert not second.refused, str(second.refused[0].refusal)
        assert not second.texts, [fate.settings + fate.others for fate in second.fates]


def services(text: str) -> Any:
    """As PyYAML reads them."""
    documents = [one for one in yaml.load_all(text, LOADER) if one is not None]
    return documents[-1].get("services", documents[-1])


def read_back(command: str | list[Any]) -> dict[str, str]:
    """The settings of a command; the last wins."""
    words = (
        shlex.split(command.replace("$$", "$")) if isinstance(command, str) else [str(one).replace("$$", "$") for one in command]
    )
    found = {}
    for word, following in zip(words, [*words, ""][1:], strict=True):
        if match := re.fullmatch(r"(?:-c|--)?([A-Za-z_][\w.-]*)=(.*)", word, re.DOTALL):
            found[match[1].replace("-", "_").lower()] = match[2]
        elif word in {"-N", "-B", "-S"}:
            found[{"-N": "max_connections", "-B": "shared_buffers", "-S": "work_mem"}[word]] = following
    return found


def pairs(given: Any) -> dict[str, str]:
    """Of `environment:` in either form."""
    if isinstance(given, list):
        return {str(one).partition("=")[0]: str(one).partition("=")[2] for one in given}
    return {str(name): str(value) for name, value in (given or {}).items()}


def flat(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Paths and what stands there."""
    if isinstance(value, dict) and value:
        for key, one in value.items():
            yield from flat(one, (*path, str(key)))
    else:
        yield path, value


def others(service: dict[str, Any], fate: Fate) -> dict[tuple[str, ...], Any]:
    """All of a service but what is meant to change, and the mappings that were empty before it."""
    paths = {one.path for one in fate.others}
    keys = {key for key in meant(fate) if (key,) not in paths and key not in {path[0] for path in paths}}
    return {path: one for path, one in flat(service) if path not in paths and path[0] not in keys and one is not None}


def assert_another_reader_reads_the_plan_and_nothing_else_new(old: str, new: str, fates: tuple[Fate, ...]) -> None:
    before, after = services(old), services(new)
    changed = {fate.server.name: fate for fate in fates if fate.changes}
    assert {name: one for name, one in before.items() if name not in changed} == {
        name: one for name, one in after.items() if name not in changed
    }
    for name, fate in changed.items():
        assert fate.fitted
        assert others(before[name], fate) == others(after[name], fate)
        for other in fate.others:
            value = after[name]
            for key in other.path:
                value = value[key]
            assert str(value) == other.new
        had, has = (pairs(one[name].get("environment")) for one in (before, after))
        channel = fate.server.family.channel if fate.server.family else ""
        assert {**has, channel: ""} == {**had, **fate.environment, channel: ""}
        if channel in CHANNELS:
            assert CHANNELS[channel].read(has.get(channel, "")).items() >= fate.fitted.settings.items()
        elif fate.settings:
            stays = read_back(before[name].get("command") or [])
            assert read_back(after[name]["command"]).items() >= {**stays, **{one: new for one, _, new in fate.settings}}.items()


@cache
def validator() -> Any:
    return jsonschema.Draft7Validator(json.loads((CORPUS / "compose-spec.json").read_text()))


def faults(text: str) -> list[str]:
    return [error.message for one in yaml.load_all(text, LOADER) for error in validator().iter_errors(one)]


def assert_what_was_valid_stays_valid(old: str, new: str) -> None:
    assert faults(old) or not faults(new), faults(new)
