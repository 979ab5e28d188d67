"""`pgfit lint`."""

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import BadValue, ExitCode, PgfitError
from . import options as o
from .answer import Answer
from .compose import EnvFiles, ImageLike, family, notes_of

if TYPE_CHECKING:
    from ..checks.finding import Finding
    from ..inputs.compose.project import Project

__all__ = ["lint"]

FORMATS = ("text", "json", "sarif", "github")


def _checks(incomplete: str) -> list[str]:
    from ..checks.compose import by_id  # noqa: PLC0415  completion only

    return [name for name in by_id() if name.startswith(incomplete)]


def lint(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...", help="Compose files, each on its own; - is stdin. Without: what docker compose would find."
        ),
    ] = None,
    select: Annotated[
        list[str] | None, typer.Option(metavar="ID", autocompletion=_checks, help="Only this check; repeatable, or ID,ID.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="ID", autocompletion=_checks, help="Not this check; repeatable, or ID,ID.")
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended safely, in place.")] = False,
    fail_on: Annotated[
        str, typer.Option(metavar="LEVEL", help="Exit with 1 from this severity on: error, warning, info, never.")
    ] = "warning",
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text, json, sarif or github.")] = "text",
    env_file: EnvFiles = None,
    image_like: ImageLike = "",
) -> Answer:
    """What is wrong with how PostgreSQL is run here, whatever its settings.

    pgfit lint

    pgfit lint docker-compose.yml --ignore image-tag-floating

    `# pgfit: ignore=ID` in the file silences a check on that line, or on the next; at a service's name for all of it.
    """
    from ..checks.compose import by_id  # noqa: PLC0415  --help need not load the checks
    from ..checks.lint import lint as lint_project  # noqa: PLC0415  as above
    from ..checks.registry import LEVELS, chosen, fails  # noqa: PLC0415  as above
    from ..inputs.compose.project import read_project  # noqa: PLC0415  as above

    o.one_of(form, FORMATS, "--format")
    o.one_of(fail_on, LEVELS, "--fail-on")
    ids = chosen(by_id(), select or (), ignore or ())
    like = family(image_like)
    findings: list[Finding] = []
    paths: list[str] = []
    fixed = 0
    bad: list[PgfitError] = []
    servers = 0
    for named in [[one] for one in files] if files else [[]]:
        try:
            project = read_project(named, env_file or ())
            found = list(lint_project(project, ids, image_like=like))
            if fix:
                project, found, count = _fixed(project, found, ids, like)
                fixed += count
        except PgfitError as error:
            if not files or len(files) == 1:
                raise
            bad.append(error)
            continue
        findings += found
        sys.stderr.write("".join(f"{note}\n" for note in notes_of(project.problems)))
        paths += [source.path for source in project.sources]
        servers += _servers(project, like)
    for one in bad:
        sys.stderr.write(f"error: {one}\n" + (f"hint: {one.hint}\n" if one.hint else ""))
    code = ExitCode.BAD_INPUT if bad else ExitCode.FINDINGS if fails(findings, fail_on) else ExitCode.DONE
    return Answer(_text(findings, paths, form, fixed=fixed, servers=servers), code)


def _servers(project: "Project", like: str) -> int:
    from ..inputs.compose.server import servers  # noqa: PLC0415  as in lint

    return len(servers(project, image_like=like))


def _fixed(project: "Project", findings: "list[Finding]", ids: frozenset[str], like: str) -> "tuple[Project, list[Finding], int]":
    """Mend and write; what is left of the findings."""
    from ..checks.fixing import fix as mend  # noqa: PLC0415  only with --fix
    from ..checks.lint import lint as lint_project  # noqa: PLC0415  as above
    from ..inputs.compose.find import STDIN  # noqa: PLC0415  as above
    from ..inputs.compose.project import load  # noqa: PLC0415  as above
    from ..yamltree import Source  # noqa: PLC0415  as above
    from .output import write_texts  # noqa: PLC0415  as above

    mended = mend(project, findings, ids, image_like=like)
    if not mended.texts:
        return project, findings, 0
    if any(path in {STDIN, "stdin"} for path in mended.texts):
        raise BadValue("stdin cannot be mended in place", hint="name the file", place="--fix")
    write_texts(mended.texts)
    replaced = {path: Source(path, text) for path, (_, text) in mended.texts.items()}
    again = load(project.sources, project.variables, project.directory, replaced=replaced)
    return again, list(lint_project(again, ids, image_like=like)), len(mended.done)


def _text(findings: "list[Finding]", paths: list[str], form: str, *, fixed: int, servers: int) -> str:
    from ..checks import report  # noqa: PLC0415  as in lint

    if form == "json":
        return json.dumps(report.as_document(findings, paths), indent=2, ensure_ascii=False) + "\n"
    if form == "sarif":
        from ..checks.sarif import as_sarif  # noqa: PLC0415  only for this format

        return json.dumps(as_sarif(findings), indent=2, ensure_ascii=False) + "\n"
    if form == "github":
        return "".join(f"{line}\n" for line in report.as_github(findings))
    lines = list(report.as_text(findings))
    if lines:
        lines.append("")
    if not servers:
        lines.append("no PostgreSQL server in " + (", ".join(paths) or "the file"))
    else:
        mended = f"; {fixed} mended" if fixed else ""
        lines.append(f"{report.counted(findings)}{mended}; pgfit explain ID tells more" if findings else f"no findings{mended}")
    return "\n".join(lines) + "\n"
