"""Replication slots may keep any amount of WAL.

max_slot_wal_keep_size is unlimited: if the reader of a slot stops, WAL grows until the volume is full, and a server
whose volume is full stops.

Fails:
    slots: [{name: standby, type: physical, active: true, wal_status: reserved, safe_wal_size: null, retained_bytes: 1000000}]
    settings:
      max_slot_wal_keep_size: -1

Passes:
    slots: [{name: standby, type: physical, active: true, wal_status: reserved, safe_wal_size: null, retained_bytes: 1000000}]
    settings:
      max_slot_wal_keep_size: 8GB
"""

from collections.abc import Iterator

from ...units import GB, Bytes
from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "slots-without-bound"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-MAX-SLOT-WAL-KEEP-SIZE"


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    slots, bound, most = server.rows("slots"), server.number("max_slot_wal_keep_size"), server.size("max_wal_size")
    if not slots or bound is None or bound >= 0:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"{len(slots)} replication slot{'s' if len(slots) > 1 else ''}, and max_slot_wal_keep_size is unlimited",
        cure="what the volume can spare, for example:",
        settings={"max_slot_wal_keep_size": Bytes(max(4 * GB, 2 * (most or 0)))},
        where="max_slot_wal_keep_size",
        evidence={"slots": len(slots), "max_slot_wal_keep_size": -1},
    )
