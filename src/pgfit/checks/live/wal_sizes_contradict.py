"""min_wal_size is larger than max_wal_size.

max_wal_size then never governs how much WAL is kept: the disk holds min_wal_size all the time.

Fails:
    settings:
      min_wal_size: 4GB
      max_wal_size: 1GB

Passes:
    settings:
      min_wal_size: 256MB
      max_wal_size: 1GB
"""

from collections.abc import Iterator

from ...units import MB, Bytes, human
from ..audited import Audited
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "wal-sizes-contradict"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-MIN-WAL-SIZE"


def check(audited: Audited) -> Iterator[Finding]:
    least, most = audited.server.size("min_wal_size"), audited.server.size("max_wal_size")
    if least is None or most is None or least <= most:
        return
    segment = audited.server.size("wal_segment_size") or most  # below two of them the server does not start
    yield audited.finding(
        ID,
        SEVERITY,
        f"min_wal_size {human(least)} is above max_wal_size {human(most)}",
        settings={"min_wal_size": Bytes(min(most, max(2 * segment, most // 4 // MB * MB)))},
        where="min_wal_size",
        arithmetic=f"{human(least)} > {human(most)}",
        evidence={"min_wal_size": int(least), "max_wal_size": int(most)},
    )
