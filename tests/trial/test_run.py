"""Several workloads on one start of a server: what each is told to have done, and what becomes of them when one breaks it."""

from collections.abc import Mapping, Sequence

from pgfit.errors import PgfitError
from pgfit.trial.place import Bench, Counters, Limits, NotStarted, Sample, Stalled
from pgfit.trial.run import TEMP_BYTES, Work, run, run_all
from pgfit.trial.workloads import WORKLOADS, Workload
from pgfit.trial.workloads import own as load_own
from pgfit.units import MB, Bytes

LIMITS = Limits(Bytes(128 * MB), 1.0)
WORK = Work(scale=1, seconds=1, clients=8)
READS, WRITES, ANALYTICS, BULK = (
    next(one for one in WORKLOADS if one.name == name) for name in ("reads", "writes", "analytics", "bulk")
)
TEMP = 7
"""Bytes that each pgbench spills."""
SAID = "number of transactions actually processed: 10\nlatency average = 2.0 ms\ntps = 5.0 (without initial connection time)\n"


class Sketch:
    """A server that does nothing, and writes down what it was asked for."""

    def __init__(self, *, killed_by: str = "", stalled_by: str = "", starts: bool = True, lifted: int = 0) -> None:
        """`lifted` is the time at which the limits cannot be set again."""
        self.killed_by, self.stalled_by, self.starts, self.lifted = killed_by, stalled_by, starts, lifted
        self.seconds: list[float] = []
        self.calls: list[str] = []
        self.benches: list[tuple[str, float]] = []
        """The words of each pgbench, and its bound."""
        self.kills = 0

    def start(self, settings: Mapping[str, str], limits: Limits) -> None:  # noqa: ARG002  the protocol's
        self.calls.append("start")
        if not self.starts:
            raise NotStarted("FATAL: no")

    @property
    def alive(self) -> bool:
        return not self.kills

    def read(self) -> Counters:
        return Counters(oom_kills=self.kills)

    def throttle(self, *, on: bool) -> None:
        self.calls.append(f"throttle {on}")
        if on and self.calls.count("throttle True") == self.lifted:
            raise PgfitError("the CPU quota is not in force again")

    def relieve(self) -> None:
        self.calls.append("relieve")

    def ask(self, sql: str, seconds: float = 120.0) -> str:
        self.seconds.append(seconds)
        if self.kills:
            raise PgfitError("no connection")
        if sql == "checkpoint":
            self.calls.append(sql)
        return str(TEMP * len(self.benches)) if sql == TEMP_BYTES else "0"

    def bench(self, arguments: Sequence[str], scripts: Sequence[Sample], bound: float) -> Bench:
        (script,) = scripts
        self.calls.append(script.name)
        self.benches.append((" ".join(arguments), bound))
        if script.name == self.stalled_by:
            raise Stalled("not done after 1 s")
        self.kills = 2 if script.name == self.killed_by else self.kills
        return Bench(SAID, 0, [1000, 2000, 3000])

    def stop(self) -> None:
        self.calls.append("stop")


def failures(server: Sketch, workloads: Sequence[Workload]) -> list[str]:
    return [one.failure for one in run_all(server, {}, LIMITS, workloads, WORK)]


def test_caches_are_filled_once_and_what_is_left_to_write_is_written_between_two() -> None:
    server = Sketch()
    first, second = run_all(server, {}, LIMITS, [READS, WRITES], WORK)
    assert (first.tps, first.transactions, first.p95_ms, first.sessions) == (5.0, 10, 2.0, 8)
    assert second.survived
    filled = ["throttle False", "reads", "throttle True"]
    written = ["throttle False", "checkpoint", "throttle True"]
    assert server.calls == ["start", *filled, "reads", "reads", *written, "writes", "writes", "stop"]


def test_what_comes_after_a_kill_is_not_run() -> None:
    server = Sketch(killed_by="writes")
    assert failures(server, [READS, WRITES, ANALYTICS]) == [
        "",
        "killed: 2 processes by the kernel, out of memory",
        "not run: writes broke the server",
    ]
    assert "analytics" not in server.calls
    assert server.calls[-1] == "stop"


def test_what_comes_after_a_stall_is_not_run() -> None:
    server = Sketch(stalled_by="analytics")
    assert failures(server, [ANALYTICS, READS]) == ["stalled: not done after 1 s", "not run: analytics broke the server"]


def test_what_runs_without_its_limit_is_no_measurement() -> None:
    first, second = run_all(Sketch(lifted=1), {}, LIMITS, [READS, ANALYTICS], WORK)
    assert (first.failure, first.tps) == ("failed: the CPU quota is not in force again", 0)
    assert second.survived
    server = Sketch(lifted=2)
    assert failures(server, [READS, WRITES, ANALYTICS]) == ["", *["failed: the CPU quota is not in force again"] * 2]
    assert server.calls[-2:] == ["throttle True", "stop"]


def test_filling_the_caches_takes_longer_with_more_data() -> None:
    server = Sketch()
    run(server, {}, LIMITS, READS, WORK._replace(scale=1000))
    assert max(server.seconds) == 120 + 1500


def test_a_server_that_does_not_start_fails_them_all() -> None:
    assert failures(Sketch(starts=False), [READS, WRITES]) == ["did not start: FATAL: no"] * 2


def test_one_alone_is_the_same() -> None:
    assert run(Sketch(), {}, LIMITS, READS, WORK) == run_all(Sketch(), {}, LIMITS, [READS], WORK)[0]


def test_what_is_spilled_to_get_ready_does_not_count() -> None:
    server = Sketch()
    assert run(server, {}, LIMITS, READS, WORK).temp_bytes == TEMP
    assert len(server.benches) == 3  # the caches filled, warmed up, measured


def test_as_many_clients_as_are_asked_for_but_no_more_than_the_work_is_for() -> None:
    server = Sketch()
    read, analysed = run_all(server, {}, LIMITS, [READS, ANALYTICS], WORK._replace(clients=64))
    assert (read.sessions, analysed.sessions) == (64, 2)
    assert "-c 64 -j 2" in server.benches[0][0]
    own = run(server, {}, LIMITS, load_own("mine.sql", "select 1"), WORK._replace(clients=20))
    assert own.sessions == 20


def test_of_a_long_run_as_many_transactions_are_logged_as_of_a_minute() -> None:
    server = Sketch()
    run(server, {}, LIMITS, ANALYTICS, WORK._replace(seconds=60))
    run(server, {}, LIMITS, ANALYTICS, WORK._replace(seconds=3600))
    assert ["--sampling-rate" in words for words, _ in server.benches] == [False, True]
    assert server.benches[1][0].endswith("--sampling-rate 0.016667 -T 3600")


def test_a_larger_limit_has_more_time_for_its_larger_table() -> None:
    server = Sketch()
    for memory in (128 * MB, 32768 * MB):
        run(server, {}, Limits(Bytes(memory), 1.0), BULK, WORK)
    (_, small), (_, large) = server.benches
    assert small < 70
    assert large > 600
