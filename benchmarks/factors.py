"""Which setting makes a workload faster or slower: pgfit's plan, and the same with one group of settings left at its default.

    python benchmarks/factors.py --memory 1G --cpus 1 --postgres 17 --workload mix --workload writes

All variants in interleaved rounds, in a real limit; the ratio is of the medians, over the whole plan's. A ratio above 1
names a rule that costs speed here. Survival is not looked at: what a group takes from the worst case is the rule's reason.
"""

import argparse
import sys
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

from charged import Cell
from matrix import configurations, loaded
from pgfit.trial.place import Limits
from pgfit.trial.run import Work, run
from pgfit.trial.workloads import WORKLOADS, data_scale
from pgfit.units import parse_cpus, parse_size

GROUPS = {
    "shared_buffers": ("shared_buffers",),
    "work_mem": ("work_mem", "hash_mem_multiplier"),
    "WAL": ("max_wal_size", "min_wal_size", "wal_buffers", "wal_compression"),
    "checkpoints": ("checkpoint_timeout", "checkpoint_completion_target", "checkpoint_flush_after"),
    "parallel": ("max_parallel_workers_per_gather", "max_parallel_workers", "max_worker_processes"),
    "planner": ("random_page_cost", "effective_cache_size", "enable_parallel_hash", "jit"),
    "I/O": ("effective_io_concurrency", "maintenance_io_concurrency", "io_method", "io_workers", "backend_flush_after"),
    "writer": ("bgwriter_delay", "bgwriter_lru_maxpages", "bgwriter_lru_multiplier", "bgwriter_flush_after"),
    "autovacuum": (
        "autovacuum_max_workers",
        "autovacuum_naptime",
        "autovacuum_vacuum_cost_delay",
        "autovacuum_vacuum_cost_limit",
        "autovacuum_vacuum_scale_factor",
        "autovacuum_analyze_scale_factor",
        "autovacuum_vacuum_insert_scale_factor",
        "autovacuum_work_mem",
    ),
    "logs": ("log_checkpoints", "log_temp_files", "log_lock_waits", "log_autovacuum_min_duration", "log_connections"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memory", default="1G")
    parser.add_argument("--cpus", default="1")
    parser.add_argument("--postgres", type=int, default=17)
    parser.add_argument("--workload", action="append", required=True)
    parser.add_argument("--group", action="append", help="only these; all if not given")
    parser.add_argument("--set", action="append", default=[], help="NAME=VALUE: a variant more, with this in the plan")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--iops", type=int, default=3000)
    parser.add_argument("--directory", type=Path, default=Path("/var/tmp"))  # noqa: S108  a directory of its own is made there
    given = parser.parse_args()
    cell = Cell(given.memory, given.cpus, given.postgres)
    made = configurations(cell, ())
    plan, variants = made["pgfit"], {"the plan": made["pgfit"], "defaults": made["defaults"]}
    for group in given.group or GROUPS:
        less = {name: value for name, value in plan.items() if name not in GROUPS[group]}
        if less != plan:
            variants[f"without {group}"] = less
    for text in given.set:
        name, _, value = text.partition("=")
        variants[f"with {text}"] = {**plan, name: value}
    limits = Limits(parse_size(given.memory), parse_cpus(given.cpus), given.iops or None)
    work = Work(data_scale(limits.memory), given.seconds, 8)
    with loaded(cell, given.directory) as place:
        server = place.server("all")
        for workload in (one for one in WORKLOADS if one.name in given.workload):
            tps: dict[str, list[float]] = {name: [] for name in variants}
            for _ in range(given.rounds):
                for name, settings in variants.items():
                    tps[name].append(run(server, settings, limits, workload, work).tps)
            whole = median(tps["the plan"])
            for name, figures in tps.items():
                spread = f"{min(figures):.2f} to {max(figures):.2f}"
                ratio = median(figures) / whole if whole else 0
                print(f"{workload.name:10} {name:28} {median(figures):9.2f} ({spread})  {ratio:.2f} x", flush=True)


if __name__ == "__main__":
    main()
