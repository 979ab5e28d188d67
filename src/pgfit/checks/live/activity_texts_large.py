"""The texts of running queries take more than a hundredth of the limit.

track_activity_query_size is allocated at start for every session that might come and every process of the server, in
full, however short their queries are.

Fails:
    memory: 512M
    settings:
      track_activity_query_size: 1MB

Passes:
    memory: 512M
    settings:
      track_activity_query_size: 4kB
"""

from collections.abc import Iterator

from ...units import KB, Bytes, human
from ..audited import Audited
from ..finding import INFO, Finding
from ..shares import limit_of, percent

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "activity-texts-large"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-statistics.html#GUC-TRACK-ACTIVITY-QUERY-SIZE"

MOST = 0.01
"""Of the limit."""
ENOUGH = Bytes(4 * KB)
"""Shows nearly every statement whole; the default is 1 kB."""


def check(audited: Audited) -> Iterator[Finding]:
    limit, size = limit_of(audited), audited.server.size("track_activity_query_size")
    sessions = audited.server.number("max_connections")
    if limit is None or size is None or sessions is None or size <= ENOUGH or sessions * size <= MOST * limit:
        return
    total = int(sessions * size)
    yield audited.finding(
        ID,
        SEVERITY,
        f"track_activity_query_size {human(size)} takes {human(total)}, {percent(total, limit)} of the limit of {human(limit)}",
        settings={"track_activity_query_size": ENOUGH},
        where="track_activity_query_size",
        arithmetic=f"max_connections {sessions:.0f} × {human(size)}, and as much for each process of the server",
        evidence={"bytes": total, "limit": int(limit)},
    )
