"""For the tests of patches: a compose file as text in, the text afterwards out, proven to read back and to be final."""

from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path
from typing import Any

from pgfit.edits import apply
from pgfit.errors import PgfitError
from pgfit.inputs.compose.command import Command, read_command
from pgfit.inputs.compose.project import Project, load
from pgfit.inputs.options import Options
from pgfit.patch.command import merge_command
from pgfit.patch.fit import Wishes
from pgfit.patch.project import Patched, patch
from pgfit.profiles import load as load_profile
from pgfit.yamltree import Source

__all__ = ["changed", "merged", "patched", "project_of", "refused", "rewritten", "wishes"]


def project_of(*texts: str, **variables: str) -> Project:
    """The first file is named 0.yaml."""
    return load([Source(f"{number}.yaml", text) for number, text in enumerate(texts)], variables, Path("/nowhere"))


def wishes(
    memory: str | None = None,
    cpus: str | None = None,
    *,
    profile: str = "web",
    postgres: int | None = None,
    keep: bool = False,
    only: str = "",
    **options: Any,
) -> Wishes:
    """`only` as words: "limits shm_size"."""
    made = Options(memory=memory, cpus=cpus, **options)
    return Wishes(load_profile(profile), made, postgres=postgres, keep=keep, only=frozenset(only.split()))


def patched(text: str, memory: str | None = None, cpus: str | None = None, *, service: str = "", **more: Any) -> Patched:
    return patch(project_of(text), wishes(memory, cpus, **more), [service] if service else [])


def rewritten(text: str, memory: str | None = None, cpus: str | None = None, **more: Any) -> str:
    """The whole file afterwards; the same where nothing changes. A second run changes nothing."""
    found = patched(text, memory, cpus, **more)
    assert not found.refused, [str(one.refusal) for one in found.refused]
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    new = mark + found.texts["0.yaml"][1] if found.texts else text
    again = patched(new, memory, cpus, **more)
    assert not again.refused, [str(one.refusal) for one in again.refused]
    assert not again.texts, [changed(source.text, later) for source, later in again.texts.values()]
    return new


def refused(text: str, memory: str | None = None, cpus: str | None = None, **more: Any) -> PgfitError:
    """Why the one server of the file is refused; nothing is changed then."""
    found = patched(text, memory, cpus, **more)
    assert found.texts == {}
    (fate,) = found.refused
    assert fate.refusal is not None
    return fate.refusal


def changed(before: str, after: str) -> str:
    """The lines that go and come, without those between; line ends other than a newline are shown."""
    lines = unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="")
    return "\n".join(line.replace("\r", "␍") for line in lines if not line.startswith(("---", "+++", "@@")))


def merged(text: str, settings: Mapping[str, str], **variables: str) -> str:
    """The file with these settings in the command of its service db; reads back as meant, and is final."""
    source, command = _command(text, variables)
    merge = merge_command(command, dict(settings))
    new = ("\ufeff" if source.bom else "") + apply(source.text, [edit for _, edit in merge.changes])
    _, again = _command(new, variables)
    assert again.problem == ""
    assert tuple(word.text for word in again.words) == merge.words
    assert {name: given.value for name in settings if (given := again.last(name))} == dict(settings)
    assert merge_command(again, dict(settings)).changes == ()
    return new


def _command(text: str, variables: Mapping[str, str]) -> tuple[Source, Command]:
    source = Source("0.yaml", text)
    project = load([source], variables, Path("/nowhere"))
    command = read_command(project.services["db"].get("command"), variables)
    assert command.problem == ""
    return source, command
