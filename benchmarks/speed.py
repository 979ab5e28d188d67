"""What pgfit itself costs: the whole process against `python -c "import typer"`, plan() alone, memory.

    python benchmarks/speed.py [RUNS]

The commands are interleaved, so that a busy machine slows all of them alike; the ratio of medians is what counts.
Install pgfit from a wheel (`pip install .`): an editable install reads its profiles from YAML and is slower.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median, quantiles

from pgfit.inputs.options import Options, facts_from
from pgfit.profiles import load
from pgfit.tune import plan

FLAGS = ["recommend", "--memory", "256M", "--cpus", "0.3", "--format", "flags"]
PEAK = (
    "import resource, sys; from pgfit.cli.main import _run; _run(sys.argv[1:]);"
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
)


def seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def spread(times: list[float]) -> str:
    low, _, high = quantiles(times, n=4)
    return f"{median(times) * 1000:.1f} ms (quartiles {low * 1000:.1f}–{high * 1000:.1f})"


def plan_microseconds() -> list[float]:
    times = []
    for memory, cpus, profile in (
        ("256M", "0.3", "web"),
        ("1G", "1", "oltp"),
        ("16G", "8", "analytics"),
        ("4096G", "512", "mixed"),
    ):
        facts, chosen = facts_from(Options(memory=memory, cpus=cpus, connections=None)), load(profile)
        plan(facts, chosen)
        for _ in range(200):
            begun = time.perf_counter()
            plan(facts, chosen)
            times.append((time.perf_counter() - begun) * 1e6)
    return times


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    pgfit = str(Path(sys.executable).with_name("pgfit"))
    commands = {
        "import typer": [sys.executable, "-c", "import typer"],
        "pgfit recommend --format flags": [pgfit, *FLAGS],
        "pgfit recommend (table)": [pgfit, *FLAGS[:-2]],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(seconds(command))
    base = median(times["import typer"])
    for name, measured in times.items():
        print(f"{name:32} {spread(measured)}, {median(measured) / base:.2f} × import typer")
    plans = plan_microseconds()
    print(f"{'plan()':32} median {median(plans):.0f} µs, 95% below {quantiles(plans, n=20)[-1]:.0f} µs")
    done = subprocess.run([sys.executable, "-c", PEAK, *FLAGS], capture_output=True, text=True, check=True)
    print(f"{'memory of the process':32} {int(done.stderr.split()[-1]) / 1024:.1f} MB")
    print(json.dumps({"python": sys.version.split()[0], "page_size": resource.getpagesize()}))


if __name__ == "__main__":
    main()
