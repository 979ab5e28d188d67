"""A plan in one line, for tests."""

from typing import Any

from pgfit.inputs.options import Options, facts_from
from pgfit.model import Plan
from pgfit.profiles import load
from pgfit.tune import plan

__all__ = ["plan_for"]


def plan_for(memory: str = "256M", cpus: str | None = "0.3", profile: str = "web", **options: Any) -> Plan:
    """plan_for("1G", "2", postgres=16, settings=("work_mem=8MB",))"""
    return plan(facts_from(Options(memory=memory, cpus=cpus, **options)), load(profile))
