"""The nouns: what is known, what is decided, and why. No behaviour beyond checks on their own fields.

They are NamedTuples because the same classes as frozen dataclasses cost 12 ms more at every start of the program.

Facts + Profile -> plan() -> Plan(settings, container, budget, skipped, notes)
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

from .units import Bytes, Cpus, Duration

__all__ = [
    "Budget",
    "Container",
    "Facts",
    "Known",
    "Part",
    "Plan",
    "Profile",
    "Recommendation",
    "Setting",
    "Skip",
    "Storage",
    "Unknown",
    "Use",
    "Value",
]

T = TypeVar("T")

Value = bool | int | float | str | Bytes | Duration
"""What a setting can be set to. Typed until a renderer prints it."""


class Known(NamedTuple, Generic[T]):
    """A value and where it came from: an option, a file, a default."""

    value: T
    where: str


class Unknown(NamedTuple):
    """No value, and why not. Never silently a default."""

    why: str


class Facts(NamedTuple):
    """What is known of the container, and what its user wants."""

    memory: Known[Bytes]
    """The memory limit the server must live in."""
    cpus: Known[Cpus] | Unknown
    postgres: int = 18
    """PostgreSQL's major version, 13–19."""
    connections: Known[int] | Unknown = Unknown("not asked for")
    """Sessions the application needs, beside those reserved for superusers."""
    storage: str = "ssd"
    volume_size: Known[Bytes] | Unknown = Unknown("not told")
    shm_size: Known[Bytes] | Unknown = Unknown("not told")
    """The size of /dev/shm where it cannot be changed."""
    reserve: Bytes = Bytes(0)
    """Memory of other processes in the same container."""
    extensions: tuple[str, ...] = ()
    fixed: Mapping[str, Value] = MappingProxyType({})
    """Settings the user decided; everything else adapts around them."""
    host_huge_pages: Known[bool] | Unknown = Unknown("not told")
    """Whether the host has huge pages that a container without a grant can see but not use."""
    allow_overcommit: bool = False


class Storage(NamedTuple):
    """What the planner should think of a kind of disk."""

    random_page_cost: float
    effective_io_concurrency: int
    maintenance_io_concurrency: int


class Profile(NamedTuple):
    """A kind of work, as numbers. The files in profiles/ explain each."""

    name: str
    about: str

    sorts: int
    hashes: int
    relations: int
    prepared_statements: int
    temp_table_sessions: float
    analyze_row_bytes: int
    active_sessions: float

    connections_per_cpu: float
    connections_at_least: int
    connections_at_most: int

    shared_buffers_small_share: float
    shared_buffers_share: float
    work_mem_useful: Bytes
    work_mem_at_most: Bytes
    maintenance_work_mem_share: float
    maintenance_work_mem_at_most: Bytes
    autovacuum_work_mem_share: float
    autovacuum_work_mem_at_most: Bytes

    parallel_workers_per_gather: int
    parallel_from_cpus: int
    """From how many on queries have workers, and sessions, from 18 on, others that read for them."""
    parallel_hash: bool
    autovacuum_naptime: Duration
    autovacuum_vacuum_scale_factor: float
    autovacuum_analyze_scale_factor: float

    max_wal_size: Bytes
    wal_volume_share: float
    checkpoint_timeout: Duration

    default_statistics_target: int
    jit: bool
    durable: bool

    storage: Mapping[str, Storage]


class Setting(NamedTuple):
    """One row of PostgreSQL's pg_settings, for one major version."""

    name: str
    type: str
    """bool, integer, real, string or enum."""
    unit: str
    """What the numbers of this row count: B, kB, 8kB, MB, ms, s, min, or '' for plain numbers."""
    context: str
    """Who may change it, and when: postmaster needs a restart, sighup a reload, user nothing."""
    default: str
    """The compiled-in default, in `unit`s."""
    least: float | None
    most: float | None
    choices: tuple[str, ...]
    about: str
    docs: str
    """The page of the manual."""

    @property
    def restart(self) -> bool:
        return self.context == "postmaster"


class Use(NamedTuple):
    """A rule's answer: set it to this, and why, with the numbers in the sentence."""

    value: Value
    why: str


class Skip(NamedTuple):
    """A rule's other answer: leave it alone, and why."""

    why: str


class Recommendation(NamedTuple):
    """A setting, its value, and why."""

    setting: Setting
    value: Value
    why: str
    fixed: bool = False
    """Whether the user decided it with --set."""


class Part(NamedTuple):
    """One claim on the limit, at its worst."""

    name: str
    size: Bytes
    why: str


class Budget(NamedTuple):
    """The limit and everything that may claim it at once. The parts exceed it only in a plan that says so."""

    limit: Bytes
    parts: tuple[Part, ...]
    promise: str
    """What the parts carry, in one sentence."""

    @property
    def worst_case(self) -> Bytes:
        return Bytes(sum(part.size for part in self.parts))

    @property
    def overcommit(self) -> Bytes:
        """By how much the worst case exceeds the limit: 0 in every plan that fits."""
        return Bytes(max(0, self.worst_case - self.limit))


class Container(NamedTuple):
    """What the container itself should be given beside the settings."""

    memory: Bytes
    cpus: Cpus | None
    shm_size: Bytes
    stop_grace_period: Duration
    environment: Mapping[str, str]
    why: Mapping[str, str]
    """The reason of each: memswap_limit, shm_size, stop_grace_period and every variable of the environment."""


class Plan(NamedTuple):
    """The whole answer."""

    facts: Facts
    profile: Profile
    settings: tuple[Recommendation, ...]
    container: Container
    budget: Budget
    skipped: Mapping[str, str]
    """Settings left alone, by name, and why."""
    notes: tuple[str, ...]
    application_connections: int
    """How many sessions the application may open, after those reserved for superusers."""
    reserved_connections: int

    def value(self, name: str) -> Value:
        """The value of a recommended setting. Raises KeyError if the plan leaves it alone."""
        for one in self.settings:
            if one.setting.name == name:
                return one.value
        raise KeyError(name)
