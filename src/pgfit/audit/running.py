"""One running server, as its snapshot shows it: what checks read. What the role may not see is unknown, never a default."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property

from ..inputs.cgroup import Limits
from ..model import Known, Unknown, Value
from ..units import Bytes, Cpus
from .container import Container
from .record import Row, Snapshot
from .settings import RunningSetting, read_all

__all__ = ["RunningServer"]

MANAGED: Mapping[str, str] = {
    "rds.": "Amazon RDS",
    "azure.": "Azure Database for PostgreSQL",
    "cloudsql.": "Google Cloud SQL",
    "alloydb.": "Google AlloyDB",
    "neon.": "Neon",
    "supautils.": "Supabase",
}
"""Prefixes of settings that a provider's server has; some come in images for everybody too (Supabase, AlloyDB Omni)."""
MOST = 2**64
"""PostgreSQL counts in 64 bits."""
PASSING = ("parallel_workers", "autovacuum_workers", "wal_senders")
"""Processes beside the sessions that come and go."""


class RunningServer:
    """Numbers are None where they are unknown."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.major = snapshot.major

    # -- settings -------------------------------------------------------------------------------------------------

    @cached_property
    def settings(self) -> Mapping[str, RunningSetting]:
        lines, flags = (self.rows(one) if self.answered(one) else None for one in ("file_settings", "flags"))
        return read_all(self.rows("settings"), self.major, lines, flags)

    def value(self, name: str) -> Value | None:
        one = self.settings.get(name)
        return one.value if one is not None else None

    def number(self, name: str) -> float | None:
        """A number, a size in bytes or a span in milliseconds; 0 and -1 keep their special meanings."""
        value = self.value(name)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def size(self, name: str) -> Bytes | None:
        value = self.value(name)
        return value if isinstance(value, Bytes) else None

    def is_on(self, name: str) -> bool | None:
        value = self.value(name)
        if name == "jit" and self.one("server").get("jit_available") is False:
            return False  # an image without LLVM: the setting means nothing
        if isinstance(value, str) and value in {"on", "off"}:
            return value == "on"
        return value if isinstance(value, bool) else None

    def place(self, name: str) -> str:
        """`command line`, `postgresql.auto.conf:4`; '' for a setting that cannot be seen."""
        one = self.settings.get(name)
        return one.place if one is not None else ""

    # -- answers --------------------------------------------------------------------------------------------------

    def one(self, question: str) -> Row:
        return self.snapshot.one(question)

    def rows(self, question: str) -> tuple[Row, ...]:
        return self.snapshot.rows.get(question, ())

    def count(self, question: str, column: str) -> float | None:
        """A number out of an answer of one row; a snapshot's that no server could count is none."""
        value = self.one(question).get(column)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MOST else None

    def answered(self, question: str) -> bool:
        return question in self.snapshot.rows

    # -- what the server is -----------------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        """Seconds since 1970, by the server's clock."""
        return self.count("server", "now") or self._taken.timestamp()

    @property
    def _taken(self) -> datetime:
        """By pgfit's own clock; it writes universal time."""
        taken = datetime.fromisoformat(self.snapshot.taken_at)
        return taken if taken.tzinfo else taken.replace(tzinfo=UTC)

    @property
    def uptime(self) -> float | None:
        """Seconds."""
        started = self.count("server", "started_at")
        return None if started is None else max(0.0, self.now - started)

    def counted_for(self, question: str) -> float | None:
        """Seconds in which the numbers of an answer came together: since they were reset, or since the server started."""
        reset = self.count(question, "reset_at")
        if reset is not None:
            return max(1.0, self.now - reset)
        if self.uptime is None:
            return None
        # 15 and later tell no time for what was never reset. Statistics outlive a restart: they are as old as their oldest part.
        others = [self.count(one, "reset_at") for one in ("checkpoints", "wal")]
        return max(1.0, self.uptime, *(self.now - one for one in others if one is not None))

    @property
    def standby(self) -> bool | None:
        value = self.one("server").get("in_recovery")
        return value if isinstance(value, bool) else None

    @property
    def superuser(self) -> bool:
        return self.one("server").get("superuser") is True

    @cached_property
    def managed(self) -> str:
        """The provider whose server it is; '' for one's own.

        No provider makes a customer superuser or lets him read the server's files, and its server is in no container that
        docker or a compose file knows: what is, only has a provider's extensions.
        """
        if self.superuser or self.answered("files") or self._known_here:
            return ""
        for prefix, provider in MANAGED.items():
            if any(name.startswith(prefix) for name in self.settings):
                return provider
        return ""

    @property
    def _known_here(self) -> bool:
        """Whether anybody but the command line's options told something of its container."""
        return any(not str(row.get("where", "")).startswith("--") for row in self.rows("told"))

    @property
    def extensions(self) -> Mapping[str, str]:
        """Name and version of those installed in this database."""
        text = self.one("server").get("extensions")
        words = (one.partition(" ") for one in text.split(", ")) if isinstance(text, str) else ()
        return {name: version for name, _, version in words}

    # -- the container ------------------------------------------------------------------------------------------------

    @cached_property
    def container(self) -> Container:
        """Empty where its files cannot be read, as on a provider's server."""
        return Container(self.rows("files"), self.rows("pressure"))

    @cached_property
    def limits(self) -> Limits:
        """What was typed wins, then what the server sees itself, then docker's and the compose file's word."""
        found = self.container.limits
        if self.managed:
            silent = Unknown(f"{self.managed} does not tell it: give it with --memory and --cpus")
            found = Limits(silent, silent, silent)
        return Limits(self._best("memory", found.memory, Bytes), self._best("cpus", found.cpus, float), found.host_huge_pages)

    def _best(self, what: str, seen: Known[Bytes] | Known[Cpus] | Unknown, kind: type) -> Known | Unknown:  # type: ignore[type-arg]  # Bytes or Cpus, as `kind` says
        said = [
            Known(kind(value), str(row.get("where", "")))
            for row in self.rows("told")
            if row.get("what") == what and isinstance(value := row.get("value"), int | float) and 0 < kind(value) <= MOST
        ]
        typed = [one for one in said if one.where.startswith("--")]
        if typed:
            return typed[0]
        return seen if isinstance(seen, Known) or not said else said[0]

    def told(self, what: str) -> Known[float] | None:
        """What docker inspect, a compose file or an option said; None if none of them did."""
        for row in self.rows("told"):
            value = row.get("value")
            if row.get("what") == what and isinstance(value, int | float):
                return Known(float(value), str(row.get("where", "")))
        return None

    @property
    def memory(self) -> Known[Bytes] | Unknown:
        return self.limits.memory

    @property
    def cpus(self) -> Known[Cpus] | Unknown:
        return self.limits.cpus

    @property
    def shm_size(self) -> Bytes | None:
        said = self.told("shm_size")
        typed = said is not None and said.where.startswith("--")
        seen = None if typed else self.container.shm_size
        return seen or (Bytes(int(said.value)) if said else None)

    # -- sessions ---------------------------------------------------------------------------------------------------

    @property
    def sessions(self) -> int | None:
        """Client sessions now, pgfit's own not counted."""
        clients = self.count("activity", "clients")
        return None if clients is None else int(clients)

    @property
    def most_sessions(self) -> int | None:
        """No more than these were ever connected at once since the container started, by the cgroup's count of processes.

        Only what always runs is taken off: a worker of this moment need not have run when there were most processes.
        """
        peak, processes, clients = self.container.most_processes, self.count("activity", "processes"), self.sessions
        if peak is None or processes is None or clients is None:
            return None
        passing = sum(self.count("activity", kind) or 0 for kind in PASSING)
        hidden = self.one("server").get("reads_all_stats") is False  # what kind the others are
        permanent = 0 if hidden else max(0, processes - clients - passing)
        return max(clients, int(peak - permanent))

    @property
    def average_sessions(self) -> float | None:
        """Over the time the statistics were counted (14 and later)."""
        spent, over = self.count("databases", "session_seconds"), self.counted_for("databases")
        return None if spent is None or over is None else spent / over

    def grants(self) -> list[str]:
        """What would let this role see more, as SQL."""
        role = str(self.one("server").get("user") or "")
        if not role or self.superuser:
            return []
        name = role if role.isidentifier() and role.islower() else '"' + role.replace('"', '""') + '"'
        wanted = []
        if self.one("server").get("reads_all_settings") is False or self.one("server").get("reads_all_stats") is False:
            wanted.append(f"GRANT pg_monitor TO {name};")
        if not self.managed and not self.answered("files") and self.one("server"):
            if self.one("server").get("reads_server_files") is False:
                wanted.append(f"GRANT pg_read_server_files TO {name};")
            wanted.append(f"GRANT EXECUTE ON FUNCTION pg_read_file(text, bigint, bigint, boolean) TO {name};")
        return wanted
