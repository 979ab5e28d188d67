"""What several tests need: a plan in one line."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "benchmarks")]

from pgfit.inputs.options import Options, facts_from
from pgfit.model import Plan
from pgfit.profiles import load
from pgfit.tune import plan

PlanFor = Callable[..., Plan]


def plan_for(memory: str = "256M", cpus: str | None = "0.3", profile: str = "web", **options: Any) -> Plan:
    """plan_for("1G", "2", postgres=16, settings=("work_mem=8MB",))"""
    return plan(facts_from(Options(memory=memory, cpus=cpus, **options)), load(profile))


@pytest.fixture(scope="session")
def planned() -> PlanFor:
    return plan_for
