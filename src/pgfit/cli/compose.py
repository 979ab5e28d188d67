"""`pgfit compose`."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import BadValue, ExitCode, PgfitError
from . import options as o
from .answer import Answer

if TYPE_CHECKING:
    from ..patch.project import Patched
    from ..yamltree import Source

__all__ = ["compose"]

FILE, OUT = "The file", "The answer"
PARTS = ("command", "limits", "shm_size", "stop_grace_period", "environment")
FORMATS = ("text", "json", "github")
MOST_NOTES = 3

Files = Annotated[
    list[str] | None,
    typer.Option("--file", "-f", metavar="FILE", rich_help_panel=FILE, help="A compose file; repeatable; - is stdin."),
]
EnvFiles = Annotated[
    list[str] | None,
    typer.Option("--env-file", metavar="FILE", rich_help_panel=FILE, help="Variables for ${…}, instead of .env."),
]
ImageLike = Annotated[
    str,
    typer.Option(
        metavar="FAMILY", rich_help_panel=FILE, help="What an image pgfit does not know takes settings like: official, bitnami, …"
    ),
]


def compose(
    file: Files = None,
    service: Annotated[
        list[str] | None, typer.Option(metavar="NAME", rich_help_panel=FILE, help="Only this server; repeatable.")
    ] = None,
    env_file: EnvFiles = None,
    image_like: ImageLike = "",
    memory: Annotated[
        str | None,
        typer.Option(
            metavar="SIZE",
            rich_help_panel=o.BOX,
            help="The memory limit: 512M, 1.5g. Wins over the file's, and is written into it.",
        ),
    ] = None,
    cpus: Annotated[
        str | None,
        typer.Option(
            metavar="N", rich_help_panel=o.BOX, help="The CPU limit: 0.5, 2. Wins over the file's, and is written into it."
        ),
    ] = None,
    reserve: o.Reserve = None,
    volume_size: o.VolumeSize = None,
    storage: o.Storage = "ssd",
    profile: o.ProfileName = "web",
    connections: o.Connections = None,
    postgres: Annotated[
        str | None,
        typer.Option(metavar="MAJOR", rich_help_panel=o.SERVER, help="PostgreSQL's version, if the tag does not say it."),
    ] = None,
    extension: o.Extensions = None,
    set_: o.Settings = None,
    keep: Annotated[
        bool,
        typer.Option("--keep", rich_help_panel=o.SERVER, help="All settings of the file stand; the plan adapts around them."),
    ] = False,
    write: Annotated[bool, typer.Option("--write", "-w", rich_help_panel=OUT, help="Change the file, all or nothing.")] = False,
    check: Annotated[
        bool, typer.Option("--check", rich_help_panel=OUT, help="Exit with 1 if --write would change something.")
    ] = False,
    override: Annotated[
        Path | None, typer.Option(metavar="FILE", rich_help_panel=OUT, help="Leave the file, write an override file instead.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="PART", rich_help_panel=OUT, help=f"Write only this: {', '.join(PARTS)}. Repeatable."),
    ] = None,
    diff: Annotated[bool, typer.Option("--diff/--no-diff", rich_help_panel=OUT, help="Show the lines that change.")] = True,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", rich_help_panel=OUT, help="text, json, or github for annotations.")
    ] = "text",
    allow_overcommit: Annotated[
        bool, typer.Option("--allow-overcommit", rich_help_panel=OUT, help="Go on even if the wishes do not fit, and say so.")
    ] = False,
) -> Answer:
    """Fit the PostgreSQL of a compose file into its limits, touching only the lines that must change.

    pgfit compose

    pgfit compose --memory 512M --cpus 0.5 --write
    """
    from ..inputs.compose.find import STDIN  # noqa: PLC0415  --help need not load the engine
    from ..inputs.compose.project import read_project  # noqa: PLC0415  as above
    from ..inputs.options import Options  # noqa: PLC0415  as above
    from ..patch.fit import Wishes  # noqa: PLC0415  as above
    from ..patch.project import patch  # noqa: PLC0415  as above
    from ..profiles import load  # noqa: PLC0415  as above

    o.one_of(form, FORMATS, "--format")
    for part in only or ():
        o.one_of(part, PARTS, "--only")
    if sum((write, check, override is not None)) > 1:
        raise BadValue("--write, --check and --override are three different things", hint="give one of them")
    if memory is not None and memory.strip().lower() == "host":
        raise BadValue("a compose file needs a limit of its own", hint="--memory 512M", place="--memory")
    wishes = Wishes(
        profile=load(profile),
        options=Options(
            memory=memory,
            cpus=cpus,
            connections=connections,
            storage=storage,
            volume_size=volume_size,
            reserve=reserve,
            extensions=tuple(extension or ()),
            settings=tuple(set_ or ()),
            allow_overcommit=allow_overcommit,
        ),
        postgres=None if postgres is None else o.major_of(postgres),
        keep=keep,
        only=frozenset(only or ()),
    )
    like = family(image_like)
    wishes.check()
    if override is not None:
        _mine(override)
    project = read_project(file or (), env_file or (), without=override)
    patched = patch(project, wishes, service or (), image_like=like, apart=override is not None)
    text = ""
    if override is not None and not patched.refused:
        from ..patch.override import override as override_text  # noqa: PLC0415  only with --override

        text = override_text(project, patched, str(override), image_like=like)
    job = _Job(patched, project.named, form=form, diff=diff, write=write, check=check)
    if override is not None:
        return job.beside(override, text)
    if (file or [""])[0] == STDIN:
        return job.through(project.sources[0])
    return job.answer(project.problems)


def _mine(path: Path) -> None:
    """Raises PgfitError for an override file that is there and is somebody else's; one of pgfit's own is written anew."""
    from ..patch.override import HEADER  # noqa: PLC0415  only with --override

    try:
        theirs = path.is_file() and not path.read_bytes().startswith(HEADER.encode())
    except OSError as error:
        raise PgfitError(f"cannot be read: {error.strerror}", place=str(path)) from None
    if theirs:
        raise PgfitError("it is there, and was not written by pgfit", hint="name another file", place=str(path))


def family(name: str) -> str:
    """A family's name, `postgres` for the official one. Raises BadValue."""
    if not name:
        return ""
    from ..inputs.compose.families import families  # noqa: PLC0415  only with --image-like

    known = [one for one, row in families().items() if row.channel not in {"none", "client"}]
    chosen = {"postgres": "official"}.get(name.lower(), name.lower())
    o.one_of(chosen, known, "--image-like")
    return chosen


class _Job:
    """The answer, once everything is decided."""

    def __init__(self, patched: "Patched", files: tuple[str, ...], *, form: str, diff: bool, write: bool, check: bool) -> None:
        from ..patch.diff import diff as lines_of  # noqa: PLC0415  as in compose

        self.patched, self.files, self.form = patched, files, form
        self.write, self.check, self.show_diff = write, check, diff
        self.diffs = {path: lines_of(source, text) for path, (source, text) in patched.texts.items()}

    def code(self) -> ExitCode:
        if self.patched.refused:
            return ExitCode.BAD_INPUT
        return ExitCode.FINDINGS if self.check and self.patched.texts else ExitCode.DONE

    def complain(self) -> None:
        """Refusals are errors: on stderr, each with its place, a hint that several share said once."""
        hints: dict[str, list[str]] = {}
        for fate in self.patched.refused:
            error = fate.refusal
            assert error is not None  # noqa: S101  that is what refused means
            place = f"{error.place}: " if error.place else ""
            hints.setdefault(error.hint, []).append(f"error: {place}{fate.server.name}: {error.message}\n")
            if fragment := getattr(error, "fragment", ""):
                hints[error.hint] += [f"    {line}\n" for line in fragment.splitlines()]
        for hint, lines in hints.items():
            sys.stderr.write("".join(lines) + (f"hint: {hint}\n" if hint else ""))

    def answer(self, problems: tuple[str, ...]) -> Answer:
        written = False
        if self.write and self.patched.texts and not self.patched.refused:
            from .output import write_texts  # noqa: PLC0415  only with --write

            write_texts(self.patched.texts)
            written = True
        if self.form == "json":
            return Answer(self.document(written=written), self.code())
        if self.form == "github":
            return Answer("".join(f"{line}\n" for line in self.annotations()), self.code())
        self.complain()
        lines = self.lines(problems, written=written)
        return Answer("\n".join(lines) + "\n", self.code())

    def document(self, *, written: bool) -> str:
        from ..patch.report import as_document  # noqa: PLC0415  as in compose

        return json.dumps(as_document(self.patched, self.diffs, written=written), indent=2, ensure_ascii=False) + "\n"

    def lines(self, problems: "tuple[str, ...]", *, written: bool) -> "list[str]":
        from ..patch.report import as_text, next_step  # noqa: PLC0415  as in compose

        out = notes_of(problems)
        if not self.patched.fates:
            out.append("no PostgreSQL server in this file: nothing to do")
            return out
        for fate in self.patched.fates:
            if fate.refusal is None:
                out += [*as_text(fate, may_write=self.write, brief=self.show_diff), ""]
        if self.patched.left_out:
            out.append(f"left out: {', '.join(self.patched.left_out)}")
        if self.patched.refused:
            others = [one.server.name for one in self.patched.fates if one.refusal is None]
            hint = f"; --service {' --service '.join(others)} goes on without" if others else ""
            out.append(f"nothing is written: {', '.join(one.server.name for one in self.patched.refused)} refused{hint}")
        elif not self.patched.texts:
            out.append("nothing to change")
        else:
            if self.show_diff:
                out += [line for lines in self.diffs.values() for line in [*lines, ""]]
            if written:
                out.append(f"wrote {', '.join(self.patched.texts)}")
                out.append(f"next: {next_step(self.patched)}")
            elif self.check:
                out.append(f"{', '.join(self.patched.texts)} would change: pgfit compose --write")
            else:
                out.append(f"next: pgfit compose … --write, then {next_step(self.patched)}")
        return out

    def annotations(self) -> "list[str]":
        """GitHub's workflow commands: a line each, in the file's own place."""
        from ..checks.report import escaped  # noqa: PLC0415  only for this format

        out = []
        for fate in self.patched.fates:
            name = fate.server.name
            source, offset = fate.server.service.key.source, fate.server.service.key.start
            line, column = source.line_column(offset)
            at = f"file={escaped(source.path, more=True)},line={line},col={column}"
            if fate.refusal is not None:
                out.append(f"::error {at},title=pgfit compose::{escaped(f'{name}: {fate.refusal}')}")
            elif fate.changes:
                what = [f"{one} {old or 'not set'} → {new}" for one, old, new in fate.settings]
                what += [f"{'.'.join(one.path)} {one.old or 'not set'} → {one.new}" for one in fate.others]
                what += [f"environment {one}" for one in fate.environment]
                what += ["the limits in the comment above the command"] * fate.comment
                out.append(f"::error {at},title=pgfit compose::{escaped(f'{name} does not fit its limits: ' + '; '.join(what))}")
        return out

    def through(self, source: "Source") -> Answer:
        """stdin to stdout: the whole file, changed or as it was; the talk on stderr."""
        if self.form == "json":
            return Answer(self.document(written=False), self.code())
        self.show_diff = False
        self.complain()
        sys.stderr.write("\n".join(self.lines((), written=False)) + "\n")
        text = self.patched.texts[source.path][1] if source.path in self.patched.texts else source.text
        return Answer("" if self.check or self.patched.refused else source.encoded(text).decode(), self.code())

    def beside(self, path: Path, text: str) -> Answer:
        """--override FILE."""
        from ..patch.report import as_text  # noqa: PLC0415  only with --override
        from .output import write  # noqa: PLC0415  as above

        self.show_diff = False
        if not text:
            answer = self.answer(())
            left = self.form == "text" and path.is_file() and not self.patched.refused
            needless = f"{path} is not needed any more, but where it is used it still wins: delete it\n"
            return answer._replace(text=answer.text + needless * left)
        if str(path) == "-":
            return Answer(text, self.code())
        write(path, text)
        if self.form == "json":
            return Answer(self.document(written=True), self.code())
        base = " ".join(f"-f {name}" for name in self.files)
        lines = [line for fate in self.patched.fates for line in [*as_text(fate), ""]]
        lines += [f"wrote {path}; nothing else was changed", f"next: docker compose {base} -f {path} up -d"]
        return Answer("\n".join(lines) + "\n", self.code())


def notes_of(problems: "tuple[str, ...]") -> list[str]:
    """What could not be read; a file of twenty `extends` need not be told twenty times."""
    more = [f"note: and {len(problems) - MOST_NOTES} more like these"] if len(problems) > MOST_NOTES else []
    return [*(f"note: {one}" for one in problems[:MOST_NOTES]), *more]
