"""The budget of the running values: which of them count."""

import pytest

from pgfit.audit.budget import OF_SESSIONS, claims_of, running_values
from pgfit.audit.running import RunningServer
from pgfit.model import Unknown
from pgfit.profiles import load
from pgfit.units import MB
from sketching import sketched, snapshot


def processes(settings: str) -> int:
    """Bytes of the server's processes."""
    claims = sketched(f"memory: 4G\nsettings: {{{settings}}}").claims
    assert not isinstance(claims, Unknown)
    return claims.part("server_processes")


def test_workers_of_subscriptions_count_where_somebody_chose_their_number() -> None:
    quiet = processes("max_connections: 40")
    few = processes("max_connections: 40, max_logical_replication_workers: 6, max_parallel_apply_workers_per_subscription: 0")
    assert 6 * 2 * MB < few - quiet < 6 * 4 * MB
    assert processes("max_connections: 40, max_parallel_apply_workers_per_subscription: 0") == quiet


@pytest.mark.parametrize("name", [*OF_SESSIONS, "work_mem"])
def test_a_value_that_a_role_hides_is_none_of_pgfits_own(name: str) -> None:
    """Under a role's own there may be a flag, of a server that has some, where neither flags nor their absence were told."""
    made = snapshot({"settings": {"port": "5433"}, "sources": {"port": "command line", name: "user"}})
    assert claims_of(RunningServer(made), load("web")) == Unknown(f"{name} cannot be seen")
    told = made._replace(rows={**made.rows, "flags": ()})
    assert not isinstance(claims_of(RunningServer(told), load("web")), Unknown)


def test_a_server_starts_no_more_autovacuum_workers_than_it_has_slots_for() -> None:
    """It warns and goes on, where a plan would be refused: what is counted, and what would fit, is told all the same."""
    running = running_values(sketched("settings: {autovacuum_max_workers: 40, autovacuum_worker_slots: 4}").server)
    assert (running["autovacuum_max_workers"], running["autovacuum_worker_slots"]) == (4, 4)
