"""The lock table takes more than a twentieth of the limit.

It has room for max_locks_per_transaction locks of every session, prepared transaction and worker, and is allocated at
start. Raised once for a dump of thousands of partitions, it is seldom lowered again.

Fails:
    memory: 512M
    settings:
      max_locks_per_transaction: 2048

Passes:
    memory: 512M
    settings:
      max_locks_per_transaction: 128
"""

from collections.abc import Iterator

from ...units import human
from ..audited import Audited
from ..finding import INFO, LIKELY, Finding
from ..shares import limit_of, percent

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "lock-table-large"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-locks.html#GUC-MAX-LOCKS-PER-TRANSACTION"

LOCK = 370
"""Bytes of one lock in the table: 347 to 364 were measured on 14 to 18, and some 26 around each."""
MOST = 0.05
"""Of the limit."""
DEFAULT = 128
"""The largest of all majors; up to it the sessions are too many, not the locks."""


def check(audited: Audited) -> Iterator[Finding]:
    server, limit = audited.server, limit_of(audited)
    locks, sessions = server.number("max_locks_per_transaction"), server.number("max_connections")
    prepared = server.number("max_prepared_transactions")
    if limit is None or locks is None or sessions is None or prepared is None or locks <= DEFAULT:
        return
    total = int(LOCK * locks * (sessions + prepared))
    if total <= MOST * limit:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"the lock table takes {human(total)}, {percent(total, limit)} of the limit of {human(limit)}",
        cure="a smaller max_locks_per_transaction or max_connections, unless single transactions touch thousands of partitions",
        where="max_locks_per_transaction",
        arithmetic=f"max_locks_per_transaction {locks:.0f} × ({sessions:.0f} sessions + {prepared:.0f} prepared) × {LOCK} bytes",
        evidence={"bytes": total, "limit": int(limit), "locks": int(locks)},
        confidence=LIKELY,
    )
