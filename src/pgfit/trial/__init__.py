"""Configurations against each other: a throwaway server in a real limit, the same work for each, in turns.

place.py says what a place must offer; local.py and containers.py are the two kinds, where.py chooses. workloads.py is
what is run, run.py runs one of them once, compare.py says what the figures of several rounds are worth.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from .place import Limits, Server
from .run import Outcome, Work, run
from .workloads import Workload

__all__ = ["Arm", "Run", "rounds"]


class Arm(NamedTuple):
    """One of the configurations."""

    name: str
    settings: Mapping[str, str]
    """As text, as a postgresql.conf has them."""
    limits: Limits


class Run(NamedTuple):
    workload: str
    arm: str
    round: int
    """From 1 on."""
    outcome: Outcome


def rounds(
    servers: Mapping[str, Server], arms: Sequence[Arm], workload: Workload, work: Work, numbers: Sequence[int]
) -> Iterator[Run]:
    """A B A B …: every arm once in each round, so that whatever else the machine does meets all of them alike."""
    for number in numbers:
        for arm in arms:
            yield Run(workload.name, arm.name, number, run(servers[arm.name], arm.settings, arm.limits, workload, work))
