"""Wishes that contradict each other, or would keep the server from starting. PostgreSQL says so only when it starts."""

from ..catalog import catalog
from ..catalog.values import default_of
from ..errors import BadValue
from ..model import Facts, Known
from ..units import MB

__all__ = ["check"]

SEGMENT = 16 * MB
"""initdb's default size of a WAL segment."""


def check(facts: Facts) -> None:
    """Raises BadValue, naming both sides of the contradiction."""
    fixed = facts.fixed

    def value(name: str) -> float:
        known = catalog(facts.postgres)
        found = fixed.get(name, default_of(known[name]) if name in known else 0)
        return 0.0 if isinstance(found, str) else float(found)

    if "max_connections" in fixed:
        connections, reserved = value("max_connections"), value("reserved_connections")
        if "superuser_reserved_connections" in fixed:
            reserved += value("superuser_reserved_connections")
        if reserved >= connections:
            raise BadValue(
                f"max_connections={connections:g} leaves nothing beside {reserved:g} reserved ones",
                hint="PostgreSQL refuses to start unless some are left",
                place="--set",
            )
        if isinstance(facts.connections, Known) and facts.connections.value > connections - reserved:
            raise BadValue(
                f"--connections {facts.connections.value} does not go into max_connections={connections:g}",
                hint="give one of the two",
                place="--set",
            )
    for name in ("min_wal_size", "max_wal_size"):
        if name in fixed and value(name) < 2 * SEGMENT:
            raise BadValue(
                f"{name} below two WAL segments ({2 * SEGMENT // MB}MB)",
                hint="PostgreSQL refuses to start with less",
                place="--set",
            )
    if fixed.get("wal_level") == "minimal" and value("max_wal_senders") > 0:
        raise BadValue(
            "wal_level=minimal forbids replication, but max_wal_senders is not 0",
            hint="add --set max_wal_senders=0, or leave wal_level at replica",
            place="--set",
        )
