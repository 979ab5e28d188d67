"""The stored results, read: what matrix.py and search.py wrote."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import exp, log
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from charged import Cell
from disk import READ_AHEAD
from pgfit.units import parse_size

__all__ = [
    "CONTESTED",
    "DEFAULTS",
    "MINE",
    "WORKLOADS",
    "Contest",
    "Distance",
    "Matrix",
    "Search",
    "lines",
    "mean",
    "measured_alike",
    "other_contests",
]

RESULTS = Path(__file__).parent / "results"
WORKLOADS = ("reads", "writes", "analytics", "bulk", "churn", "mix")
CONTESTED: Mapping[str, Sequence[str]] = {**{name: (name,) for name in WORKLOADS}, "all six": WORKLOADS}
"""What a search is for: each workload, and the geometric mean over all of them, of one configuration."""
MINE, DEFAULTS = "pgfit", "defaults"
OTHERS = {"minute": "minute", "read-ahead": "read_ahead_8192", "latency": "latency_1ms"}
Line = dict[str, Any]
USUAL: Mapping[str, Any] = {"read_ahead_kb": READ_AHEAD, "iops": 3000, "latency_ms": 0, "seconds": 3, "for_all": {}}
"""What stored results were measured with, where their machine's line does not say."""


def lines(path: Path) -> list[Line]:
    """None where there is no file yet."""
    return [json.loads(line) for line in path.read_text().splitlines() if line] if path.exists() else []


def measured_alike(here: Mapping[str, Any], stored: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Raises SystemExit where these results are of another disk, or of longer runs: they would be compared with each other."""
    known = next((line["machine"] for line in stored if "machine" in line), None)
    if known is None:
        return
    there = {**USUAL, **{name: known[name] for name in USUAL if name in known}}
    here = {**USUAL, **here, "read_ahead_kb": here.get("read_ahead_kb") or there["read_ahead_kb"]}
    others = [f"{name} {there[name]}, not {here[name]}" for name in USUAL if here[name] != there[name]]
    if others:
        raise SystemExit(f"{path} was measured with {'; '.join(others)}: --results names another file")


def mean(ratios: Sequence[float]) -> float:
    """Geometric."""
    return exp(sum(map(log, ratios)) / len(ratios))


class Contest(NamedTuple):
    """One workload in one cell: the median of each configuration that got through all of its rounds."""

    cell: Cell
    workload: str
    tps: Mapping[str, float]
    spread: float
    """Of pgfit's rounds: the distance of the extremes over the median."""

    def ratio(self, others: Sequence[str]) -> tuple[str, float] | None:
        """The best of the others, and pgfit's tps over its."""
        best = max((name for name in self.tps if name in others), key=lambda name: self.tps[name], default="")
        return (best, self.tps[MINE] / self.tps[best]) if best and self.tps.get(MINE) else None


class Matrix:
    """Runs of the same settings only: what was measured of an earlier plan in a cell is passed over."""

    def __init__(self, path: Path = RESULTS / "matrix.jsonl", storms: "Matrix | None" = None) -> None:
        """`storms`: other results that say who survives, where these hold none."""
        everything = lines(path)
        self.known = storms or self
        self.machine: Line = next((one["machine"] for one in everything if "machine" in one), {})
        runs = [one for one in everything if "of" in one]
        newest = {(self._cell(one), one["configuration"]): one["of"] for one in runs}
        self.runs = [one for one in runs if newest[self._cell(one), one["configuration"]] == one["of"]]
        found = {self._cell(one) for one in self.runs}
        self.cells = sorted(found, key=lambda cell: (parse_size(cell.memory), cell.cpus, cell.postgres))
        self.names = [name for name in dict.fromkeys(one["configuration"] for one in self.runs) if "," not in name]
        self.days = sorted({str(one["at"])[:10] for one in self.runs})

    @staticmethod
    def _cell(line: Mapping[str, Any]) -> Cell:
        return Cell(line["memory"], line["cpus"], line["postgres"])

    def plan(self, cell: Cell) -> str:
        """The fingerprint of pgfit's plan that was measured; '' where none was."""
        return next((str(one["of"]) for one in self.runs if (self._cell(one), one["configuration"]) == (cell, MINE)), "")

    def of(self, cell: Cell, workload: str) -> list[Line]:
        return [one for one in self.runs if (self._cell(one), one["workload"]) == (cell, workload)]

    def storms(self, cell: Cell) -> dict[str, Line]:
        """By configuration."""
        return {one["configuration"]: one for one in self.of(cell, "storm")}

    def survivors(self, cell: Cell) -> list[str]:
        """Peers: PostgreSQL's defaults are none."""
        held = [name for name, line in self.known.storms(cell).items() if not line["outcome"]["failure"]]
        return [name for name in held if name != DEFAULTS and not name.startswith(MINE)]

    def contests(self) -> Iterator[Contest]:
        for cell in self.cells:
            for workload in WORKLOADS:
                found = defaultdict(list)
                for one in self.of(cell, workload):
                    found[one["configuration"]].append(one["outcome"])
                if not found:
                    continue
                rounds = max(map(len, found.values()))
                good = {n: rows for n, rows in found.items() if len(rows) == rounds and not any(row["failure"] for row in rows)}
                own = [row["tps"] for row in good.get(MINE, [])]
                spread = (max(own) - min(own)) / median(own) if own else 0
                yield Contest(cell, workload, {n: median(row["tps"] for row in rows) for n, rows in good.items()}, spread)

    def against_each(self) -> dict[str, list[float]]:
        """pgfit's tps over that of each surviving peer, and of the defaults, in all workloads that both got through."""
        ratios: dict[str, list[float]] = {}
        for one in self.contests():
            for name in (*self.survivors(one.cell), DEFAULTS):
                if found := one.ratio([name]):
                    ratios.setdefault(name, []).append(found[1])
        return ratios

    def against_peers(self) -> list[tuple[Contest, str, float]]:
        """The contests in which a peer survived: with the best of them, and pgfit's tps over its."""
        found = [(one, one.ratio(self.survivors(one.cell))) for one in self.contests()]
        return [(contest, *best) for contest, best in found if best]


def other_contests(matrix: Matrix) -> dict[str, Matrix]:
    """Some of the same for longer, on a disk that is read ahead by 8 MB, and on a volume with a latency; those that there are."""
    found = {name: Matrix(RESULTS / f"{file}.jsonl", matrix) for name, file in OTHERS.items()}
    return {name: other for name, other in found.items() if other.cells}


class Distance(NamedTuple):
    """One workload at one size: pgfit over the best that the search found. None where no candidate was in the finals."""

    cell: Cell
    workload: str
    """Or all of them: a key of CONTESTED."""
    proved: float | None
    """Over the best that pgfit's arithmetic accepts with the same sessions."""
    surviving: float | None
    """Over the best that held the same sessions' storm, whatever the arithmetic says of it."""


class Search:
    def __init__(self, path: Path = RESULTS / "search.jsonl") -> None:
        self.lines = lines(path)
        self.machine: Line = next((one["machine"] for one in self.lines if "machine" in one), {})
        self.cells = list(dict.fromkeys(Cell(*one["cell"]) for one in self.lines if "final" in one))
        self.cells.sort(key=lambda cell: parse_size(cell.memory))

    def against(self, cell: Cell) -> str:
        """The fingerprint of pgfit's plan in the newest finals."""
        return str(self._finals(cell)[-1]["against"])

    def _finals(self, cell: Cell) -> list[Line]:
        return [one for one in self.lines if one.get("cell") == list(cell) and "final" in one]

    def tried(self, cell: Cell) -> list[Line]:
        return [one for one in self.lines if one.get("cell") == list(cell) and "tps" in one]

    def proved(self, cell: Cell) -> int:
        """How many of those that were tried pgfit's arithmetic accepts."""
        return sum(one["worst_case"] <= parse_size(cell.memory) for one in self.tried(cell))

    def distances(self) -> Iterator[Distance]:
        for cell in self.cells:
            newest = self.against(cell)
            finals = [one for one in self._finals(cell) if one["against"] == newest]
            limit = parse_size(cell.memory)
            proved = {one["final"] for one in finals if one["worst_case"] <= limit} - {MINE}
            held = {one["final"] for one in finals if one["storm_held"]} - {MINE}
            for name, workloads in CONTESTED.items():
                yield Distance(cell, name, *(_over(finals, workloads, others) for others in (proved, held)))


def _over(finals: Sequence[Line], workloads: Sequence[str], others: set[str]) -> float | None:
    """pgfit over the one of the others that does best in the geometric mean of these workloads; the median of its rounds."""
    tps = defaultdict(list)
    for one in finals:
        figures = [one["figures"].get(workload, 0.0) for workload in workloads]
        tps[one["final"]].append(mean(figures) if all(figures) else 0.0)
    good = {name: median(found) for name, found in tps.items() if all(found)}
    best = max((figure for name, figure in good.items() if name in others), default=None)
    return good[MINE] / best if best and MINE in good else None
