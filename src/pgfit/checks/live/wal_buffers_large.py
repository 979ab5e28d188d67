"""wal_buffers were set to more than any server fills.

They hold WAL until the next commit writes it. PostgreSQL itself takes no more than 16 MB, one WAL file; what lies
beyond is memory that no query gets.

Fails:
    memory: 2G
    settings:
      wal_buffers: 256MB

Passes:
    memory: 2G
    settings:
      wal_buffers: 16MB
"""

from collections.abc import Iterator

from ...units import MB, Bytes, human
from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "wal-buffers-large"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-WAL-BUFFERS"

MOST = 64 * MB
"""Four times what PostgreSQL itself would take at most: bulk loads of many sessions were seen to gain up to there."""


def check(audited: Audited) -> Iterator[Finding]:
    size, one = audited.server.size("wal_buffers"), audited.server.settings.get("wal_buffers")
    if size is None or one is None or not one.chosen or size <= MOST:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"wal_buffers {human(size)} are part of the shared memory; PostgreSQL itself would take 16 MB at most",
        settings={"wal_buffers": Bytes(-1)},
        where="wal_buffers",
        arithmetic=f"{human(size)} > {human(MOST)}",
        evidence={"wal_buffers": int(size)},
    )
