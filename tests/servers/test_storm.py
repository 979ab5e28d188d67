"""The promise, kept by real servers in real memory limits; and PostgreSQL's defaults, which break it."""

import pytest

from memory_cgroup import unavailable
from pgfit.render.flags import arguments
from pgfit.units import MB, parse_size
from planning import plan_for
from real_server import installed
from storm import Outcome, storm

pytestmark = [
    pytest.mark.storm,
    pytest.mark.skipif(bool(unavailable()), reason=f"no memory limit can be set here: {unavailable()}"),
]


def blow(major: int, memory: str, flags: list[str], bound: float = 120) -> Outcome:
    if major not in installed():
        pytest.skip(f"no PostgreSQL {major} here: python tools/fetch_servers.py fetches it")
    return storm(major, parse_size(memory), flags, bound=bound)


@pytest.mark.parametrize("major", [14, 16, 18])
@pytest.mark.parametrize(("memory", "cpus"), [("256M", "0.3"), ("512M", "0.5"), ("1G", "1")])
def test_a_plan_survives_its_own_promise(memory: str, cpus: str, major: int) -> None:
    made = plan_for(memory, cpus, postgres=major)
    outcome = blow(major, memory, arguments(made))
    assert outcome.survived, outcome
    assert outcome.sessions == made.application_connections + made.reserved_connections - 3
    assert outcome.sort_share > 0.85  # it really held its sort
    assert outcome.hash_spilled  # and a hash as large as it may get
    assert 0.4 * made.budget.worst_case < outcome.peak <= made.budget.worst_case


def test_the_smallest_container_survives_too() -> None:
    outcome = blow(18, "64M", arguments(plan_for("64M", "0.25")))
    assert outcome.survived, outcome


def test_1_gb_carries_92_sessions() -> None:
    outcome = blow(18, "1G", arguments(plan_for("1G", "1", connections=92)))
    assert outcome.survived, outcome
    assert outcome.sessions == 92


def test_postgresqls_defaults_are_killed_or_stall_at_256_mb() -> None:
    outcome = blow(16, "256M", [], bound=60)
    assert not outcome.survived, outcome
    assert outcome.oom_kills > 0 or "within 60 s" in outcome.error or "closed the connection" in outcome.error


def test_a_plan_of_twice_the_memory_does_not_survive() -> None:
    """So a plan that promised too much would be caught: the 512 MB plan's own sessions kill a 256 MB limit."""
    outcome = blow(16, "256M", arguments(plan_for("512M", "0.5", postgres=16)), bound=60)
    assert not outcome.survived, outcome
    assert outcome.peak > 240 * MB
