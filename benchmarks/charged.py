"""What a configuration costs by the memory model: at the profile's promise, and for exactly what a storm runs.

`promise` is what `pgfit recommend` would say of these settings. `as_run` charges the storm of src/pgfit/trial for what it
does and nothing else: each session one sort that just fits and one hash aggregate over integers that just does not, each
at its own measured factor, one index build, no reserve. The first must never be below a measured peak; the second says
how close the model is.
"""

from collections.abc import Mapping
from typing import NamedTuple

from pgfit.catalog import catalog
from pgfit.inputs.options import Options, facts_from
from pgfit.model import Plan
from pgfit.profiles import load
from pgfit.trial.workloads import FACTS_PER_LIMIT
from pgfit.tune import plan
from pgfit.tune.measured import CONSTANTS
from pgfit.units import KB, MB, parse_size

__all__ = ["Cell", "as_run", "plan_of", "promise"]

SORT = 1.06
"""Over work_mem, of rows of 200 bytes: docs/memory-model.md, section 2's table of nodes."""
HASH = {14: 1.35, 15: 1.65, 16: 1.65, 17: 1.65, 18: 1.1}
"""A hash aggregate over integers that spills, over work_mem × hash_mem_multiplier."""
NODE = 0.2 * MB
"""Each node beside its work_mem; half of that which the promise charges for the smallest ones."""
BUILD = 1.05
"""A btree index build over maintenance_work_mem."""
INDEX_ROW = 80
"""Bytes that the build of the storm's index sorts for each row: a text of 32 characters and its tuple."""
STATISTICS = 2 * MB
"""Of some forty relations, from 15 on."""
BESIDE = 2
"""Sessions of the storm that build the index and vacuum."""

CHARGED = (
    "shared_buffers",
    "work_mem",
    "hash_mem_multiplier",
    "maintenance_work_mem",
    "autovacuum_work_mem",
    "temp_buffers",
    "max_connections",
    "max_worker_processes",
    "max_parallel_workers",
    "max_parallel_workers_per_gather",
    "max_parallel_maintenance_workers",
    "autovacuum_max_workers",
    "autovacuum_worker_slots",
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


def plan_of(cell: Cell) -> Plan:
    """pgfit's own, for the profile `web`."""
    return plan(facts_from(Options(memory=cell.memory, cpus=cell.cpus, postgres=cell.postgres)), load("web"))


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


def as_run(cell: Cell, charged: Plan, sessions: int) -> int:
    """Bytes that the storm of so many sessions should take under the settings of this plan."""
    values = {one.setting.name: one.value for one in charged.settings}
    parts = {part.name: part.size for part in charged.budget.parts}

    def size(name: str) -> int:
        value = values[name]
        assert isinstance(value, int)
        return value

    multiplier = values.get("hash_mem_multiplier", 1.0 if cell.postgres < 15 else 2.0)
    assert isinstance(multiplier, int | float)
    constants = CONSTANTS[cell.postgres]
    work_mem = size("work_mem")
    session = constants.session + size("shared_buffers") * constants.page_tables
    nodes = SORT * work_mem + HASH[cell.postgres] * work_mem * multiplier + 2 * NODE
    rows = parse_size(cell.memory) // FACTS_PER_LIMIT
    build = min(BUILD * size("maintenance_work_mem"), rows * INDEX_ROW + 16 * KB)
    shared = parts["static_shared_memory"] + parts["server_processes"] + (STATISTICS if cell.postgres >= 15 else 0)
    return int(shared + (sessions + BESIDE) * session + sessions * nodes + build)
