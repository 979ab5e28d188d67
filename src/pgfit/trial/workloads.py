"""The seven kinds of work of a trial, or the user's own script: what is run, by how many clients, and how it is prepared.

Their SQL lies beside in sql/, as scripts of pgbench's. All work on the same data: pgbench's tables, mostly larger than
the memory limit, and `facts`, a table for analytics and bulk work that grows with the limit.
"""

from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import NamedTuple

from ..errors import PgfitError
from ..units import MB, Bytes
from .place import Sample, Server

__all__ = ["WORKLOADS", "Workload", "data_scale", "load_script", "own"]

BYTES_PER_SCALE = 15 * MB
"""Of pgbench's tables and indexes, per unit of scale."""
DATA_SHARE = 1.5
"""Of the memory limit that the data take, so that not all of them can be cached."""
FACTS_PER_LIMIT = 1024
"""Bytes of the limit for each row of `facts`: the table takes about an eleventh of the limit."""
STORM_BOUND = 90.0
"""Seconds after which a storm counts as stalled; undisturbed it takes a few."""


class Workload(NamedTuple):
    name: str
    about: str
    scripts: Sequence[tuple[str, int]]
    """Names in sql/, with their weights."""
    clients: int | None = None
    """At most; as many as are asked for where that is None."""
    warms: bool = False
    """Whether it is run for a while before it is measured."""
    arguments: Sequence[str] = ()
    """More, for pgbench."""
    prepare: Callable[[Server], "Storm | None"] = lambda _: None
    texts: Sequence[Sample] = ()
    """Instead of `scripts`: the user's own."""

    def samples(self) -> list[Sample]:
        named = [Sample(name, _sql(name), weight) for name, weight in self.scripts]
        return named or list(self.texts)

    def filling(self) -> list[Sample]:
        """What fills the caches with the pages that this work will read: nothing, for a script of the user's."""
        return [] if self.texts else [Sample("reads", _sql("reads"))]


class Storm(NamedTuple):
    """What a configuration allows, found by asking its server."""

    sessions: int
    sort_rows: int
    hash_rows: int

    def arguments(self) -> list[str]:
        defined = {"sessions": self.sessions, "sort_rows": self.sort_rows, "hash_rows": self.hash_rows}
        words = [word for name, value in defined.items() for word in ("-D", f"{name}={value}")]
        return [*words, "-c", str(self.sessions + 2), "-j", "1", "-t", "1"]


def _storm(server: Server) -> Storm:
    """Fill shared_buffers, and find rows for one sort that just fits work_mem and one hash that does not."""
    fill = "select setting::bigint from pg_settings where name = 'shared_buffers'"
    try:
        server.ask("create extension if not exists pg_prewarm;")
        server.ask(
            f"select pg_prewarm('pgbench_accounts', 'buffer', 'main', 0, least(({fill}), "
            "pg_relation_size('pgbench_accounts') / current_setting('block_size')::int) - 1);"
        )
    except PgfitError:  # no contrib modules here: an index scan fills it too
        server.ask(
            "set enable_seqscan = off; set enable_bitmapscan = off; select sum(abalance) from pgbench_accounts where aid > 0;"
        )
    answer = server.ask(
        "select current_setting('max_connections')::int - 3, sort_rows(), "
        "ceil(1.5 * pg_size_bytes(current_setting('work_mem')) * current_setting('hash_mem_multiplier')::numeric / 40)"
    )
    sessions, sort_rows, hash_rows = (int(field) for field in answer.split("|"))
    return Storm(max(1, sessions), sort_rows, hash_rows)


WORKLOADS: tuple[Workload, ...] = (
    Workload("reads", "single rows by key, anywhere in the data", [("reads", 1)], warms=True),
    Workload("writes", "TPC-B-like: three updates, a select and an insert in each transaction", [("writes", 1)], warms=True),
    Workload("analytics", "two clients, each with a large sort, a hash aggregate and a hash join", [("analytics", 1)], clients=2),
    Workload("bulk", "a table loaded, two indexes built, a tenth updated, vacuumed", [("bulk", 1)], clients=1),
    Workload("churn", "a connection for each read", [("reads", 1)], arguments=("-C",)),
    Workload(
        "storm", "all but three of max_connections hold a sort and a hash at once", [("storm", 1)], clients=0, prepare=_storm
    ),
    Workload("mix", "60% reads, 35% writes, 5% reports", [("reads", 12), ("writes", 7), ("report", 1)], warms=True),
)


def own(name: str, text: str) -> Workload:
    """A pgbench script of the user's."""
    return Workload(name, "your script", (), warms=True, texts=[Sample(name, text)])


def data_scale(memory: Bytes, share: float = DATA_SHARE) -> int:
    """pgbench's scale for data of this share of the limit; larger than it, if nothing else is said."""
    return max(2, round(share * memory / BYTES_PER_SCALE))


def load_script(memory: Bytes) -> str:
    return _sql("load").format(rows=memory // FACTS_PER_LIMIT)


def _sql(name: str) -> str:
    return (files(__package__) / "sql" / f"{name}.sql").read_text(encoding="utf-8")
