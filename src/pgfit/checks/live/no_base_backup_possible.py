"""wal_level minimal allows neither replication nor a base backup.

pg_basebackup, point-in-time recovery and every standby need wal_level = replica. With minimal, pg_dump is all there
is, and changing it takes a restart.

Fails:
    settings:
      wal_level: minimal
      max_wal_senders: 0

Passes:
    settings:
      wal_level: replica
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "no-base-backup-possible"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-WAL-LEVEL"


def check(audited: Audited) -> Iterator[Finding]:
    if audited.server.value("wal_level") != "minimal":
        return
    yield audited.finding(
        ID,
        SEVERITY,
        "wal_level is minimal: no base backup, no point-in-time recovery, no standby",
        settings={"wal_level": "replica", "max_wal_senders": 10},
        where="wal_level",
        evidence={"wal_level": "minimal"},
    )
