"""temp_buffers of all sessions together are more than a quarter of the limit.

A session that once used temporary tables keeps their buffers until it ends, even after DROP TABLE. With a pool of
long-lived sessions each of them gets there sooner or later.

Fails:
    memory: 2G
    settings:
      temp_buffers: 64MB
      max_connections: 40

Passes:
    memory: 2G
    settings:
      temp_buffers: 8MB
      max_connections: 40
"""

from collections.abc import Iterator

from ...units import MB, human
from ..audited import Audited
from ..finding import POSSIBLE, WARNING, Finding
from ..shares import limit_of, lower, percent

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "temp-buffers-above-share"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-TEMP-BUFFERS"

MOST = 0.25
"""Of the limit, though few applications hold temporary tables in all sessions at once."""
DEFAULT = 8 * MB
"""Nobody chose it, and most servers never use it: no finding."""


def check(audited: Audited) -> Iterator[Finding]:
    limit, size = limit_of(audited), audited.server.size("temp_buffers")
    sessions = audited.server.number("max_connections")
    if limit is None or size is None or sessions is None or size <= DEFAULT or sessions * size <= MOST * limit:
        return
    total, less = int(sessions * size), lower(audited, "temp_buffers")
    yield audited.finding(
        ID,
        SEVERITY,
        f"temp_buffers {human(size)} in {sessions:.0f} sessions are {percent(total, limit)} of the limit of {human(limit)}",
        cure="SET temp_buffers in the sessions that need it, before their first temporary table",
        settings=less,
        where="temp_buffers",
        arithmetic=f"{sessions:.0f} × {human(size)} = {human(total)}",
        evidence={"temp_buffers": int(size), "max_connections": int(sessions), "limit": int(limit)},
        confidence=POSSIBLE,
    )
