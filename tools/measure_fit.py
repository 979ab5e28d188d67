"""Fit the coefficients of the static shared memory to what `measure.py --out FILE static` has measured.

    python tools/measure_fit.py FILE MAJOR [--csv tests/measurements/shared_memory_MAJOR.csv]

Least squares of the relative error over all servers; then over half of them, to be judged by the other half. Features
that have steps must not count negatively: `at_most` would be no bound. --csv stores what was measured.
"""

import argparse
import csv
import json
from collections.abc import Mapping, Sequence
from math import sqrt
from pathlib import Path
from typing import Any

from pgfit.tune.measured import CONSTANTS
from pgfit.tune.shared_memory import BLOCK, Static, size

Measured = tuple[Static, float]
STEPS = ("p2(", "NB/", "fast-path")
IN_BLOCKS = {"shared_buffers", "wal_buffers"}
RENAMED = {"autovacuum_max_workers": "autovacuum_workers"}


def settings_of(row: Mapping[str, Any]) -> Static:
    found = {RENAMED.get(name, name): float(text) for name, text in row.items() if str(text).lstrip("-").isdigit()}
    if "autovacuum_worker_slots" in found:
        found["autovacuum_workers"] = found["autovacuum_worker_slots"]
    for name in IN_BLOCKS:
        found[name] *= BLOCK if found[name] > 0 else 1
    return Static(**{name: value for name, value in found.items() if name in Static._fields})


def least_squares(columns: Sequence[Sequence[float]], wanted: Sequence[float]) -> list[float]:
    """The coefficients of the columns whose sum is nearest to `wanted`: by Gram and Schmidt, each step done twice."""
    bases: list[list[float]] = []
    triangle: list[list[float]] = []
    for column in [*columns, wanted]:
        rest, parts = list(column), [0.0] * len(bases)
        for _ in range(2):
            for number, base in enumerate(bases):
                part = sum(one * other for one, other in zip(base, rest, strict=True))
                parts[number] += part
                rest = [one - part * other for one, other in zip(rest, base, strict=True)]
        length = sqrt(sum(one * one for one in rest))
        bases.append([one / (length or 1) for one in rest])
        triangle.append([*parts, length])
    found = [0.0] * len(columns)
    for number in reversed(range(len(columns))):
        known = sum(triangle[later][number] * found[later] for later in range(number + 1, len(columns)))
        found[number] = (triangle[-1][number] - known) / triangle[number][number]
    return found


def fit(major: int, measured: Sequence[Measured]) -> dict[str, float]:
    names = list(CONSTANTS[major].static)
    while True:
        columns = [[size(major, {name: 1.0}, settings) / real for settings, real in measured] for name in names]
        found = dict(zip(names, least_squares(columns, [1.0] * len(measured)), strict=True))
        negative = [name for name, value in found.items() if value < 0 and name.startswith(STEPS)]
        if not negative:
            return {name: round(value, 3) for name, value in found.items()}
        names.remove(negative[0])


def errors(major: int, coefficients: Mapping[str, float], measured: Sequence[Measured]) -> str:
    all_of_them = [size(major, coefficients, settings) / real - 1 for settings, real in measured]
    return f"{min(all_of_them):+.3%} .. {max(all_of_them):+.3%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("major", type=int)
    parser.add_argument("--csv", type=Path)
    given = parser.parse_args()
    rows: list[dict[str, Any]] = json.loads(given.file.read_text())["rows"]
    rows = [one for one in rows if one["part"] == "static" and one["major"] == given.major]
    measured = [(settings_of(one), float(one["bytes"])) for one in rows]
    print(f"{len(measured)} servers; present coefficients: {errors(given.major, CONSTANTS[given.major].static, measured)}")
    found = fit(given.major, measured)
    print(json.dumps(found, indent=4, ensure_ascii=False))
    print("fitted to all:", errors(given.major, found, measured))
    for half in (0, 1):
        judged = errors(given.major, fit(given.major, measured[half::2]), measured[1 - half :: 2])
        print(f"fitted to half {half + 1}, on the other half: {judged}")
    if given.csv:
        names = [name for name in rows[0] if name not in {"part", "major"}]
        with given.csv.open("w", newline="") as file:
            writer = csv.DictWriter(file, names, lineterminator="\n", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
