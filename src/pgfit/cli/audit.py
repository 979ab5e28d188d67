"""`pgfit audit`."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import BadValue, ExitCode
from . import options as o
from .answer import Answer
from .asking import Asking, Job, Source, read, with_told
from .compose import EnvFiles

if TYPE_CHECKING:
    from ..audit.comparison import Difference
    from ..audit.record import Row
    from ..audit.report import Line
    from ..checks.audited import Audited
    from ..checks.finding import Finding

__all__ = ["audit"]

FORMATS = ("text", "json", "sarif", "github", "prometheus")
WHERE, ANSWER = "The server", "The answer"


def _checks(incomplete: str) -> list[str]:
    from ..checks.live import by_id  # noqa: PLC0415  completion only

    return [name for name in by_id() if name.startswith(incomplete)]


def audit(
    context: typer.Context,
    address: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DSN]...",
            help="postgresql://user@host/database, or host=… dbname=…; without: what psql would take "
            "(PG* variables, service files, .pgpass).",
        ),
    ] = None,
    compose: Annotated[
        Path | None,
        typer.Option(metavar="FILE", rich_help_panel=WHERE, help="The compose file it runs from: where to connect, and drift."),
    ] = None,
    service: Annotated[
        str | None, typer.Option(metavar="NAME", rich_help_panel=WHERE, help="Which of the compose file's servers.")
    ] = None,
    env_file: EnvFiles = None,
    container: Annotated[
        str | None,
        typer.Option(metavar="NAME", rich_help_panel=WHERE, help="Limits and past by docker (or podman) inspect."),
    ] = None,
    password: Annotated[bool, typer.Option("--password", rich_help_panel=WHERE, help="Ask for the password.")] = False,
    timeout: Annotated[
        float,
        typer.Option(metavar="SECONDS", rich_help_panel=WHERE, min=0.5, max=600, help="To connect, and for each question."),
    ] = 5,
    memory: o.Memory = None,
    cpus: o.Cpus = None,
    shm_size: o.ShmSize = None,
    profile: o.ProfileName = "web",
    connections: o.Connections = None,
    select: Annotated[
        list[str] | None, typer.Option(metavar="ID", autocompletion=_checks, help="Only this check; repeatable, or ID,ID.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="ID", autocompletion=_checks, help="Not this check; repeatable, or ID,ID.")
    ] = None,
    fail_on: Annotated[
        str, typer.Option(metavar="LEVEL", help="Exit with 1 from this severity on: error, warning, info, never.")
    ] = "error",
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", rich_help_panel=ANSWER, help="text, json, sarif, github or prometheus.")
    ] = "text",
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", rich_help_panel=ANSWER, help="Keep the snapshot; it holds no secret.")
    ] = None,
    replay: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", rich_help_panel=ANSWER, help="Read a snapshot; no server is needed.")
    ] = None,
    query_texts: Annotated[
        bool, typer.Option("--query-texts", rich_help_panel=ANSWER, help="Also the texts of the queries that spill most.")
    ] = False,
    watch: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", rich_help_panel=ANSWER, min=1, help="Look again and again, until interrupted."),
    ] = None,
) -> Answer:
    """What a running server really uses, against the limit it runs in. It only reads.

    pgfit audit postgresql://postgres@localhost/app

    pgfit audit --compose docker-compose.yml --fail-on warning

    pgfit audit dbname=app --memory 2G --cpus 2 --save snapshot.json
    """
    from ..checks.audit import audit as check_all  # noqa: PLC0415  --help need not load the checks
    from ..checks.live import by_id  # noqa: PLC0415  as above
    from ..checks.registry import LEVELS, chosen, fails  # noqa: PLC0415  as above

    o.one_of(form, FORMATS, "--format")
    o.one_of(fail_on, LEVELS, "--fail-on")
    ids = chosen(by_id(), select or (), ignore or ())
    if replay is not None and (address or container or watch or save or password):
        raise BadValue("a snapshot needs no server", hint="give --from, or a server, not both", place="--from")
    if watch is not None and form != "text":
        raise BadValue("a screen that refreshes itself is text", hint="leave out --format", place="--watch")
    if watch is not None and save is not None:
        raise BadValue("a screen that refreshes itself keeps no snapshot", hint="pgfit audit --save FILE, once", place="--watch")
    if watch is not None and _was_given(context, "fail_on"):
        raise BadValue("a screen that refreshes itself tells no findings", hint="leave out --fail-on", place="--watch")
    source = Source(compose, service, tuple(env_file or ()), container)
    told = [*_options(memory, cpus, shm_size), *source.told()]
    job = Job(source.deployment, profile, connections)
    if replay is not None:
        snapshot = read(replay)
        kept = [row for row in snapshot.rows.get("told", ()) if row.get("what") not in {one["what"] for one in told}]
        audited = job.of(with_told(snapshot, [*told, *kept]))
    else:
        words = " ".join(address or ())
        to = source.address() if not words and not _pg_variables() else None
        with Asking(_dsn(words), to, ask_password=password, seconds=timeout) as asking:
            audited = job.of(with_told(asking.everything(query_texts), told))
            if watch is not None:
                return asking.watch(audited, watch, job, told)
    if save is not None:
        from ..audit.record import dump  # noqa: PLC0415  only with --save
        from .output import write  # noqa: PLC0415  as above

        write(save, dump(audited.server.snapshot))
        sys.stderr.write(f"wrote {save}\n")
    findings = check_all(audited, ids)
    text = _text(audited, findings, form)
    return Answer(text, ExitCode.FINDINGS if fails(findings, fail_on) else ExitCode.DONE)


def _was_given(context: typer.Context, name: str) -> bool:
    """Whether an option was typed, be it with its default."""
    source = context.get_parameter_source(name)
    return source is not None and source.name != "DEFAULT"


def _pg_variables() -> bool:
    """Whether the environment already says where to go."""
    import os  # noqa: PLC0415  only here

    return any(os.environ.get(name) for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGPORT"))


def _dsn(words: str) -> str:
    """As psql takes it: a lone word is a database."""
    if words.startswith("-"):
        raise BadValue("that is no connection string", hint="postgresql://user@host:5432/database", place="DSN")
    return f"dbname={words}" if words and "=" not in words and "://" not in words and " " not in words else words


def _options(memory: str | None, cpus: str | None, shm_size: str | None) -> "Iterator[Row]":
    from ..audit.told import by_options  # noqa: PLC0415  as in audit
    from ..inputs import cgroup  # noqa: PLC0415  as above
    from ..model import Known  # noqa: PLC0415  as above

    if memory is not None and memory.strip().lower() == "host":
        machine = cgroup.host().memory
        memory = str(machine.value) if isinstance(machine, Known) else None
    return by_options(memory, cpus, shm_size)


def _text(audited: "Audited", findings: "list[Finding]", form: str) -> str:
    from ..audit.comparison import differences  # noqa: PLC0415  as in audit
    from ..checks import report  # noqa: PLC0415  as above
    from ..model import Unknown  # noqa: PLC0415  as above

    plan = audited.plan
    if form == "sarif":
        from ..checks.sarif import as_sarif  # noqa: PLC0415  only for this format

        return _json(as_sarif(findings))
    if form == "github":
        return "".join(f"{line}\n" for line in report.as_github(findings))
    if form == "prometheus":
        from ..checks.prometheus import as_prometheus  # noqa: PLC0415  only for this format

        return "".join(f"{line}\n" for line in as_prometheus(audited, findings))
    changed = [] if isinstance(plan, Unknown) else list(differences(audited.server, plan, audited.claims))
    if form == "json":
        from ..audit.document import as_document  # noqa: PLC0415  only for this format

        document = as_document(audited.server, audited.claims, plan, changed)
        return _json({**document, "findings": report.as_document(findings, ())["findings"]})
    from .screen import printed, width_here  # noqa: PLC0415  only for text

    return printed(_sections(audited, findings, changed, width_here()))


def _json(document: Mapping[str, object]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _sections(audited: "Audited", findings: "list[Finding]", changed: "list[Difference]", width: int) -> "Iterator[Line]":
    from ..audit import report as sections  # noqa: PLC0415  as in audit
    from ..audit.report import Line  # noqa: PLC0415  as above
    from ..checks import report  # noqa: PLC0415  as above

    server = audited.server
    parts = [
        sections.head(server),
        sections.memory(server, audited.claims, width),
        sections.evidence(server, width),
        _told(findings, width),
        sections.comparison(server, audited.plan, changed, width),
        sections.unseen(server, width),
    ]
    for part in parts:
        lines = list(part)
        if lines:
            yield from lines
            yield Line("")
    yield Line(report.counted(findings) + ("; pgfit explain ID tells more" if findings else ""), "bold")


def _told(findings: "list[Finding]", width: int) -> "Iterator[Line]":
    from ..audit.report import Line  # noqa: PLC0415  as in audit
    from ..checks.report import as_text  # noqa: PLC0415  as above

    if not findings:
        return
    yield Line("Findings", "bold")
    colours = {"error": "red", "warning": "yellow"}
    for one in findings:
        for number, line in enumerate(as_text([one], width=width - 2)):
            yield Line(f"  {line}", colours.get(one.severity, "") if number == 0 else "")
