"""Checkpoints come because max_wal_size is full, not because it is time.

Each checkpoint makes every page's first change after it go into the WAL whole, so checkpoints in quick succession
write the same pages over and over. A larger max_wal_size costs disk, and a longer recovery after a crash.

Fails:
    checkpoints: {timed: 100, requested: 400}
    settings:
      max_wal_size: 1GB

Passes:
    checkpoints: {timed: 400, requested: 20}
"""

from collections.abc import Iterator

from ...audit.comparison import FORCED, forced_checkpoints
from ...units import Bytes, human
from ..audited import Audited
from ..finding import LIKELY, WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "checkpoints-forced"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/wal-configuration.html"


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    share, timed, requested = (
        forced_checkpoints(server),
        server.count("checkpoints", "timed"),
        server.count("checkpoints", "requested"),
    )
    size = server.size("max_wal_size")
    if share is None or share <= FORCED or timed is None or requested is None or size is None:
        return
    better = audited.recommended("max_wal_size").get("max_wal_size")
    larger = Bytes(max(2 * size, better if isinstance(better, Bytes) else 0))
    yield audited.finding(
        ID,
        SEVERITY,
        f"{requested:.0f} of {timed + requested:.0f} checkpoints were forced with max_wal_size {human(size)}",
        cure="where the volume has room for it:",
        settings={"max_wal_size": larger},
        where="max_wal_size",
        arithmetic=f"{100 * share:.0f} % > {100 * FORCED:.0f} %",
        evidence={"timed": int(timed), "requested": int(requested), "max_wal_size": int(size)},
        confidence=LIKELY,
    )
