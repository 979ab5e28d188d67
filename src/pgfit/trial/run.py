"""One workload on one server in one limit, watched: what came of it."""

import threading
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..errors import PgfitError
from ..units import MB
from .bench import said
from .place import ASK_SECONDS, Bench, Counters, Limits, NotStarted, Server, Stalled
from .workloads import BYTES_PER_SCALE, STORM_BOUND, Workload

__all__ = ["Outcome", "Work", "run", "run_all"]

LOOK_EVERY = 0.05
"""Seconds between two looks at the cgroup's memory."""
PATIENCE = 60.0
"""Seconds beyond its time after which a workload counts as stalled,"""
SLOWEST_BULK = 50 * MB
"""and one more for so much of the limit: the table that `bulk` loads grows with it, and a transaction is not cut short."""
LOGGED_SECONDS = 60.0
"""Of a run, whose transactions are all logged. A longer one logs as many of its own: an hour's would not fit into memory."""
WARM_SHARE = 0.25
"""Of its time that a workload is run before it is measured, where it is warmed up at all."""
FILL_RATE = 100 * MB
"""Of the limit, for each second in which the caches are filled before that: as fast as a common disk reads."""
SLOWEST_FILL = 10 * MB
"""Of the data a second, where the disk is slow or its bound could not be lifted; no faster, and it counts as not answering."""
THREADS = 2
FILL = "set max_parallel_workers_per_gather = 0; select sum(abalance) from pgbench_accounts;"
TEMP_BYTES = "select coalesce(sum(temp_bytes), 0) from pg_stat_database"


class Outcome(NamedTuple):
    """What became of one run. Sizes in bytes, of which the peak is the largest sum seen at one moment."""

    failure: str = ""
    """did not start, killed, stalled, failed: what; '' for a run that went well."""
    transactions: int = 0
    tps: float = 0
    latency_ms: float = 0
    p95_ms: float = 0
    sessions: int = 0
    anon: int = 0
    shmem: int = 0
    kernel: int = 0
    oom_kills: int = 0
    refaults: int = 0
    throttled: float = 0
    """Seconds of all threads together."""
    temp_bytes: int = 0

    @property
    def peak(self) -> int:
        return self.anon + self.shmem + self.kernel

    @property
    def survived(self) -> bool:
        return not self.failure

    @property
    def broken(self) -> bool:
        """Whether what comes after on the same server would measure nothing."""
        return self.failure.startswith(("killed", "stalled"))


class Work(NamedTuple):
    """How the workloads are run: on which data, how long, by how many."""

    scale: int
    seconds: float
    clients: int
    """At most; no configuration may allow fewer."""
    bound: float = STORM_BOUND


def run(server: Server, settings: Mapping[str, str], limits: Limits, workload: Workload, work: Work) -> Outcome:
    """Start it, do the work, stop it. Whatever becomes of the server is an Outcome, no exception."""
    return run_all(server, settings, limits, [workload], work)[0]


def run_all(
    server: Server, settings: Mapping[str, str], limits: Limits, workloads: Sequence[Workload], work: Work
) -> list[Outcome]:
    """As `run`, one workload after the other on the same server, whose caches are filled only once.

    Between two of them what the first left to be written is written, without the disk's bound: else it would slow the second.
    What comes after one in which the server died or stalled was not run.
    """
    try:
        server.start(settings, limits)
    except NotStarted as error:
        kills = server.read().oom_kills
        failure = f"killed while starting: {error}" if kills else f"did not start: {error}"
        return [Outcome(failure=failure, oom_kills=kills)] * len(workloads)
    outcomes: list[Outcome] = []
    try:
        filled, broken = False, ""
        for workload in workloads:
            outcomes.append(_watched(server, limits, workload, work, fill=not filled))
            filled = filled or workload.warms
            broken = f"not run: {workload.name} broke the server" if outcomes[-1].broken else ""
            if workload is not workloads[-1]:
                broken = broken or _unsettled(server, workload)
            if broken:
                break
    finally:
        server.stop()
    return [*outcomes, *[Outcome(failure=broken)] * (len(workloads) - len(outcomes))]


def _unsettled(server: Server, workload: Workload) -> str:
    """Why what comes after this one would measure nothing; '' once it is written, and the limits are in force again."""
    try:
        server.throttle(on=False)
        server.ask("checkpoint")
    except PgfitError:
        return f"not run: {workload.name} broke the server"
    try:
        server.throttle(on=True)
    except PgfitError as error:
        return f"failed: {error}"
    return ""


def _watched(server: Server, limits: Limits, workload: Workload, work: Work, *, fill: bool) -> Outcome:
    """One workload on a server that runs."""
    watcher, before = _Watcher(server), server.read()
    bench, failure, sessions, temp = Bench("", 1, ()), "", 0, 0
    try:
        bench, sessions = _work(server, workload, work, limits, watcher, fill=fill)
        temp = int(server.ask(TEMP_BYTES)) - watcher.temp_bytes
    except Stalled as error:
        failure = f"stalled: {error}"
    except PgfitError as error:
        failure = f"failed: {error}"
    finally:
        watcher.end()
        last, alive = server.read(), server.alive
    kills = last.oom_kills - before.oom_kills
    figures = said(bench.output)
    latencies = sorted(bench.latencies)
    peak, first = watcher.peak, watcher.first
    return Outcome(
        failure=_verdict(bench, kills, failure, alive=alive, failed=figures.failed),
        transactions=figures.transactions,
        tps=figures.tps,
        latency_ms=figures.latency_ms,
        p95_ms=latencies[int(0.95 * (len(latencies) - 1))] / 1000 if latencies else 0,
        sessions=sessions,
        anon=peak.anon,
        shmem=peak.shmem,
        kernel=peak.kernel,
        oom_kills=kills,
        refaults=max(0, last.refaults - first.refaults),
        throttled=max(0.0, round(last.throttled - first.throttled, 3)),
        temp_bytes=temp,
    )


def _work(
    server: Server, workload: Workload, work: Work, limits: Limits, watcher: "_Watcher", *, fill: bool
) -> tuple[Bench, int]:
    """Raises Stalled, or PgfitError for what the server answers."""
    scripts, scale = workload.samples(), ["-s", str(work.scale)]
    storm = workload.prepare(server)
    if storm is not None:
        watcher.begin()
        return server.bench([*scale, *storm.arguments()], scripts, work.bound), storm.sessions
    clients = min(workload.clients or work.clients, work.clients)
    who = [*scale, *workload.arguments, "-c", str(clients), "-j", str(min(THREADS, clients))]
    if workload.warms:
        _warm(server, workload, limits, who, work, fill=fill)
    if work.seconds > LOGGED_SECONDS:
        who += ["--sampling-rate", f"{LOGGED_SECONDS / work.seconds:.6f}"]
    bound = work.seconds + PATIENCE + limits.memory / SLOWEST_BULK
    watcher.begin()
    return server.bench([*who, "-T", str(max(1, round(work.seconds)))], scripts, bound), clients


def _warm(server: Server, workload: Workload, limits: Limits, who: Sequence[str], work: Work, *, fill: bool) -> None:
    """Until the caches are as full as they will ever be: a database that has just been started is not what one tunes.

    Cold caches make every configuration as fast as the disk. They are filled unthrottled, by all of the data once and then
    by reads here and there; a script of the user's, whose tables are not known, has its own warming up only.
    """
    filling = workload.filling() if fill else []
    if filling:
        seconds = max(1, round(limits.memory / FILL_RATE))
        server.throttle(on=False)
        server.ask(FILL, ASK_SECONDS + work.scale * BYTES_PER_SCALE / SLOWEST_FILL)
        server.bench([*who, "-T", str(seconds)], filling, seconds + PATIENCE)
        server.throttle(on=True)
    warm = max(1, round(WARM_SHARE * work.seconds))
    server.bench([*who, "-T", str(warm)], workload.samples(), warm + PATIENCE)


def _verdict(bench: Bench, kills: int, failure: str, *, alive: bool, failed: int) -> str:
    """The kernel's kill explains everything else."""
    if kills:
        return f"killed: {kills} process{'es' * (kills > 1)} by the kernel, out of memory"
    if not alive and not failure.startswith("stalled"):
        return "killed: the server is gone"
    if failure:
        return failure
    if bench.code or failed:
        errors = [line for line in bench.output.splitlines() if "ERROR" in line or "FATAL" in line or "error:" in line]
        return f"failed: {errors[0].strip()[:200] if errors else 'pgbench gave up'}"
    return ""


class _Watcher:
    """Looks at the cgroup while the work is done."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.first = self.peak = Counters()
        self.temp_bytes = 0
        self.over = threading.Event()
        self.thread: threading.Thread | None = None

    def begin(self) -> None:
        """What was done to get ready does not count. Raises PgfitError."""
        self.temp_bytes = int(self.server.ask(TEMP_BYTES))
        self.first = self.server.read()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self) -> None:
        while not self.over.is_set():
            seen = self.server.read()
            if seen.unreclaimable > self.peak.unreclaimable:
                self.peak = seen
            self.over.wait(LOOK_EVERY)

    def end(self) -> None:
        self.over.set()
        if self.thread is not None:
            self.thread.join()
