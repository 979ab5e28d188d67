"""Where a trial can take place, what it must say wherever its servers ran, and what it must not leave."""

import os
from pathlib import Path
from typing import Any

import pytest

from pgfit.trial.cgroup import ROOT, unavailable
from pgfit.trial.owned import PREFIX
from pgfit.trial.place import Limits, NoPlace
from pgfit.trial.programs import find
from pgfit.units import MB, Bytes

__all__ = ["assert_storm_and_reads", "left_behind", "limited"]


def _why_not() -> str:
    try:
        find(None)
    except NoPlace as error:
        return str(error)
    return unavailable(Limits(Bytes(128 * MB), 1.0))


limited = pytest.mark.skipif(bool(_why_not()), reason=f"no trial can take place here: {_why_not()}")


def assert_storm_and_reads(made: dict[str, Any]) -> None:
    """Of the JSON document of one round of both. Structure and survival, never speed."""
    assert made["safe"]
    assert [(run["workload"], run["configuration"]) for run in made["runs"]] == [
        ("reads", "defaults"),
        ("reads", "pgfit"),
        ("storm", "defaults"),
        ("storm", "pgfit"),
    ]
    mine = made["runs"][-1]
    assert mine["sessions"] > 1
    assert 10 * MB < mine["peak"] <= made["worst_case"] <= made["limits"]["memory"]
    assert made["runs"][1]["transactions"] > 0
    assert made["runs"][1]["p95_ms"] > 0


def left_behind(where: Path, pid: int) -> list[str]:
    """Directories, cgroups and processes of a trial."""
    groups = [str(one) for one in [*ROOT.glob(f"{PREFIX}{pid}-*"), *ROOT.glob(f"*/{PREFIX}{pid}-*")]]
    processes = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if (place / "cwd").readlink().is_relative_to(where) and int(place.name) != os.getpid():
                processes.append((place / "cmdline").read_text())
        except OSError:
            continue
    return [*groups, *processes, *(str(one) for one in where.glob(f"{PREFIX}*"))]
