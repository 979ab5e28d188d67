"""`pgfit trial`."""

import json
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from ..errors import BadValue, ExitCode, PgfitError
from . import options as o
from .answer import Answer

if TYPE_CHECKING:
    from ..model import Plan
    from ..trial import Arm, Run
    from ..trial.place import Place
    from ..trial.programs import Programs
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
OWN_NAME = "pgfit"


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
    directory: Annotated[
        Path, typer.Option(metavar="DIR", rich_help_panel=WHERE, help="For the data, on a disk; emptied again.")
    ] = Path("/var/tmp"),  # noqa: S108  a directory of its own is made there; /tmp may be in memory
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", rich_help_panel=WHERE, help="text or json.")] = "text",
) -> Answer:
    """Try the settings on a throwaway server in a real limit: recommended against what there is, in turns.

    pgfit trial --memory 512M --cpus 1

    pgfit trial --memory 1G --cpus 2 --against other.conf --script my.sql --seconds 60
    """
    from ..trial import Arm  # noqa: PLC0415  --help need not load the engine
    from ..trial.compare import compare  # noqa: PLC0415  as above
    from ..trial.conf import read_conf, runnable  # noqa: PLC0415  as above
    from ..trial.place import Limits  # noqa: PLC0415  as above
    from ..trial.programs import find  # noqa: PLC0415  as above
    from ..trial.report import Trial  # noqa: PLC0415  as above
    from ..trial.run import Work  # noqa: PLC0415  as above
    from ..trial.where import Wanted, find_place  # noqa: PLC0415  as above
    from ..trial.workloads import data_scale  # noqa: PLC0415  as above

    o.one_of(form, FORMATS, "--format")
    if compose is not None and against is not None:
        raise BadValue("--compose and --against are two different things", hint="give one of them")
    if iops is not None and iops < 1:
        raise BadValue(f"{iops} reads a second", hint="for example --iops 3000", place="--iops")
    chosen = _workloads(workload or (), script or ())
    if load and not script:
        raise BadValue("the seven workloads have their own data", hint="--load goes with --script", place="--load")
    texts = [_text(path, "--load") for path in load or ()]
    theirs = read_conf(against) if against is not None else {}
    wishes = _Wishes(memory, cpus, profile, connections, tuple(set_ or ()))
    major = o.major_of(postgres) if postgres is not None else None
    if compose is not None:
        given = _of_compose(compose, service, tuple(env_file or ()), wishes, major)
        programs = find(major or given.major, bindir)
    else:
        programs = find(major, bindir)
        given = _of_options(wishes, programs, theirs, against.name if against is not None else "defaults")
    limits = Limits(given.plan.facts.memory.value, given.cpus, iops)
    before, after = runnable(given.before), runnable(given.after)
    arms = [Arm(given.name, before.settings, limits), Arm(OWN_NAME, after.settings, limits)]
    notes = _notes(before.left_out, after.left_out)
    work = Work(scale or data_scale(limits.memory), seconds, min(clients, *(_carried(arm.settings) for arm in arms)))
    if work.clients < clients:
        notes.append(f"{work.clients} clients, as no more fit into both configurations")
    with _cleaning_up(), find_place(programs, Wanted(limits, work.scale, directory)) as place:
        progress = _Progress(len(chosen) * rounds * len(arms))
        runs = list(progress.of(_runs(place, arms, chosen, work, rounds, texts)))
    compared = [compare(one.name, runs) for one in chosen]
    made = Trial(place.what, arms, given.plan, work, rounds, runs, compared, notes)
    return Answer(_printed(made, chosen, form), ExitCode.DONE if made.safe else ExitCode.FINDINGS)


class _Wishes(NamedTuple):
    """The options that decide the recommendation, as typed."""

    memory: str | None
    cpus: str | None
    profile: str
    connections: int | None
    settings: tuple[str, ...]


class _Given(NamedTuple):
    """Both configurations, and the limit."""

    name: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    plan: "Plan"
    major: int | None

    @property
    def cpus(self) -> float | None:
        from ..model import Known  # noqa: PLC0415  as in trial

        cpus = self.plan.facts.cpus
        return cpus.value if isinstance(cpus, Known) else None


def _of_options(wishes: _Wishes, programs: "Programs", theirs: Mapping[str, str], name: str) -> _Given:
    from ..catalog.values import print_value  # noqa: PLC0415  as in trial
    from ..inputs.options import Options, facts_from  # noqa: PLC0415  as above
    from ..profiles import load  # noqa: PLC0415  as above
    from ..tune import plan  # noqa: PLC0415  as above

    options = Options(
        memory=wishes.memory,
        cpus=wishes.cpus,
        postgres=programs.major,
        connections=wishes.connections,
        settings=wishes.settings,
    )
    made = plan(facts_from(options), load(wishes.profile))
    return _Given(name, theirs, {one.setting.name: print_value(one.value) for one in made.settings}, made, None)


def _of_compose(path: Path, service: str | None, env_files: tuple[str, ...], wishes: _Wishes, major: int | None) -> _Given:
    """What the file has, and what `pgfit compose` would write."""
    from ..inputs.options import Options  # noqa: PLC0415  as in trial
    from ..patch.channels import now  # noqa: PLC0415  as above
    from ..patch.fit import Wishes, fit  # noqa: PLC0415  as above
    from ..profiles import load  # noqa: PLC0415  as above
    from .asking import deployment  # noqa: PLC0415  as above

    server = deployment(path, service, env_files).server
    if server.refusal:
        raise PgfitError(server.refusal.partition(": ")[2] or server.refusal, hint=server.hint, place=server.service.key.place)
    options = Options(memory=wishes.memory, cpus=wishes.cpus, connections=wishes.connections, settings=wishes.settings)
    fitted = fit(server, Wishes(profile=load(wishes.profile), options=options, postgres=major))
    before = dict(now(server))
    after = {**{name: value for name, value in before.items() if name in fitted.kept}, **fitted.settings}
    return _Given(path.name, before, after, fitted.plan, None if fitted.any_major else fitted.plan.facts.postgres)


def _workloads(names: Sequence[str], scripts: Sequence[Path]) -> "list[Workload]":
    from ..trial.workloads import WORKLOADS, own  # noqa: PLC0415  as in trial

    if scripts and names:
        raise BadValue("--script and --workload are two different things", hint="give one of them")
    for name in names:
        o.one_of(name, [one.name for one in WORKLOADS], "--workload")
    if scripts:
        return [own(path.name, _text(path, "--script")) for path in dict.fromkeys(scripts)]
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


@contextmanager
def _cleaning_up() -> Iterator[None]:
    """SIGTERM ends a trial as ctrl-C does; while it cleans up, neither is heard again."""

    def stop(*_: object) -> None:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
