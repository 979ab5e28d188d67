"""One workload on one server in one limit, watched: what came of it."""

import threading
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..errors import PgfitError
from ..units import MB
from .bench import said
from .place import Bench, Counters, Limits, NotStarted, Server, Stalled
from .workloads import STORM_BOUND, Workload

__all__ = ["Outcome", "Work", "run"]

LOOK_EVERY = 0.05
"""Seconds between two looks at the cgroup's memory."""
PATIENCE = 60.0
"""Seconds beyond its time after which a workload counts as stalled."""
WARM_SHARE = 0.25
"""Of its time that a workload is run before it is measured, where it is warmed up at all."""
FILL_RATE = 100 * MB
"""Of the limit, for each second in which the caches are filled before that: as fast as a common disk reads."""
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


class Work(NamedTuple):
    """How the workloads are run: on which data, how long, by how many."""

    scale: int
    seconds: float
    clients: int
    """At most; no configuration may allow fewer."""
    bound: float = STORM_BOUND


def run(server: Server, settings: Mapping[str, str], limits: Limits, workload: Workload, work: Work) -> Outcome:
    """Start it, do the work, stop it. Whatever becomes of the server is an Outcome, no exception."""
    try:
        server.start(settings, limits)
    except NotStarted as error:
        kills = server.read().oom_kills
        return Outcome(failure=f"killed while starting: {error}" if kills else f"did not start: {error}", oom_kills=kills)
    watcher = _Watcher(server)
    bench, failure, sessions, temp = Bench("", 1, ()), "", 0, 0
    try:
        before = int(server.ask(TEMP_BYTES))
        bench, sessions = _work(server, workload, work, limits, watcher)
        temp = int(server.ask(TEMP_BYTES)) - before
    except Stalled as error:
        failure = f"stalled: {error}"
    except PgfitError as error:
        failure = f"failed: {error}"
    finally:
        watcher.end()
        last, alive = server.read(), server.alive
        server.stop()
    figures = said(bench.output)
    failure = _verdict(bench, last, failure, alive=alive, failed=figures.failed)
    latencies = sorted(bench.latencies)
    peak, first = watcher.peak, watcher.first
    return Outcome(
        failure=failure,
        transactions=figures.transactions,
        tps=figures.tps,
        latency_ms=figures.latency_ms,
        p95_ms=latencies[int(0.95 * (len(latencies) - 1))] / 1000 if latencies else 0,
        sessions=sessions,
        anon=peak.anon,
        shmem=peak.shmem,
        kernel=peak.kernel,
        oom_kills=last.oom_kills,
        refaults=max(0, last.refaults - first.refaults),
        throttled=max(0.0, round(last.throttled - first.throttled, 3)),
        temp_bytes=temp,
    )


def _work(server: Server, workload: Workload, work: Work, limits: Limits, watcher: "_Watcher") -> tuple[Bench, int]:
    """Raises Stalled, or PgfitError for what the server answers."""
    scripts, scale = workload.samples(), ["-s", str(work.scale)]
    storm = workload.prepare(server)
    if storm is not None:
        watcher.begin()
        return server.bench([*scale, *storm.arguments()], scripts, work.bound), storm.sessions
    clients = min(workload.clients, work.clients)
    who = [*scale, *workload.arguments, "-c", str(clients), "-j", str(min(THREADS, clients))]
    if workload.warms:
        _warm(server, workload, limits, who, work)
    watcher.begin()
    return server.bench([*who, "-T", str(max(1, round(work.seconds)))], scripts, work.seconds + PATIENCE), clients


def _warm(server: Server, workload: Workload, limits: Limits, who: Sequence[str], work: Work) -> None:
    """Until the caches are as full as they will ever be: a database that has just been started is not what one tunes.

    Cold caches make every configuration as fast as the disk. They are filled unthrottled, by all of the data once and then
    by reads here and there; a script of the user's, whose tables are not known, has its own warming up only.
    """
    filling = workload.filling()
    if filling:
        seconds = max(1, round(limits.memory / FILL_RATE))
        server.throttle(on=False)
        server.ask(FILL)
        server.bench([*who, "-T", str(seconds)], filling, seconds + PATIENCE)
        server.throttle(on=True)
    warm = max(1, round(WARM_SHARE * work.seconds))
    server.bench([*who, "-T", str(warm)], workload.samples(), warm + PATIENCE)


def _verdict(bench: Bench, last: Counters, failure: str, *, alive: bool, failed: int) -> str:
    """The kernel's kill explains everything else."""
    if last.oom_kills:
        return f"killed: {last.oom_kills} process{'es' * (last.oom_kills > 1)} by the kernel, out of memory"
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
        self.over = threading.Event()
        self.thread: threading.Thread | None = None

    def begin(self) -> None:
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
