"""Some settings of a standby must not be lower than its primary's.

max_connections, max_worker_processes, max_wal_senders, max_prepared_transactions and max_locks_per_transaction must
be at least as large as on the primary, or the standby stops or pauses its recovery. Lower them on the primary first,
raise them on the standbys first.

Fails:
    server: {in_recovery: true}

Passes:
    server: {in_recovery: false}
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "standby-bound-to-its-primary"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-ADMIN"

BOUND = (
    "max_connections",
    "max_worker_processes",
    "max_wal_senders",
    "max_prepared_transactions",
    "max_locks_per_transaction",
)


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    if server.standby is not True:
        return
    found = {name: int(value) for name in BOUND if (value := server.number(name)) is not None}
    yield audited.finding(
        ID,
        SEVERITY,
        "this is a standby: some of its settings must not be lower than its primary's",
        cure="compare with the primary before any of these falls: "
        + ", ".join(f"{name} {value}" for name, value in found.items()),
        where="server",
        evidence=found or {"standby": True},
    )
