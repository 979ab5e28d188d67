r"""Which setting makes a workload faster or slower: pgfit's plan, and the same with one group of settings left at its default.

    python benchmarks/factors.py --memory 1G --cpus 1 --postgres 17 --workload mix --workload writes
    python benchmarks/factors.py --memory 2G --cpus 2 --workload analytics --group none --with "work_mem=4MB jit=on" --peer fixed
    python benchmarks/factors.py --memory 512M --postgres 18 --workload writes --group none --peer fixed --seconds 45 \
                                 --for-all checkpoint_timeout=30s      what is put off in a short run is paid in this one

All variants in interleaved rounds, in a real limit, the workloads one after the other on one start with full caches, as in
the matrix; the ratio is of the medians, over the whole plan's. A ratio above 1 names a rule that costs speed here. Survival
is not looked at: what a group takes from the worst case is the rule's reason.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

from charged import Cell
from disk import disk_of, disk_options
from matrix import SPEED, loaded, turned
from peers import configurations, settings_of
from pgfit.trial.place import Limits, Server
from pgfit.trial.run import Work, run_all
from pgfit.trial.workloads import Workload, data_scale
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


def in_turns(
    server: Server,
    variants: Mapping[str, Mapping[str, str]],
    limits: Limits,
    workloads: Sequence[Workload],
    work: Work,
    rounds: int,
) -> dict[str, dict[str, list[float]]]:
    """Transactions per second of each round, by workload and variant; each line is printed when it is known."""
    tps: dict[str, dict[str, list[float]]] = {one.name: {name: [] for name in variants} for one in workloads}
    for number in range(rounds):
        for name, settings in turned(list(variants.items()), number):
            for workload, outcome in zip(workloads, run_all(server, settings, limits, workloads, work), strict=True):
                tps[workload.name][name].append(outcome.tps)
                print(f"{number + 1} {workload.name:13} {name:45} {outcome.tps:9.2f} {outcome.failure}", flush=True)
    return tps


def tell(tps: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
    """The medians and their ratios to the first variant."""
    for workload, variants in tps.items():
        first = median(next(iter(variants.values())))
        for name, figures in variants.items():
            spread = f"{min(figures):.2f} to {max(figures):.2f}"
            ratio = median(figures) / first if first else 0
            print(f"{workload:13} {name:45} {median(figures):9.2f} ({spread})  {ratio:.2f} x", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memory", default="1G")
    parser.add_argument("--cpus", default="1")
    parser.add_argument("--postgres", type=int, default=17)
    parser.add_argument("--workload", action="append", required=True)
    parser.add_argument("--group", action="append", help="without only these; each in turn if not given; none: no group")
    parser.add_argument("--with", action="append", default=[], help="'NAME=VALUE …': a variant more, with these in the plan")
    parser.add_argument("--peer", action="append", default=[], help="what another tool prints, as a variant more")
    parser.add_argument("--for-all", default="", help="'NAME=VALUE …', set in every variant")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--clients", type=int, default=8, help="at most")
    disk_options(parser)
    given = parser.parse_args()
    disk = disk_of(given)
    cell = Cell(given.memory, given.cpus, given.postgres)
    made = configurations(cell, tuple(given.peer))
    plan, variants = made["pgfit"], {"the plan": made["pgfit"], "defaults": made["defaults"]}
    for group in [one for one in given.group or GROUPS if one != "none"]:
        less = {name: value for name, value in plan.items() if name not in GROUPS[group]}
        if less != plan:
            variants[f"without {group}"] = less
    for text in vars(given)["with"]:
        variants[f"with {text}"] = plan | settings_of(text)
    variants |= {name: made[name] for name in given.peer}
    variants = {name: settings | settings_of(given.for_all) for name, settings in variants.items()}
    limits = Limits(parse_size(given.memory), parse_cpus(given.cpus), disk.iops)
    work = Work(data_scale(limits.memory), given.seconds, given.clients)
    workloads = [one for one in SPEED if one.name in given.workload]
    with loaded(cell, disk) as place:
        tps = in_turns(place.server("all"), variants, limits, workloads, work, given.rounds)
    tell(tps)


if __name__ == "__main__":
    main()
