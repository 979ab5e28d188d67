"""Far more WAL lies on the disk than max_wal_size allows for.

No replication slot keeps it, so archiving most likely fails or cannot keep up, or checkpoints cannot. It grows until
the volume is full, and a server whose volume is full stops.

Fails:
    settings:
      max_wal_size: 1GB
      archive_mode: on
    wal_files: {files: 1900, bytes: 31000000000}

Passes:
    settings:
      max_wal_size: 1GB
      archive_mode: on
    wal_files: {files: 60, bytes: 1000000000}
"""

from collections.abc import Iterator

from ...units import GB, human
from ..audited import Audited
from ..finding import LIKELY, WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "wal-not-removed"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/wal-configuration.html"

TIMES, LEAST = 2, 4 * GB
"""Times what is meant to be kept, and bytes: a bulk load may go beyond max_wal_size for a while."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    size, most, kept = server.count("wal_files", "bytes"), server.size("max_wal_size"), server.number("wal_keep_size")
    if size is None or most is None or kept is None or not server.answered("slots"):
        return
    by_slots = max((one for row in server.rows("slots") if isinstance(one := row.get("retained_bytes"), int)), default=0)
    meant = max(int(most), int(kept), int(server.number("min_wal_size") or 0), by_slots)
    if size <= max(TIMES * meant, LEAST):
        return
    archived = server.value("archive_mode") in {"on", "always"}
    yield audited.finding(
        ID,
        SEVERITY,
        f"{human(int(size))} of WAL are on the disk, with max_wal_size {human(most)}",
        cure="select failed_count, last_failed_wal, last_failed_time from pg_stat_archiver; and mend the archive_command"
        if archived
        else "see in the server's log whether checkpoints finish (log_checkpoints), and how fast the volume is",
        where="max_wal_size",
        arithmetic=f"{human(int(size))} > {TIMES} × {human(meant)}, the most that max_wal_size, wal_keep_size or a slot keeps",
        evidence={"bytes": int(size), "meant": meant, "archived": archived},
        confidence=LIKELY,
    )
