r"""pgfit against the others, in real limits: which configurations survive, and which is the fastest of those.

    python benchmarks/matrix.py                        the documented subset: 70 minutes, resumable
    python benchmarks/matrix.py --memory 256M --cpus 0.3 --postgres 17
    python benchmarks/matrix.py --all                  every cell: days

A cell is a memory limit, a CPU quota and a major version. In each, every configuration first holds its own storm. Then
those that survive it, and PostgreSQL's defaults for comparison, do the other workloads in interleaved rounds, all of
them after one start in which the caches are filled once. After the first round only the two best of each workload go on,
beside pgfit and the defaults. Churn has nine short rounds of its own, each after a start: it depends most on what else the
machine does. `--everyone` lets those in that did not survive. Every run is a line in the result file;
what is there is not run again, unless pgfit's plan has changed since. The disk is bounded to 3000 reads and writes a
second where the machine can do that, as a common cloud volume is; `--iops 0` leaves it alone.

How fast a configuration reads depends on how far the disk is read ahead: 128 kB, Linux's default, is set while this runs.
`--storms` takes who survives, which does not depend on it, from other results:

    python benchmarks/matrix.py --read-ahead 8192 --storms benchmarks/results/matrix.jsonl \
                                --results benchmarks/results/read_ahead_8192.jsonl

The bound of the cgroup passes by what the kernel writes back (version 1), and a read below it does not wait. On a volume that is
slow by itself, which is made for the run (volume.py; needs nbdkit and nbdfuse), every request waits:

    python benchmarks/matrix.py --latency 1 --storms benchmarks/results/matrix.jsonl \
                                --results benchmarks/results/latency_1ms.jsonl

A checkpoint comes once in some minutes, so in 3 seconds a large shared_buffers puts off what it has to write. Longer, with a
checkpoint every 30 seconds in all of them:

    python benchmarks/matrix.py --workload writes --workload mix --seconds 60 --for-all checkpoint_timeout=30s \
                                --storms benchmarks/results/matrix.jsonl --results benchmarks/results/minute.jsonl

Needs root, cgroup v1 or v2, and real servers (python tools/fetch_servers.py).
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

from charged import Cell, as_run, memory_of, promise
from disk import Disk, described, disk_of, disk_options, prepared, read_ahead_kb
from peers import CROWD, configurations, crowded, fingerprint, settings_of
from pgfit.errors import PgfitError
from pgfit.trial import Arm
from pgfit.trial.cgroup import Group, device_of, unavailable
from pgfit.trial.local import Local
from pgfit.trial.place import Limits, Server
from pgfit.trial.programs import find
from pgfit.trial.run import Outcome, Work, run, run_all
from pgfit.trial.signals import cleaning_up
from pgfit.trial.workloads import WORKLOADS, Workload, data_scale, load_script
from pgfit.units import parse_cpus, parse_size
from real_server import installed
from stored import lines, measured_alike
from storm_nodes import held, session

T = TypeVar("T")
HERE = Path(__file__).parent
RESULTS = HERE / "results" / "matrix.jsonl"
MEMORY = ("128M", "256M", "512M", "1G", "2G", "4G")
CPUS = ("0.3", "1", "2")
MAJORS = (14, 16, 17, 18)
SUBSET = (("256M", "1", 17), ("512M", "1", 18), ("1G", "1", 16), ("2G", "2", 17), ("128M", "0.3", 18))
"""One of each limit but the largest, of each quota, of three majors."""
SECONDS, ROUNDS, FINALISTS = 3, 3, 2
ORDER = ("reads", "analytics", "mix", "writes", "bulk")
"""Of the workloads after one start: first those that write least."""
ALONE = {"churn": 9}
"""Rounds of those that have starts of their own."""
ALWAYS = ("pgfit", "defaults")
STORM_BOUND = 60.0
STORM = next(one for one in WORKLOADS if one.name == "storm")
SPEED = tuple(one for name in (*ORDER, *ALONE) for one in WORKLOADS if one.name == name)


def turned(ones: Sequence[T], number: int) -> list[T]:
    """In another order each round: nobody always follows the same one."""
    begin = number % len(ones)
    return [*ones[begin:], *ones[:begin]]


@contextmanager
def loaded(cell: Cell, disk: Disk, scale: int | None = None) -> Iterator[Local]:
    """A place for servers of this major, with data for this limit; SIGTERM too leaves nothing of it, and the disk as it was.

    Raises KeyError where there is no such server.
    """
    programs, memory = find(cell.postgres, installed()[cell.postgres] / "bin"), parse_size(cell.memory)
    with (
        cleaning_up(),
        prepared(disk) as directory,
        Local(programs, partial(Group, device=device_of(directory)), "cgroup", directory) as place,
    ):
        place.load(scale or data_scale(memory), [load_script(memory)])
        yield place


class Results:
    """Lines of JSON; what was measured once is not measured again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = lines(path)

    def add(self, line: Mapping[str, Any]) -> None:
        self.lines.append(dict(line))
        self.path.parent.mkdir(exist_ok=True)
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def outcome(self, cell: Cell, workload: str, arm: Arm, number: int) -> dict[str, Any] | None:
        """Of the same settings: what an earlier plan did says nothing of this one."""
        wanted = {
            **cell._asdict(),
            "workload": workload,
            "configuration": arm.name,
            "round": number,
            "of": fingerprint(arm.settings),
        }
        return next((one["outcome"] for one in self.lines if "outcome" in one and wanted.items() <= one.items()), None)


class How(NamedTuple):
    """How long each workload runs, how often, and what is set in all configurations alike, whatever they say themselves."""

    rounds: int = ROUNDS
    seconds: float = SECONDS
    for_all: Mapping[str, str] = {}

    def settings(self, arm: Arm) -> dict[str, str]:
        return {**arm.settings, **self.for_all}

    def told(self) -> dict[str, Any]:
        """For the stored results."""
        return {"seconds": self.seconds, "for_all": dict(self.for_all)}


class Runner:
    """One cell."""

    def __init__(
        self, cell: Cell, results: Results, server: Server, limits: Limits, how: How, storms: Results | None = None
    ) -> None:
        self.cell, self.results, self.server, self.limits, self.how = cell, results, server, limits, how
        self.storms = storms
        """Where it is known already who survives."""
        self.work = Work(data_scale(limits.memory), how.seconds, 8, STORM_BOUND)

    def one(self, workload: Workload, arm: Arm, number: int) -> dict[str, Any]:
        there = self.results.outcome(self.cell, workload.name, arm, number)
        if there is not None:
            return there
        return self.store(workload, arm, number, run(self.server, self.how.settings(arm), self.limits, workload, self.work))

    def store(self, workload: Workload, arm: Arm, number: int, outcome: Outcome) -> dict[str, Any]:
        figures = {**outcome._asdict(), "peak": outcome.peak}
        where = {**self.cell._asdict(), "workload": workload.name, "configuration": arm.name, "round": number}
        line = {**where, "of": fingerprint(arm.settings), "at": time.strftime("%Y-%m-%d %H:%M"), "outcome": figures}
        if workload is STORM:
            line |= self.charges(arm, outcome)
        self.results.add(line)
        said = outcome.failure or f"{outcome.tps:10.2f} tps"
        print(f"{' '.join(map(str, self.cell))}  {workload.name:9} {number} {arm.name:16} {said}", flush=True)
        return figures

    def charges(self, arm: Arm, outcome: Outcome) -> dict[str, int]:
        """What the memory model says of these settings; nothing where it cannot read them."""
        try:
            charged = promise(self.cell, arm.settings)
        except PgfitError:
            return {}
        sizes = {"limit": int(self.limits.memory), "worst_case": int(charged.budget.worst_case)}
        if not outcome.failure:
            each = {"nodes": held(self.cell.postgres, *memory_of(charged)), "session": session(self.cell.postgres)}
            sizes |= {**each, "as_run": as_run(self.cell, charged, outcome.sessions, **each)}
        return sizes

    def cell_of(self, arms: list[Arm], names: tuple[str, ...], *, everyone: bool) -> None:
        survived = {arm.name for arm in arms if self.survives(arm)}
        crowd = {} if self.storms else crowded(self.cell)
        if crowd:
            self.one(STORM, Arm(f"pgfit, {CROWD} sessions", crowd, self.limits), 1)
        entered = [arm for arm in arms if everyone or arm.name in survived or arm.name in ALWAYS]
        workloads = [one for one in SPEED if one.name in names]
        if workloads:
            self.contest(workloads, entered)

    def survives(self, arm: Arm) -> bool:
        known = self.storms and self.storms.outcome(self.cell, STORM.name, arm, 1)
        return not (known or self.one(STORM, arm, 1))["failure"]

    def contest(self, workloads: list[Workload], arms: list[Arm]) -> None:
        """One round of all, then more of the best; then those that run alone."""
        alone = [one for one in workloads if one.name in ALONE]
        workloads = [one for one in workloads if one.name not in ALONE]
        first = {arm.name: self.turn(workloads, arm, 1) for arm in arms}
        finalists = set(ALWAYS)
        for workload in workloads:
            tps = {name: found[workload.name]["tps"] for name, found in first.items() if not found[workload.name]["failure"]}
            best = sorted((name for name in tps if name not in ALWAYS), key=lambda name: -tps[name])
            finalists.update(best[:FINALISTS])
        for number in range(2, self.how.rounds + 1):
            for arm in arms:
                if arm.name in finalists:
                    self.turn(workloads, arm, number)
        for workload in alone:
            for number in range(1, ALONE[workload.name] + 1):
                for arm in turned(arms, number):
                    self.one(workload, arm, number)

    def turn(self, workloads: list[Workload], arm: Arm, number: int) -> dict[str, dict[str, Any]]:
        """All workloads on one start of the server."""
        there = {one.name: self.results.outcome(self.cell, one.name, arm, number) for one in workloads}
        missing = [one for one in workloads if there[one.name] is None]
        outcomes = run_all(self.server, self.how.settings(arm), self.limits, missing, self.work) if missing else []
        for workload, outcome in zip(missing, outcomes, strict=True):
            there[workload.name] = self.store(workload, arm, number, outcome)
        return {name: outcome for name, outcome in there.items() if outcome is not None}


def machine(place: Local, disk: Disk, how: How | None = None) -> dict[str, Any]:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024
    known = {"kernel": platform.release().partition("-")[0], "cpu": model, "cpus": len(os.sched_getaffinity(0))}
    slow = {**described(disk), "read_ahead_kb": read_ahead_kb(place.root)}
    return {"machine": {**known, "memory_mb": memory, "place": place.what, **slow, **(how or How()).told()}}


def cells(given: argparse.Namespace) -> Iterator[Cell]:
    if given.memory or given.cpus or given.postgres:
        wanted = product(given.memory or MEMORY[1:2], given.cpus or CPUS[1:2], given.postgres or MAJORS[2:3])
        yield from (Cell(*one) for one in wanted)
    elif given.all:
        yield from (Cell(*one) for one in product(MEMORY, CPUS, MAJORS))
    else:
        yield from (Cell(*one) for one in SUBSET)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memory", action="append")
    parser.add_argument("--cpus", action="append")
    parser.add_argument("--postgres", action="append", type=int)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--everyone", action="store_true")
    parser.add_argument("--workload", action="append")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="more of them tell more of the mix and bulk, which are noisy")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--for-all", default="", help="'NAME=VALUE …', set in every configuration")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--storms", type=Path, help="results that say who survives")
    disk_options(parser)
    given = parser.parse_args()
    disk, how = disk_of(given), How(given.rounds, given.seconds, settings_of(given.for_all))
    results, storms = Results(given.results), Results(given.storms) if given.storms else None
    measured_alike({**described(disk), **how.told()}, results.lines, given.results)
    for cell in cells(given):
        limits = Limits(parse_size(cell.memory), parse_cpus(cell.cpus), disk.iops)
        if why := unavailable(limits):
            print(f"no limit can be set here: {why}", file=sys.stderr)
            return 2
        if cell.postgres not in installed():
            print(f"no PostgreSQL {cell.postgres} here: python tools/fetch_servers.py", file=sys.stderr)
            continue
        arms = [Arm(name, settings, limits) for name, settings in configurations(cell).items()]
        with loaded(cell, disk) as place:
            if not any("machine" in line for line in results.lines):
                results.add(machine(place, disk, how))
            names = tuple(given.workload or (one.name for one in WORKLOADS))
            Runner(cell, results, place.server("all"), limits, how, storms).cell_of(arms, names, everyone=given.everyone)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
