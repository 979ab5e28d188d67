"""A replication slot that nobody reads keeps WAL from being removed.

A slot holds every segment its reader has not confirmed, for as long as it exists, until the disk is full and the
server stops. max_slot_wal_keep_size bounds it: the slot is then given up instead.

Fails:
    slots:
    - name: old_standby
      type: physical
      active: false
      wal_status: extended
      safe_wal_size: null
      retained_bytes: 30000000000

Passes:
    slots:
    - name: standby
      type: physical
      active: true
      wal_status: reserved
      safe_wal_size: null
      retained_bytes: 1000000
"""

from collections.abc import Iterator

from ...units import GB, human
from ..audited import Audited
from ..finding import ERROR, WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "slot-keeps-wal"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/warm-standby.html#STREAMING-REPLICATION-SLOTS"

MUCH, VERY_MUCH = GB, 10 * GB


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    bound, most = server.number("max_slot_wal_keep_size"), server.size("max_wal_size")
    for row in server.rows("slots"):
        name, kept, status = str(row.get("name")), row.get("retained_bytes"), row.get("wal_status")
        lost = status in {"lost", "unreserved"}
        if not isinstance(kept, int) or (not lost and (row.get("active") is not False or kept <= max(MUCH, most or 0))):
            continue
        what = f"is {status}" if lost else f"has no reader and keeps {human(kept)} of WAL"
        yield audited.finding(
            ID,
            ERROR if not lost and kept > VERY_MUCH and (bound is None or bound < 0) else SEVERITY,
            f"slot {name} {what}",
            cure=f"start its reader; or, if it has gone for good: SELECT pg_drop_replication_slot('{name}');",
            where="max_slot_wal_keep_size",
            evidence={"retained": kept, "status": str(status or "")},
        )
