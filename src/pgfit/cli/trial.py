"""`pgfit trial`."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import BadValue, ExitCode
from . import options as o
from .answer import Answer
from .configurations import Typed, arms_of, name_of, of_compose, of_options

if TYPE_CHECKING:
    from ..trial import Arm, Run
    from ..trial.place import Place
    from ..trial.report import Trial
    from ..trial.run import Work
    from ..trial.workloads import Workload

__all__ = ["trial"]

AGAINST, WORK, WHERE = "Against what", "The work", "Where"
FORMATS = ("text", "json")
DEFAULT_CONNECTIONS = 100
"""PostgreSQL's own max_connections."""
RESERVED = 3
"""PostgreSQL's own superuser_reserved_connections, which pgfit's questions may need."""


def trial(
    memory: o.Memory = None,
    cpus: o.Cpus = None,
    iops: Annotated[
        int | None,
        typer.Option(
            metavar="N", rich_help_panel=o.BOX, help="Slow the disk to so many reads and writes a second, as a cloud's."
        ),
    ] = None,
    compose: Annotated[
        Path | None,
        typer.Option(metavar="FILE", rich_help_panel=AGAINST, help="What this compose file has now, in the limits it sets."),
    ] = None,
    service: Annotated[
        str | None, typer.Option(metavar="NAME", rich_help_panel=AGAINST, help="Which server of the file.")
    ] = None,
    env_file: Annotated[
        list[str] | None, typer.Option(metavar="FILE", rich_help_panel=AGAINST, help="Variables for ${…}, instead of .env.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="FILE", rich_help_panel=AGAINST, help="A postgresql.conf, instead of the defaults.")
    ] = None,
    profile: o.ProfileName = "web",
    connections: o.Connections = None,
    set_: o.Settings = None,
    workload: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", rich_help_panel=WORK, help="Only this: reads, writes, analytics, …; repeatable."),
    ] = None,
    script: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", rich_help_panel=WORK, help="A pgbench script of your own instead; repeatable."),
    ] = None,
    load: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", rich_help_panel=WORK, help="SQL that makes the data your script needs; repeatable."),
    ] = None,
    scale: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", rich_help_panel=WORK, help="pgbench's scale; 1.5 × the memory limit if not given."),
    ] = None,
    seconds: Annotated[float, typer.Option(min=1, max=86400, metavar="S", rich_help_panel=WORK, help="For each run.")] = 10,
    rounds: Annotated[
        int,
        typer.Option(min=1, max=100, metavar="N", rich_help_panel=WORK, help="How often each configuration runs each workload."),
    ] = 3,
    clients: Annotated[int, typer.Option(min=1, max=1000, metavar="N", rich_help_panel=WORK, help="Clients at once.")] = 8,
    postgres: Annotated[
        str | None,
        typer.Option(metavar="MAJOR", rich_help_panel=o.SERVER, help="The version; the newest that is here if not given."),
    ] = None,
    bindir: Annotated[
        Path | None, typer.Option(metavar="DIR", rich_help_panel=o.SERVER, help="Where initdb, pg_ctl and postgres are.")
    ] = None,
    image: Annotated[
        str | None,
        typer.Option(metavar="IMAGE", rich_help_panel=o.SERVER, help="In containers of it, by docker or podman: postgres:17."),
    ] = None,
    limit_by: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", rich_help_panel=WHERE, help="docker, podman, cgroup or systemd; the first that can if not given."
        ),
    ] = None,
    directory: Annotated[
        Path, typer.Option(metavar="DIR", rich_help_panel=WHERE, help="For the data, on a disk; emptied again.")
    ] = Path("/var/tmp"),  # noqa: S108  a directory of its own is made there; /tmp may be in memory
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", rich_help_panel=WHERE, help="text or json.")] = "text",
) -> Answer:
    """Try the settings on a throwaway server in a real limit: recommended against what there is, in turns.

    pgfit trial --memory 512M --cpus 1

    pgfit trial --memory 1G --cpus 2 --against other.conf --script my.sql --seconds 60

    pgfit trial --memory 512M --cpus 1 --image postgres:17
    """
    from ..trial.compare import compare  # noqa: PLC0415  --help need not load the engine
    from ..trial.conf import read_conf, runnable  # noqa: PLC0415  as above
    from ..trial.disk import note_on  # noqa: PLC0415  as above
    from ..trial.place import Limits  # noqa: PLC0415  as above
    from ..trial.report import Trial  # noqa: PLC0415  as above
    from ..trial.run import Work  # noqa: PLC0415  as above
    from ..trial.signals import cleaning_up  # noqa: PLC0415  as above
    from ..trial.where import LIMITS_BY, Asked, Wanted, find_place, find_server  # noqa: PLC0415  as above
    from ..trial.workloads import data_scale  # noqa: PLC0415  as above

    o.one_of(form, FORMATS, "--format")
    if limit_by is not None:
        o.one_of(limit_by, LIMITS_BY, "--limit-by")
    if compose is not None and against is not None:
        raise BadValue("--compose and --against are two different things", hint="give one of them")
    for given_with_it, option in ((service, "--service"), (env_file, "--env-file")):
        if given_with_it and compose is None:
            raise BadValue("it is for a compose file", hint="name the file: --compose FILE", place=option)
    if iops is not None and iops < 1:
        raise BadValue(f"{iops} reads a second", hint="for example --iops 3000", place="--iops")
    chosen = _workloads(workload or (), script or ())
    if load and not script:
        raise BadValue("the seven workloads have their own data", hint="--load goes with --script", place="--load")
    texts = [_text(path, "--load") for path in load or ()]
    theirs = read_conf(against) if against is not None else {}
    typed = Typed(memory, cpus, profile, connections, tuple(set_ or ()))
    major = o.major_of(postgres) if postgres is not None else None
    asked = Asked(major, bindir, image, limit_by)
    if compose is not None:
        major = find_server(asked).major if image is not None else major
        given = of_compose(compose, service, tuple(env_file or ()), typed, major)
        server = find_server(asked._replace(major=major or given.major))
    else:
        server = find_server(asked)
        given = of_options(typed, server.major, theirs, name_of(against) if against is not None else "defaults")
    limits = Limits(given.plan.facts.memory.value, given.cpus, iops)
    before, after = runnable(given.before), runnable(given.after)
    notes = _notes(before.left_out, after.left_out)
    work = Work(scale or data_scale(limits.memory), seconds, min(clients, *(_carried(one.settings) for one in (before, after))))
    if work.clients < clients:
        notes.append(f"{work.clients} clients, as no more fit into both configurations")
    with cleaning_up(), find_place(server, Wanted(limits, work.scale, directory, limit_by)) as place:
        arms = arms_of(given, before.settings, after.settings, limits, own_shm=place.own_shm)
        notes += [one for one in (*_about_shm(arms), note_on(directory)) if one]
        progress = _Progress(len(chosen) * rounds * len(arms))
        runs = list(progress.of(_runs(place, arms, chosen, work, rounds, texts)))
    compared = [compare(one.name, runs) for one in chosen]
    made = Trial(place.what, arms, given.plan, work, rounds, runs, compared, notes)
    return Answer(_printed(made, chosen, form), ExitCode.DONE if made.safe else ExitCode.FINDINGS)


def _workloads(names: Sequence[str], scripts: Sequence[Path]) -> "list[Workload]":
    from ..trial.workloads import WORKLOADS, own  # noqa: PLC0415  as in trial

    if scripts and names:
        raise BadValue("--script and --workload are two different things", hint="give one of them")
    for name in names:
        o.one_of(name, [one.name for one in WORKLOADS], "--workload")
    if scripts:
        paths = list(dict.fromkeys(scripts))
        named = [path.name for path in paths]
        taken = {one.name for one in WORKLOADS} | {name for name in named if named.count(name) > 1}
        return [own(name_of(path, taken), _text(path, "--script")) for path in paths]
    return [one for one in WORKLOADS if not names or one.name in names]


def _text(path: Path, option: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadValue(f"{path} is not a text file", place=option) from error
    except OSError as error:
        raise BadValue(f"{path} cannot be read: {error.strerror}", place=option) from error


def _carried(settings: Mapping[str, str]) -> int:
    """Clients that the configuration lets in."""
    text = settings.get("max_connections", "")
    return max(1, (int(text) if text.isdigit() else DEFAULT_CONNECTIONS) - RESERVED)


def _notes(before: Sequence[str], after: Sequence[str]) -> list[str]:
    left_out = list(dict.fromkeys([*before, *after]))
    return [f"tried without {', '.join(left_out)}: these belong to your own server"] if left_out else []


def _about_shm(arms: "Sequence[Arm]") -> list[str]:
    from ..units import human  # noqa: PLC0415  as in trial

    sizes = {arm.name: arm.limits.shm_size for arm in arms}
    if len(set(sizes.values())) == 1:
        return []
    told = " and ".join(f"{human(size or 0)} with {name}" for name, size in sizes.items())
    return [f"/dev/shm has {told}"]  # noqa: S108  it is only named


def _runs(
    place: "Place", arms: "Sequence[Arm]", chosen: "Sequence[Workload]", work: "Work", rounds: int, texts: Sequence[str]
) -> "Iterator[Run]":
    from ..trial import rounds as in_turns  # noqa: PLC0415  as in trial
    from ..trial.workloads import load_script  # noqa: PLC0415  as above

    place.load(work.scale, [load_script(arms[0].limits.memory), *texts])
    servers = {arm.name: place.server(f"data{number}") for number, arm in enumerate(arms)}
    for one in chosen:
        yield from in_turns(servers, arms, one, work, range(1, rounds + 1))


def _printed(made: "Trial", chosen: "Sequence[Workload]", form: str) -> str:
    from ..audit.report import Line  # noqa: PLC0415  as in trial
    from ..trial.report import as_document, as_text  # noqa: PLC0415  as above
    from .screen import printed  # noqa: PLC0415  as above

    if form == "json":
        return json.dumps(as_document(made), indent=2, ensure_ascii=False) + "\n"
    return printed(Line(text, style) for text, style in as_text(made, chosen))


class _Progress:
    """What is going on, on stderr: one line that changes on a terminal, a line for each run elsewhere."""

    def __init__(self, whole: int) -> None:
        self.whole, self.terminal = whole, sys.stderr.isatty()

    def of(self, runs: "Iterator[Run]") -> "Iterator[Run]":
        from ..trial.report import one_line  # noqa: PLC0415  as in trial

        self._say("loading the data")
        for number, run in enumerate(runs, 1):
            self._say(f"{number} of {self.whole}: {one_line(run)}")
            yield run
        if self.terminal:
            sys.stderr.write("\r\x1b[K")

    def _say(self, text: str) -> None:
        sys.stderr.write(f"\r\x1b[K{text[:78]}" if self.terminal else f"{text}\n")
        sys.stderr.flush()
