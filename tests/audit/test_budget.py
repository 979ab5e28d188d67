"""The budget of the running values: which of them count."""

from pgfit.model import Unknown
from pgfit.units import MB
from sketching import sketched


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
