"""Sessions wait because the WAL buffers are full.

When wal_buffers are full, a session must write WAL to the disk before it can go on. That they are derived from
shared_buffers makes them small in small containers.

Fails:
    settings:
      wal_buffers: 1MB
    wal: {records: 1000000, buffers_full: 90000}

Passes:
    wal: {records: 1000000, buffers_full: 90}
"""

from collections.abc import Iterator

from ...units import MB, Bytes, human
from ..audited import Audited
from ..finding import INFO, LIKELY, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "wal-buffers-full"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-WAL-BUFFERS"

ENOUGH = Bytes(16 * MB)
"""One WAL segment; more is never used at once."""
SHARE, LEAST = 0.01, 1000


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    full, records, size = server.count("wal", "buffers_full"), server.count("wal", "records"), server.size("wal_buffers")
    if full is None or not records or size is None or full < LEAST or full <= SHARE * records or size >= ENOUGH:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"wal_buffers of {human(size)} were full {full:.0f} times",
        settings={"wal_buffers": ENOUGH},
        where="wal_buffers",
        arithmetic=f"{100 * full / records:.1f} % of {records:.0f} WAL records had to wait",
        evidence={"buffers_full": int(full), "records": int(records), "wal_buffers": int(size)},
        confidence=LIKELY,
    )
