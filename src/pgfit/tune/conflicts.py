"""Wishes that contradict each other, or would keep the server from starting. PostgreSQL says so only when it starts."""

from collections.abc import Iterator

from ..catalog import catalog
from ..catalog.values import default_of
from ..errors import BadValue
from ..model import Facts, Known
from ..units import KB, MB
from . import extensions
from .demand import SLRU, for_superusers

__all__ = ["check"]

SEGMENT = 16 * MB
"""initdb's default size of a WAL segment."""
MOST_BACKENDS = 262_143


Contradiction = tuple[str, str]
"""What is wrong, and what to do."""


def check(facts: Facts) -> None:
    """Raises BadValue with the first contradiction, and what to do."""
    for look in (_connections, _processes, _wal, _sizes, _libraries):
        for message, hint in look(facts):
            raise BadValue(message, hint=hint, place="--set")


def _value(facts: Facts, name: str) -> float:
    """The fixed value, or PostgreSQL's default."""
    known = catalog(facts.postgres)
    found = facts.fixed.get(name, default_of(known[name]) if name in known else 0)
    return 0.0 if isinstance(found, str) else float(found)


def _connections(facts: Facts) -> Iterator[Contradiction]:
    if "max_connections" not in facts.fixed:
        return
    connections, asked = _value(facts, "max_connections"), facts.connections
    superusers = for_superusers(asked.value if isinstance(asked, Known) else connections)
    if "superuser_reserved_connections" in facts.fixed:
        superusers = int(_value(facts, "superuser_reserved_connections"))
    reserved = superusers + _value(facts, "reserved_connections")
    beside = f"{reserved:g} reserved ones" + f", {superusers} of them for superusers" * (0 < superusers < reserved)
    if reserved >= connections:
        message = f"max_connections={connections:g} leaves nothing beside {beside}"
        yield message, "PostgreSQL refuses to start unless some are left"
    if isinstance(asked, Known) and asked.value > connections - reserved:
        message = f"--connections {asked.value} does not go into max_connections={connections:g} beside {beside}"
        yield message, "give one of the two"


def _processes(facts: Facts) -> Iterator[Contradiction]:
    names = ("max_connections", "max_worker_processes", "max_wal_senders", "autovacuum_worker_slots")
    if sum(_value(facts, name) for name in names) > MOST_BACKENDS - 8:
        yield "connections, workers and senders are more processes than PostgreSQL can count", f"{MOST_BACKENDS} in all"
    if facts.fixed.get("io_max_concurrency") == 0:
        yield "io_max_concurrency=0 keeps the server from starting", "-1 lets PostgreSQL choose"
    both = {"autovacuum_max_workers", "autovacuum_worker_slots"} <= set(facts.fixed)
    asked, slots = _value(facts, "autovacuum_max_workers"), _value(facts, "autovacuum_worker_slots")
    if both and asked > slots and not facts.allow_overcommit:  # such a server starts, with a warning
        yield f"autovacuum_max_workers={asked:g} is above autovacuum_worker_slots={slots:g}", "give one of the two"
    both = {"io_min_workers", "io_max_workers"} <= set(facts.fixed)
    if both and _value(facts, "io_min_workers") > _value(facts, "io_max_workers"):
        yield "io_min_workers is above io_max_workers", "give one of the two"


def _wal(facts: Facts) -> Iterator[Contradiction]:
    for name in ("min_wal_size", "max_wal_size"):
        if name in facts.fixed and _value(facts, name) < 2 * SEGMENT:
            yield f"{name} is below two WAL segments ({2 * SEGMENT // MB}MB)", "PostgreSQL refuses to start with less"
    if facts.fixed.get("wal_level") != "minimal":
        return
    if _value(facts, "max_wal_senders") > 0:
        message = "wal_level=minimal forbids replication, but max_wal_senders is not 0"
        yield message, "add --set max_wal_senders=0, or leave wal_level at replica"
    for name in ("archive_mode", "summarize_wal"):
        if facts.fixed.get(name) in (True, "on", "always"):
            yield f"{name} needs more than wal_level=minimal", "leave wal_level at replica"


def _sizes(facts: Facts) -> Iterator[Contradiction]:
    if "vacuum_buffer_usage_limit" in facts.fixed and 0 < _value(facts, "vacuum_buffer_usage_limit") < 128 * KB:
        yield "vacuum_buffer_usage_limit is 0 or at least 128kB", "PostgreSQL refuses to start otherwise"
    for name in SLRU:
        if name in facts.fixed and _value(facts, name) % (128 * KB):
            yield f"{name} must be a multiple of 16 blocks, 128kB", "PostgreSQL refuses to start otherwise"


def _libraries(facts: Facts) -> Iterator[Contradiction]:
    libraries = facts.fixed.get("shared_preload_libraries")
    if not isinstance(libraries, str):
        return
    loaded = extensions.libraries(libraries)
    for one in extensions.wanted(facts.extensions, None):
        if one.preload and one.preload not in loaded:
            message = f"shared_preload_libraries={libraries} lacks {one.preload}, which --extension {one.name} needs"
            yield message, f"add {one.preload} to it, or leave it to pgfit"
