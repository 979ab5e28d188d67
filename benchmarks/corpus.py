"""What becomes of many compose files, and how long it takes.

    python benchmarks/corpus.py FOLDER --memory 512M --cpus 0.5        what stands in each file's way, and the times
    python benchmarks/corpus.py FOLDER --files                         and the outcome of each file

One process, one core, nothing written. A file's time is all that `pgfit compose` does with it once Python runs:
read, merge, plan, edit, and prove by reading the result again.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from pgfit.checks.compose import by_id
from pgfit.checks.lint import lint
from pgfit.errors import PgfitError
from pgfit.inputs.compose.project import read_project
from pgfit.inputs.options import Options
from pgfit.patch.fit import Wishes
from pgfit.patch.project import patch
from pgfit.profiles import load

MANY = 400
LARGE = 70_000

CLASSES = {
    "no memory limit": "no memory limit",
    "duplicate key": "a second time",
    "conflict marker": "conflict marker",
    "template": "a template",
    "broken YAML": "not YAML|a tab|invisible character",
    "not a compose file": "not a compose file|is not a mapping",
    "version out of support": "past its end of life|and pgfit knows",
    "Dockerfile not here": "is built from|Dockerfile",
    "start script or entrypoint": "start script|entrypoint|shell|bypass",
    "image unknown": "is not known|comes from .* not set here",
    "fragment without an image": "has no image here",
    "command cannot be read": "several words|the command is empty|neither a string",
    "variable holds more than settings": "holds more than settings",
    "a setting of its own is wrong": "would not start",
    "does not fit": "need|fit",
    "lines shared": "shared|would change",
}
"""Reasons, by words of the message; the first that matches."""


class Outcome(NamedTuple):
    what: str
    seconds: float
    text: str = ""


def reason_of(message: str) -> str:
    return next((name for name, words in CLASSES.items() if re.search(words, message)), "other")


def run(path: Path, wishes: Wishes) -> Outcome:
    begun = time.perf_counter()
    try:
        made = patch(read_project([str(path)]), wishes)
    except PgfitError as error:
        return Outcome(f"not read: {reason_of(error.message)}", time.perf_counter() - begun, str(error))
    spent = time.perf_counter() - begun
    if made.refused:
        refusal = next(one.refusal for one in made.refused if one.refusal)
        return Outcome(f"refused: {reason_of(refusal.message)}", spent, str(refusal))
    return Outcome("patched" if made.texts else "nothing to change" if made.fates else "no server", spent)


def table(counts: Counter[str], total: int) -> list[str]:
    rows = [f"{count:6} {100 * count / total:5.1f} %  {what}" for what, count in sorted(counts.items(), key=lambda one: -one[1])]
    for first in ("refused", "not read"):
        count = sum(one for what, one in counts.items() if what.startswith(first))
        rows.append(f"{count:6} {100 * count / total:5.1f} %  {first} in all")
    return [*rows, f"{total:6}          files"]


def spread(seconds: list[float]) -> str:
    low = sorted(seconds)
    high = quantiles(low, n=20)[-1] if len(low) > 1 else low[0]
    return f"median {median(low) * 1000:.1f} ms, 95 % below {high * 1000:.1f} ms, worst {low[-1] * 1000:.1f} ms"


def command(*arguments: str, runs: int = 5) -> float:
    """Seconds of a whole process, the best of some."""
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "pgfit", *arguments], check=False, capture_output=True)
        times.append(time.perf_counter() - begun)
    return min(times)


def linted(paths: Iterable[Path]) -> list[float]:
    """Seconds of each file that can be read."""
    ids, times = frozenset(by_id()), list[float]()
    for path in paths:
        begun = time.perf_counter()
        with suppress(PgfitError):
            list(lint(read_project([str(path)]), ids))
            times.append(time.perf_counter() - begun)
    return times


def main() -> None:
    about = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    about.add_argument("folder", type=Path, help="a folder of compose files; those below it too")
    about.add_argument("--memory", help="as of pgfit compose; without it, only files with limits are patched")
    about.add_argument("--cpus")
    about.add_argument("--files", action="store_true", help="print what becomes of each file")
    asked = about.parse_args()
    paths = sorted(path for path in asked.folder.rglob("*") if path.is_file())
    if not paths:
        sys.exit(f"there are no files in {asked.folder}")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    wishes = Wishes(load("web"), Options(memory=asked.memory, cpus=asked.cpus))

    begun = time.perf_counter()
    outcomes = {path: run(path, wishes) for path in paths}
    first = time.perf_counter() - begun
    if asked.files:
        for path, one in outcomes.items():
            print(f"{one.what:45} {path.name}{': ' + one.text if one.text else ''}")
    print("\n".join(table(Counter(one.what for one in outcomes.values()), len(paths))))
    print(f"{'each file':24} {spread([one.seconds for one in outcomes.values()])}")
    print(f"{'all of them':24} {first:.2f} s")

    many = [paths[number % len(paths)] for number in range(MANY)]
    begun = time.perf_counter()
    for path in many:
        run(path, wishes)
    print(f"{f'{MANY} files':24} {time.perf_counter() - begun:.2f} s")
    large = min(paths, key=lambda path: abs(path.stat().st_size - LARGE))
    limits = [part for name in ("memory", "cpus") if getattr(asked, name) for part in (f"--{name}", getattr(asked, name))]
    small = min((path for path in paths if outcomes[path].what == outcomes[large].what), key=lambda path: path.stat().st_size)
    size, told = large.stat().st_size / 1000, outcomes[large].what
    print(f"{f'{size:.0f} kB, {told}':24} {min(run(large, wishes).seconds for _ in range(5)) * 1000:.1f} ms once warm")
    version, least, whole = (
        command(*words) for words in (["--version"], *(["compose", "-f", str(one), *limits] for one in (small, large)))
    )
    print(
        f"{'  as a command':24} {whole * 1000:.0f} ms; the smallest file {least * 1000:.0f} ms, --version {version * 1000:.0f} ms"
    )
    print(f"{'lint, each file':24} {spread(linted(paths))}")


if __name__ == "__main__":
    main()
