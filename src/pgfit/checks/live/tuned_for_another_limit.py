"""timescaledb-tune computed the settings for another memory limit.

TimescaleDB's image tunes itself once, when the data directory is made, to the memory it sees then: that of the machine
where no limit was set. A limit that is set or changed later changes nothing in the file, and the server outgrows it.

Fails:
    memory: 2G
    settings:
      timescaledb.last_tuned: 2026-03-01T10:00:00Z
      shared_buffers: 4GB
      effective_cache_size: 12GB

Passes:
    memory: 16G
    settings:
      timescaledb.last_tuned: 2026-03-01T10:00:00Z
      shared_buffers: 4GB
      effective_cache_size: 12GB
"""

from collections.abc import Iterator

from ...units import human
from ..audited import Audited
from ..filed import lines_of, winners
from ..finding import LIKELY, WARNING, Finding
from ..shares import limit_of

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "tuned-for-another-limit"
SEVERITY = WARNING
LINK = "https://github.com/timescale/timescaledb-tune"

BUFFERS, CACHE = 1 / 4, 3 / 4
"""The shares of memory that timescaledb-tune gives to shared_buffers and effective_cache_size."""
APART = 1.25
"""Less is rounding, and what the machine keeps for itself."""


def check(audited: Audited) -> Iterator[Finding]:
    """Only where both values still are its own: what an image or a person set since then says nothing of it."""
    server, limit = audited.server, limit_of(audited)
    tuned = server.settings.get("timescaledb.last_tuned")
    buffers, cache = server.size("shared_buffers"), server.size("effective_cache_size")
    if limit is None or tuned is None or tuned.source != "configuration file" or not buffers or not cache:
        return
    said = winners(lines_of(server))
    for name in ("shared_buffers", "effective_cache_size"):
        if server.settings[name].source != "configuration file" or (name in said and said[name].is_auto):
            return
    memory = buffers / BUFFERS
    if not _near(memory, cache / CACHE) or _near(memory, limit):
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"timescaledb-tune wrote settings for {human(int(memory))} of memory, the limit is {human(limit)}",
        cure="" if audited.recommended("shared_buffers") else "timescaledb-tune --memory, or pgfit recommend",
        settings=audited.recommended("shared_buffers", "effective_cache_size", "work_mem", "maintenance_work_mem"),
        where="timescaledb.last_tuned",
        arithmetic=f"4 × shared_buffers {human(buffers)}, 4/3 × effective_cache_size {human(cache)}",
        evidence={"tuned_for": int(memory), "limit": int(limit), "last_tuned": tuned.shown},
        confidence=LIKELY,
    )


def _near(one: float, other: float) -> bool:
    return max(one, other) <= APART * min(one, other)
