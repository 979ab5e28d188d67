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
        if status == "lost":  # the server no longer tells its position, so nothing is kept
            what, cure, severe = "is lost: its reader cannot go on", "build its reader anew", True
        elif status == "unreserved":
            what, cure, severe = "is unreserved: the next checkpoint may remove WAL it needs", "let its reader catch up", True
        elif isinstance(kept, int) and row.get("active") is False and kept > max(MUCH, most or 0):
            what, cure = f"has no reader and keeps {human(kept)} of WAL", "start its reader"
            severe = kept > VERY_MUCH and bound is not None and bound < 0
        else:
            continue
        yield audited.finding(
            ID,
            ERROR if severe else SEVERITY,
            f"slot {name} {what}",
            cure=f"{cure}; or, if it has gone for good: SELECT pg_drop_replication_slot('{name}');",
            where="max_slot_wal_keep_size",
            evidence={"status": str(status or ""), **({"retained": kept} if isinstance(kept, int) else {})},
        )
