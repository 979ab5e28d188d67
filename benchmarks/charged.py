"""What a configuration costs by the memory model: at the profile's promise, and for exactly what a storm runs.

`promise` is what `pgfit recommend` would say of these settings. `as_run` charges the storm of src/pgfit/trial for what it
does and nothing else: each session what it holds and its sort and hash, one index build, one ANALYZE, no reserve. The first
must never be below a measured peak; the second says how close the model is.
"""

from collections.abc import Mapping
from typing import NamedTuple

from pgfit.catalog import catalog
from pgfit.inputs.options import Options, facts_from
from pgfit.model import Plan, Profile
from pgfit.profiles import load
from pgfit.trial.workloads import FACTS_PER_LIMIT
from pgfit.tune import plan
from pgfit.tune.measured import CONSTANTS
from pgfit.units import KB, MB, parse_size

__all__ = ["Cell", "as_run", "memory_of", "plan_of", "promise"]

NODES = 1.3
"""A storm's sort and hash together over work_mem × (1 + hash_mem_multiplier), where nobody has measured them."""
BUILD = 1.05
"""A btree index build over maintenance_work_mem."""
INDEX_ROW = 80
"""Bytes that the build of the storm's index sorts for each row: a text of 32 characters and its tuple."""
STATISTICS = 2 * MB
"""Of some forty relations, from 15 on."""
ANALYZED = 20_000 * 128
"""Bytes: the rows of `other` that one session analyzes, at the width that the profile takes for a row."""
BESIDE = 2
"""Sessions of the storm that build the index and vacuum."""

CHARGED = (
    "shared_buffers",
    "work_mem",
    "hash_mem_multiplier",
    "maintenance_work_mem",
    "autovacuum_work_mem",
    "max_connections",
    "max_worker_processes",
    "max_parallel_workers",
    "max_parallel_workers_per_gather",
    "max_parallel_maintenance_workers",
    "autovacuum_max_workers",
    "autovacuum_worker_slots",
    "io_method",
    "io_workers",
    "max_locks_per_transaction",
    "max_wal_senders",
    "max_replication_slots",
    "max_prepared_transactions",
    "wal_buffers",
    "default_statistics_target",
)
"""What the model asks of a configuration. jit is off: these servers are built without it."""


class Cell(NamedTuple):
    """A memory limit, a CPU quota and a major version, as the options spell them."""

    memory: str
    cpus: str
    postgres: int


def plan_of(cell: Cell, profile: Profile | None = None) -> Plan:
    """pgfit's own, for the profile `web` or another."""
    return plan(facts_from(Options(memory=cell.memory, cpus=cell.cpus, postgres=cell.postgres)), profile or load("web"))


def promise(cell: Cell, settings: Mapping[str, str]) -> Plan:
    """These settings, PostgreSQL's defaults beside them, charged as the profile `web` promises, whether that fits or not.

    Raises PgfitError for values that cannot be read.
    """
    known = catalog(cell.postgres)
    values = {name: known[name].default for name in CHARGED if name in known}
    values |= {name: value for name, value in settings.items() if name in values} | {"jit": "off"}
    fixed = tuple(f"{name}={value}" for name, value in values.items())
    options = Options(memory=cell.memory, cpus=cell.cpus, postgres=cell.postgres, settings=fixed, allow_overcommit=True)
    return plan(facts_from(options), load("web"))


def as_run(cell: Cell, charged: Plan, sessions: int, nodes: int | None = None, session: int | None = None) -> int:
    """Bytes that the storm of so many sessions should take under the settings of this plan.

    `nodes` are the bytes that the sort and hash of one of them hold, `session` those of a session before: storm_nodes.held
    and storm_nodes.session measure them. Else the model stands in, which charges more for both.
    """
    parts = {part.name: part.size for part in charged.budget.parts}
    constants = CONSTANTS[cell.postgres]
    work_mem, multiplier = memory_of(charged)
    each = (constants.session if session is None else session) + _size(charged, "shared_buffers") * constants.page_tables
    held = NODES * work_mem * (1 + multiplier) if nodes is None else nodes
    rows = parse_size(cell.memory) // FACTS_PER_LIMIT
    build = min(BUILD * _size(charged, "maintenance_work_mem"), rows * INDEX_ROW + 16 * KB)
    shared = parts["static_shared_memory"] + parts["server_processes"] + (STATISTICS if cell.postgres >= 15 else 0)
    return int(shared + (sessions + BESIDE) * each + sessions * held + build + ANALYZED)


def memory_of(charged: Plan) -> tuple[int, float]:
    """work_mem in bytes, and hash_mem_multiplier."""
    values = {one.setting.name: one.value for one in charged.settings}
    multiplier = values.get("hash_mem_multiplier", 1.0)
    assert isinstance(multiplier, int | float)
    return _size(charged, "work_mem"), float(multiplier)


def _size(charged: Plan, name: str) -> int:
    value = charged.value(name)
    assert isinstance(value, int)
    return value
