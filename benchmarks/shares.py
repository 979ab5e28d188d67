"""Which share of the limit shared_buffers should take: pgfit's plan with one share after the other, and what each costs.

    python benchmarks/shares.py --memory 1G --cpus 1 --postgres 16 --share 0.25 --share 0.07 --share 0.125 --share 0.65
    python benchmarks/shares.py --data 0.35 ...         data that fit into memory, instead of 1.5 times the limit

A larger share leaves fewer connections and a smaller work_mem, as it does for a user; the name of each variant tells them.
Rows are read and written evenly, and, in the workloads called skewed, by a Zipf distribution of exponent 1.07 over rows
that lie anywhere: a few of them are hot, and their pages hold cold ones too. The ratio is of the medians, over the first share.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

from charged import Cell, plan_of
from disk import disk_of, disk_options
from factors import in_turns, tell
from matrix import ORDER, SPEED, loaded
from peers import configurations, printed
from pgfit.profiles import load as load_profile
from pgfit.trial.place import Limits, Sample
from pgfit.trial.run import Work
from pgfit.trial.workloads import Workload, data_scale
from pgfit.units import parse_cpus, parse_size

EVEN = {one.name: one for one in SPEED}
ROW = "random(1, 100000 * :scale)"
SKEWED_ROW = "permute(random_zipfian(1, 100000 * :scale, 1.07), 100000 * :scale) + 1"


class Skewed(Workload):
    """Of the same weights as an even one; the caches are filled as for that."""

    def filling(self) -> list[Sample]:
        return EVEN["reads"].filling()


def skewed(name: str) -> Workload:
    even = EVEN[name]
    return Skewed(
        f"skewed {name}",
        even.about,
        (),
        warms=True,
        texts=[one._replace(text=one.text.replace(ROW, SKEWED_ROW)) for one in even.samples()],
    )


SKEWED = {name: skewed(name) for name in ("reads", "mix", "writes")}
WORKLOADS = [one for name in ORDER for one in (EVEN[name], SKEWED.get(name)) if one]


def variants(cell: Cell, shares: list[float], profile: str) -> dict[str, dict[str, str]]:
    """By what a user sees of them."""
    made = {}
    for share in shares:
        asked = load_profile(profile)._replace(shared_buffers_small_share=share, shared_buffers_share=share)
        one = printed(plan_of(cell, asked))
        made[f"{share} {one['shared_buffers']}, {one['max_connections']} sessions, {one['work_mem']}"] = one
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memory", default="1G")
    parser.add_argument("--cpus", default="1")
    parser.add_argument("--postgres", type=int, default=16, help="14 or later: the skewed workloads need permute()")
    parser.add_argument("--profile", default="web")
    parser.add_argument("--share", action="append", type=float, required=True, help="with page tables of all sessions")
    parser.add_argument("--data", type=float, default=1.5, help="of the limit")
    parser.add_argument("--workload", action="append", help="all if not given")
    parser.add_argument("--peer", action="append", default=[], help="what another tool prints, as a variant more")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=5)
    disk_options(parser)
    given = parser.parse_args()
    disk = disk_of(given)
    cell = Cell(given.memory, given.cpus, given.postgres)
    made = variants(cell, given.share, given.profile)
    made |= {name: configurations(cell, (name,))[name] for name in given.peer}
    limits = Limits(parse_size(given.memory), parse_cpus(given.cpus), disk.iops)
    scale = data_scale(limits.memory, given.data)
    workloads = [one for one in WORKLOADS if given.workload is None or one.name in given.workload]
    with loaded(cell, disk, scale) as place:
        tell(in_turns(place.server("all"), made, limits, workloads, Work(scale, given.seconds, 8), given.rounds))


if __name__ == "__main__":
    main()
