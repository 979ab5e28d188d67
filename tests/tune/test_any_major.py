"""A plan for a major that is not known starts, and fits, in each."""

import pytest

from pgfit.catalog import MAJORS, catalog
from pgfit.catalog.values import parse, print_value
from pgfit.errors import DoesNotFit
from pgfit.inputs.options import Options, facts_from
from pgfit.model import Plan
from pgfit.profiles import load
from pgfit.tune import plan
from pgfit.tune.any_major import plan_for_any

SIZES = ("64M", "128M", "256M", "512M", "1G", "4G", "32G")


def made_for(memory: str, profile: str = "web", **more: object) -> Plan:
    options = Options(memory=memory, cpus="1")._replace(**more)  # type: ignore[arg-type]  # the caller's business
    return plan_for_any(facts_from(options._replace(postgres=MAJORS[0])), load(profile))


@pytest.mark.parametrize("memory", SIZES)
@pytest.mark.parametrize("profile", ["web", "analytics", "vector"])
def test_its_settings_fit_in_every_major(memory: str, profile: str) -> None:
    made = made_for(memory, profile)
    started = {18: ("io_method=worker", "io_workers=3"), 19: ("io_method=worker", "io_max_workers=8")}
    for major in MAJORS:
        fixed = tuple(f"{one.setting.name}={print_value(one.value)}" for one in made.settings) + started.get(major, ())
        facts = facts_from(Options(memory=memory, cpus="1", postgres=major, settings=fixed))
        assert plan(facts, load(profile)).budget.overcommit == 0


@pytest.mark.parametrize("memory", SIZES)
def test_every_major_takes_its_settings(memory: str) -> None:
    for one in made_for(memory).settings:
        for major in MAJORS:
            assert parse(catalog(major)[one.setting.name], print_value(one.value)) == one.value


def test_only_settings_that_all_majors_have() -> None:
    names = {one.setting.name for one in made_for("4G", extensions=("timescaledb",)).settings}
    assert {"io_workers", "vacuum_buffer_usage_limit", "autovacuum_worker_slots", "reserved_connections"}.isdisjoint(names)
    assert {"shared_buffers", "work_mem", "max_connections", "timescaledb.max_background_workers"} <= names


def test_what_fits_in_none_is_refused() -> None:
    with pytest.raises(DoesNotFit):
        made_for("16M")
