"""What the running settings may claim of the limit: the same model as `recommend`, on the values that run."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ..catalog import MAJORS, catalog
from ..errors import PgfitError
from ..model import Facts, Known, Part, Plan, Profile, Unknown, Value
from ..tune import RULES, plan
from ..tune.measured import CONSTANTS
from ..tune.shared_memory import Static
from ..units import MB, TB, Bytes, human
from .running import RunningServer

__all__ = ["Claims", "claims_of", "facts_of", "running_values"]

WITHOUT_LIMIT = Bytes(TB)
"""Stands for the limit where it is unknown, so that the claims can be told all the same."""
CHARGED = (
    *RULES,
    *Static._fields,
    "hash_mem_multiplier",
    "min_dynamic_shared_memory",
    "reserved_connections",
    "ssl",
    "enable_parallel_hash",
    "io_max_workers",
    "io_min_workers",
)
CHARGED_IF_CHOSEN = ("max_logical_replication_workers", "max_parallel_apply_workers_per_subscription")
"""Every server has the defaults of these, though few subscribe to anything."""


OF_SESSIONS = (
    "default_statistics_target",
    "enable_parallel_hash",
    "hash_mem_multiplier",
    "jit",
    "maintenance_work_mem",
    "max_parallel_maintenance_workers",
    "max_parallel_workers",
    "max_parallel_workers_per_gather",
    "temp_buffers",
)
"""What a role may have overridden, so that the server's own value is not told; a plan would choose one of its own."""


class Claims(NamedTuple):
    """The running settings' worst case. Sizes in bytes."""

    limit: Known[Bytes] | Unknown
    parts: tuple[Part, ...]
    promise: str
    static_by_model: int
    static_by_server: int | None
    """What the server says it allocated; it takes the model's place where it is known."""
    idle: int
    """Static memory once touched, the server's processes, and the sessions that are connected now."""
    session: int
    """One session without queries."""
    query: int
    """The sorts and hashes that one session may hold."""

    @property
    def worst_case(self) -> int:
        return sum(part.size for part in self.parts)

    @property
    def fits(self) -> bool | None:
        return self.worst_case <= self.limit.value if isinstance(self.limit, Known) else None

    @property
    def arithmetic(self) -> str:
        """`142 MB static shared memory + 7 MB server processes + …`, the largest first, none below 1 MB."""
        parts = sorted((one for one in self.parts if one.size >= MB), key=lambda one: -one.size)
        return " + ".join(f"{human(one.size)} {one.name.replace('_', ' ')}" for one in parts)

    def part(self, name: str) -> int:
        return next((one.size for one in self.parts if one.name == name), 0)


def running_values(server: RunningServer) -> dict[str, Value]:
    """What the model needs of the running settings; those of other majors and hidden ones are not in it."""
    major = min(server.major, MAJORS[-1])
    known = catalog(major)
    found = {}
    chosen = [name for name in CHARGED_IF_CHOSEN if name in server.settings and server.settings[name].source != "default"]
    for name in dict.fromkeys([*CHARGED, *chosen]):
        value = server.is_on(name) if name == "jit" else server.value(name)
        if name in known and value is not None and (name == "shared_preload_libraries" or not isinstance(value, str)):
            found[name] = value
    workers, slots = found.get("autovacuum_max_workers"), found.get("autovacuum_worker_slots")
    if isinstance(workers, int) and isinstance(slots, int):
        found["autovacuum_max_workers"] = min(workers, slots)  # 18 starts no more, and says so in its log
    return found


def facts_of(server: RunningServer, fixed: Mapping[str, Value]) -> Facts:
    """What is known of the server's container, with these settings decided."""
    memory = server.memory if isinstance(server.memory, Known) else Known(WITHOUT_LIMIT, "")
    major = min(server.major, MAJORS[-1])
    return Facts(memory=memory, cpus=server.cpus, postgres=major, fixed=MappingProxyType({**fixed}))


def claims_of(server: RunningServer, profile: Profile) -> Claims | Unknown:
    """Unknown where the settings cannot be seen, or contradict each other."""
    fixed = running_values(server)
    missing = [name for name in ("shared_buffers", "max_connections", "work_mem") if name not in fixed]
    missing += [name for name in OF_SESSIONS if name in server.settings and server.settings[name].value is None]
    if missing:
        return Unknown(f"{', '.join(missing)} cannot be seen")
    try:
        made = plan(facts_of(server, fixed)._replace(allow_overcommit=True), profile)
    except PgfitError as error:
        return Unknown(error.message)
    return _claims(server, made)


def _claims(server: RunningServer, made: Plan) -> Claims:
    by_model = next(part.size for part in made.budget.parts if part.name == "static_shared_memory")
    by_server = _allocated(server)
    parts = []
    for part in made.budget.parts:
        if part.name == "kernel_and_page_cache" and not isinstance(server.memory, Known):
            continue
        if part.name == "static_shared_memory" and by_server is not None:
            parts.append(Part(part.name, Bytes(by_server), f"as the server allocated it; the model says {human(by_model)}"))
        else:
            parts.append(part)
    sizes = {part.name: part.size for part in parts}
    connections = max(1, int(server.number("max_connections") or 1))
    session = sizes.get("sessions", 0) // connections
    constants = CONSTANTS[made.facts.postgres]
    compiled = constants.jit if server.is_on("jit") else 0  # only of sessions with large queries
    idle = sizes["static_shared_memory"] + constants.server + max(0, session - compiled) * (server.sessions or 0)
    return Claims(
        limit=server.memory,
        parts=tuple(parts),
        promise=made.budget.promise,
        static_by_model=by_model,
        static_by_server=by_server,
        idle=int(idle),
        session=session,
        query=sizes.get("queries", 0) // connections,
    )


def _allocated(server: RunningServer) -> int | None:
    """shared_memory_size (15 and later), or the sum of what it consists of."""
    size = server.size("shared_memory_size")
    if size:
        return int(size)
    total = server.count("shared_memory", "shared_bytes")
    return int(total) if total else None
