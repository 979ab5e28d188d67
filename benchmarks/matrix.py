"""pgfit against the others, in real limits: which configurations survive, and which is the fastest of those.

    python benchmarks/matrix.py                        the documented subset: about an hour, resumable
    python benchmarks/matrix.py --memory 256M --cpus 0.3 --postgres 17
    python benchmarks/matrix.py --all                  every cell: days

A cell is a memory limit, a CPU quota and a major version. In each, every configuration first holds its own storm. Those
that survive it, and PostgreSQL's defaults for comparison, do the other workloads once, and the best of them (pgfit and
the defaults always among them) do these again in interleaved rounds. `--everyone` lets those in that did not survive.
Every run is a line in the result file; what is there is not run again. The disk is bounded to 3000 reads and writes a
second where the machine can do that, as a common cloud volume is; `--iops 0` leaves it alone.

Needs root, cgroup v1 or v2, and real servers (python tools/fetch_servers.py).
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Mapping
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

from pgfit import __version__
from pgfit.catalog.values import print_value
from pgfit.inputs.options import Options, facts_from
from pgfit.model import Plan
from pgfit.profiles import load as load_profile
from pgfit.trial import Arm
from pgfit.trial.cgroup import Group, device_of, unavailable
from pgfit.trial.local import Local
from pgfit.trial.place import Limits, Server
from pgfit.trial.programs import find
from pgfit.trial.run import Work, run
from pgfit.trial.workloads import WORKLOADS, Workload, data_scale, load_script
from pgfit.tune import plan
from pgfit.units import parse_cpus, parse_size
from real_server import installed

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "matrix.jsonl"
MEMORY = ("128M", "256M", "512M", "1G", "2G", "4G")
CPUS = ("0.3", "1", "2")
MAJORS = (14, 16, 17, 18)
SUBSET = (("256M", "1", 17), ("512M", "1", 18), ("1G", "1", 16), ("128M", "0.3", 18), ("2G", "2", 17))
"""One of each limit but the largest, of each quota, of three majors."""
PEERS = ("fixed", "pgtune", "timescaledb-tune", "pgconfig", "pgAssistant", "KubeDB", "KubeBlocks", "Tembo", "Spilo", "StackGres")
SECONDS, ROUNDS, FINALISTS = 4, 3, 2
ALWAYS = ("pgfit", "defaults")
STORM_BOUND = 60.0
NOT_HERE = ("shared_preload_libraries", "archive_mode", "archive_command", "ssl", "logging_collector", "stats_temp_directory")
"""What a peer sets for its own image, and a bare server cannot have."""
NOT_BUILT_IN = {"io_method": "io_uring"}
"""pgtune's for 18: these servers are built without liburing, and would not start."""


class Cell(NamedTuple):
    memory: str
    cpus: str
    postgres: int


@cache
def peers() -> dict[str, list[dict[str, Any]]]:
    """What each of them prints for every cell."""
    found: dict[str, list[dict[str, Any]]] = json.loads((HERE / "peers.json").read_text())
    return found


def plan_of(cell: Cell) -> Plan:
    return plan(facts_from(Options(memory=cell.memory, cpus=cell.cpus, postgres=cell.postgres)), load_profile("web"))


def configurations(cell: Cell, names: tuple[str, ...] = PEERS) -> dict[str, dict[str, str]]:
    """By name; those that cannot be made for this cell are left out."""
    found = {
        "pgfit": {one.setting.name: print_value(one.value) for one in plan_of(cell).settings},
        "defaults": {"shared_buffers": "128MB"},
    }
    for name in names:
        for row in peers()[name]:
            if "/".join(map(str, cell)) in row["for"]:
                kept = {key: value for key, value in row["settings"].items() if key not in NOT_HERE}
                found[name] = {key: value for key, value in kept.items() if NOT_BUILT_IN.get(key) != value}
    return found


class Results:
    """Lines of JSON; what was measured once is not measured again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[dict[str, Any]] = []
        if path.exists():
            self.lines = [json.loads(line) for line in path.read_text().splitlines() if line]

    def add(self, line: Mapping[str, Any]) -> None:
        self.lines.append(dict(line))
        self.path.parent.mkdir(exist_ok=True)
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def promise(self, cell: Cell) -> None:
        """What pgfit's arithmetic says of this cell, once."""
        if not any("worst_case" in one and cell._asdict().items() <= one.items() for one in self.lines):
            made = plan_of(cell)
            self.add({**cell._asdict(), "worst_case": int(made.budget.worst_case), "version": __version__})

    def outcome(self, cell: Cell, workload: str, name: str, number: int) -> dict[str, Any] | None:
        wanted = {**cell._asdict(), "workload": workload, "configuration": name, "round": number}
        return next((one["outcome"] for one in self.lines if "outcome" in one and wanted.items() <= one.items()), None)


class Runner:
    """One cell."""

    def __init__(self, cell: Cell, results: Results, server: Server, limits: Limits) -> None:
        self.cell, self.results, self.server, self.limits = cell, results, server, limits
        self.work = Work(data_scale(limits.memory), SECONDS, 8, STORM_BOUND)

    def one(self, workload: Workload, arm: Arm, number: int) -> dict[str, Any]:
        there = self.results.outcome(self.cell, workload.name, arm.name, number)
        if there is not None:
            return there
        outcome = run(self.server, arm.settings, self.limits, workload, self.work)
        figures = {**outcome._asdict(), "peak": outcome.peak}
        where = {**self.cell._asdict(), "workload": workload.name, "configuration": arm.name, "round": number}
        self.results.add({**where, "at": time.strftime("%Y-%m-%d %H:%M"), "outcome": figures})
        said = outcome.failure or f"{outcome.tps:10.2f} tps"
        print(f"{' '.join(map(str, self.cell))}  {workload.name:9} {number} {arm.name:16} {said}", flush=True)
        return figures

    def cell_of(self, arms: list[Arm], names: tuple[str, ...], *, everyone: bool) -> None:
        storm = next(one for one in WORKLOADS if one.name == "storm")
        survived = {arm.name for arm in arms if not self.one(storm, arm, 1)["failure"]}
        entered = [arm for arm in arms if everyone or arm.name in survived or arm.name in ALWAYS]
        for workload in WORKLOADS:
            if workload.name in names and workload is not storm:
                self.contest(workload, entered)

    def contest(self, workload: Workload, arms: list[Arm]) -> None:
        """One round of all, then more of the best."""
        first = {arm.name: self.one(workload, arm, 1) for arm in arms}
        good = sorted((one for one in first if not first[one]["failure"]), key=lambda one: -first[one]["tps"])
        finalists = {*ALWAYS, *[one for one in good if one not in ALWAYS][:FINALISTS]}
        for number in range(2, ROUNDS + 2):
            for arm in arms:
                if arm.name in finalists:
                    self.one(workload, arm, number)


def machine(place: str) -> dict[str, Any]:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024
    cpus = len(os.sched_getaffinity(0))
    return {"machine": {"kernel": platform.release(), "cpu": model, "cpus": cpus, "memory_mb": memory, "place": place}}


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
    parser.add_argument("--iops", type=int, default=3000)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--directory", type=Path, default=Path("/var/tmp"))  # noqa: S108  a directory of its own is made there
    given = parser.parse_args()
    results = Results(given.results)
    for cell in cells(given):
        limits = Limits(parse_size(cell.memory), parse_cpus(cell.cpus), given.iops or None)
        if why := unavailable(limits):
            print(f"no limit can be set here: {why}", file=sys.stderr)
            return 2
        if cell.postgres not in installed():
            print(f"no PostgreSQL {cell.postgres} here: python tools/fetch_servers.py", file=sys.stderr)
            continue
        arms = [Arm(name, settings, limits) for name, settings in configurations(cell).items()]
        programs = find(cell.postgres, installed()[cell.postgres] / "bin")
        with Local(programs, partial(Group, device=device_of(given.directory)), "cgroup", given.directory) as place:
            if not any("machine" in line for line in results.lines):
                results.add(machine(place.what))
            results.promise(cell)
            place.load(data_scale(limits.memory), [load_script(limits.memory)])
            names = tuple(given.workload or (one.name for one in WORKLOADS))
            Runner(cell, results, place.server("all"), limits).cell_of(arms, names, everyone=given.everyone)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
