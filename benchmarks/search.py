"""How far pgfit is from the best that can be found: a random, then a coordinate search through configurations, at three sizes.

    python benchmarks/search.py                        150 configurations, at three sizes; resumable
    python benchmarks/search.py --configurations 150 --memory 1G --cpus 1 --postgres 16

Every candidate carries as many sessions as pgfit's plan, whose other settings it keeps, and should survive its storm by
`charged.as_run`: half of them are drawn at random, the others change one or two knobs of the best so far, for one
workload after the other. Then come the finals. The best candidate of each workload that really holds its storm, and the
best that pgfit's own arithmetic would accept, run against pgfit in interleaved rounds: what a search reports of its
winner is luck in part. The best for all workloads together is a finalist too: one configuration cannot be what six
winners are. Every line of the result file stands; what is there is not run again.
"""

import argparse
import json
import random
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

from charged import Cell, as_run, plan_of, promise
from disk import described, disk_of, disk_options
from matrix import SECONDS, SPEED, STORM, STORM_BOUND, loaded, machine
from peers import fingerprint, printed
from pgfit.catalog import catalog
from pgfit.trial import Arm
from pgfit.trial.cgroup import unavailable
from pgfit.trial.place import Limits, Server
from pgfit.trial.run import Work, run, run_all
from pgfit.trial.workloads import data_scale
from pgfit.units import MB, parse_cpus, parse_size
from real_server import installed
from stored import CONTESTED, lines, mean, measured_alike

RESULTS = Path(__file__).parent / "results" / "search.jsonl"
SIZES = {Cell("128M", "1", 16): 50, Cell("256M", "1", 17): 60, Cell("512M", "1", 18): 40}
"""With how many configurations are tried there: larger sizes take longer to fill."""
CONFIGURATIONS, ROUNDS = 50, 2
EXPLORING = 2
"""Seconds of each workload while candidates are looked for; the finals take as long as the matrix."""
TRIES = 4
"""Storms for each workload until a candidate holds its own."""
MINE = "pgfit"

SHARES: Mapping[str, tuple[float, ...]] = {
    "shared_buffers": (0.03, 0.06, 0.125, 0.1875, 0.25, 0.3125, 0.375, 0.4375, 0.5, 0.5625, 0.625),
    "maintenance_work_mem": (0.016, 0.03, 0.06, 0.12),
    "effective_cache_size": (0.25, 0.5, 0.75),
}
"""Of the memory limit."""
VALUES: Mapping[str, tuple[str, ...]] = {
    "work_mem": ("256kB", "512kB", "768kB", "1MB", "1536kB", "2MB", "3MB", "4MB", "8MB"),
    "hash_mem_multiplier": ("1", "2"),
    "max_wal_size": ("256MB", "512MB", "1GB", "2GB", "4GB"),
    "checkpoint_timeout": ("5min", "15min"),
    "wal_compression": ("off", "on"),
    "wal_buffers": ("-1", "4MB", "16MB"),
    "random_page_cost": ("1.1", "2", "4"),
    "effective_io_concurrency": ("1", "16", "64", "256"),
    "backend_flush_after": ("0", "512kB"),
    "bgwriter_lru_maxpages": ("0", "100", "400"),
    "bgwriter_delay": ("50ms", "200ms"),
    "max_parallel_workers_per_gather": ("0", "1", "2"),
    "max_parallel_maintenance_workers": ("0", "1"),
    "enable_memoize": ("on", "off"),
    "io_method": ("worker", "sync"),
    "io_workers": ("2", "3", "6"),
}
Knobs = dict[str, str]


class Search:
    """One size."""

    def __init__(self, cell: Cell, path: Path, server: Server, iops: int | None) -> None:
        self.cell, self.path, self.server = cell, path, server
        self.limits = Limits(parse_size(cell.memory), parse_cpus(cell.cpus), iops)
        self.work = Work(data_scale(self.limits.memory), SECONDS, 8, STORM_BOUND)
        self.plan = printed(plan_of(cell))
        known = catalog(cell.postgres)
        self.choices = {name: values for name, values in VALUES.items() if name in known}
        for name, shares in SHARES.items():
            self.choices[name] = tuple(f"{round(share * self.limits.memory / MB) or 1}MB" for share in shares)
        self.lines = [one for one in lines(path) if one.get("cell") == list(cell)]

    def add(self, line: Mapping[str, Any]) -> None:
        line = {"cell": list(self.cell), **line}
        self.lines.append(line)
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def settings(self, knobs: Knobs) -> dict[str, str]:
        workers = {"max_parallel_workers": "2"} if knobs["max_parallel_workers_per_gather"] != "0" else {}
        return {**self.plan, **knobs, **workers}

    # -- candidates ---------------------------------------------------------------------------------------------

    def expected(self, knobs: Knobs) -> tuple[int, int]:
        """Bytes: of the promise, and of its storm."""
        charged = promise(self.cell, self.settings(knobs))
        return int(charged.budget.worst_case), as_run(self.cell, charged, int(self.plan["max_connections"]) - 3)

    def candidate(self, number: int, configurations: int) -> Knobs:
        draw = random.Random(f"{self.cell} {number}")  # noqa: S311  repeatable on purpose
        for _ in range(1000):
            knobs = self.drawn(draw) if number <= configurations // 2 else self.changed(draw, number)
            if self.expected(knobs)[1] <= self.limits.memory:
                return knobs
        raise RuntimeError("no candidate that could survive")

    def drawn(self, draw: random.Random) -> Knobs:
        return {name: draw.choice(values) for name, values in self.choices.items()}

    def changed(self, draw: random.Random, number: int) -> Knobs:
        """One or two steps from the best so far, of the workload whose turn it is."""
        workload = SPEED[number % len(SPEED)].name
        tried = [one for one in self.lines if "tps" in one]
        best: Knobs = max(tried, key=lambda one: one["tps"].get(workload, 0))["knobs"]
        knobs = dict(best)
        for name in draw.sample(sorted(self.choices), draw.choice((1, 2))):
            values = self.choices[name]
            at = values.index(knobs[name]) if knobs[name] in values else 0
            knobs[name] = values[min(len(values) - 1, max(0, at + draw.choice((-1, 1))))]
        return knobs

    def explore(self, configurations: int) -> None:
        done = {one["number"] for one in self.lines if "tps" in one}
        for number in range(1, configurations + 1):
            if number in done:
                continue
            knobs = self.candidate(number, configurations)
            quick = self.work._replace(seconds=EXPLORING)
            outcomes = run_all(self.server, self.settings(knobs), self.limits, SPEED, quick)
            tps = {one.name: outcome.tps for one, outcome in zip(SPEED, outcomes, strict=True) if outcome.survived}
            worst_case, expected = self.expected(knobs)
            self.add({"number": number, "knobs": knobs, "worst_case": worst_case, "as_run": expected, "tps": tps})
            print(f"{' '.join(map(str, self.cell))} {number:3} {' '.join(f'{n} {v:.2f}' for n, v in tps.items())}", flush=True)

    # -- finals -------------------------------------------------------------------------------------------------

    def finalists(self) -> dict[str, dict[str, Any]]:
        """By name: the best that survives, and the best that the arithmetic accepts, of each workload and of all together."""
        tried = [one for one in self.lines if "tps" in one]
        chosen: dict[str, dict[str, Any]] = {}
        for names in CONTESTED.values():
            able = [one for one in tried if all(one["tps"].get(name) for name in names)]
            ranked = sorted(able, key=lambda one: -mean([one["tps"][name] for name in names]))
            proved = next((one for one in ranked if self.expected(one["knobs"])[0] <= self.limits.memory), None)
            surviving = next((one for one in ranked[:TRIES] if self.holds(one)), None)
            for one in (proved, surviving):
                if one is not None:
                    chosen[f"candidate {one['number']}"] = one
        return chosen

    def holds(self, candidate: Mapping[str, Any]) -> bool:
        """Whether it survives the storm of pgfit's sessions, which is run once."""
        arm = Arm("", self.settings(candidate["knobs"]), self.limits)
        if self.storm(arm) is None:
            outcome = run(self.server, arm.settings, self.limits, STORM, self.work)
            self.add(
                {
                    "storm": fingerprint(arm.settings),
                    "number": candidate["number"],
                    "failure": outcome.failure,
                    "peak": outcome.peak,
                }
            )
        return self.held(arm)

    def storm(self, arm: Arm) -> dict[str, Any] | None:
        return next((one for one in self.lines if one.get("storm") == fingerprint(arm.settings)), None)

    def held(self, arm: Arm) -> bool:
        """Whether its storm was run, and held."""
        known = self.storm(arm)
        return known is not None and not known["failure"]

    def finals(self) -> None:
        """In turns. Each line says of its configuration, with pgfit's present sessions, what the storm and the arithmetic say."""
        candidates = self.finalists()
        arms = {MINE: self.plan, **{name: self.settings(one["knobs"]) for name, one in candidates.items()}}
        own = fingerprint(self.plan)
        for number in range(1, ROUNDS + 1):
            for name, settings in arms.items():
                line = {"final": name, "round": number, "against": own}
                if any(line.items() <= one.items() for one in self.lines):
                    continue
                outcomes = run_all(self.server, settings, self.limits, SPEED, self.work)
                figures = {one.name: outcome.tps for one, outcome in zip(SPEED, outcomes, strict=True) if outcome.survived}
                worst_case = int(promise(self.cell, settings).budget.worst_case)
                known = {"worst_case": worst_case, "storm_held": self.held(Arm(name, settings, self.limits))}
                self.add({**line, "figures": figures, **known})
                print(f"{' '.join(map(str, self.cell))} {name} {number} {figures}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memory")
    parser.add_argument("--cpus", default="1")
    parser.add_argument("--postgres", type=int, default=17)
    parser.add_argument("--configurations", type=int, help="at each size")
    parser.add_argument("--only", choices=("explore", "finals"))
    parser.add_argument("--results", type=Path, default=RESULTS)
    disk_options(parser)
    given = parser.parse_args()
    disk = disk_of(given)
    sizes = {Cell(given.memory, given.cpus, given.postgres): CONFIGURATIONS} if given.memory else SIZES
    measured_alike(described(disk), lines(given.results), given.results)
    for cell, configurations in sizes.items():
        if why := unavailable(Limits(parse_size(cell.memory), parse_cpus(cell.cpus), disk.iops)):
            raise SystemExit(f"no limit can be set here: {why}")
        if cell.postgres not in installed():
            print(f"no PostgreSQL {cell.postgres} here: python tools/fetch_servers.py", file=sys.stderr)
            continue
        with loaded(cell, disk) as place:
            if not any("machine" in one for one in lines(given.results)):
                given.results.write_text(json.dumps(machine(place, disk)) + "\n")
            search = Search(cell, given.results, place.server("all"), disk.iops)
            if given.only != "finals":
                search.explore(given.configurations or configurations)
            if given.only != "explore":
                search.finals()


if __name__ == "__main__":
    main()
