"""effective_cache_size is smaller than shared_buffers.

It stands for shared_buffers and the kernel's page cache together, so it cannot be less than the first of them. The
planner takes the data for less cached than it is, and reads whole tables where an index would do.

Fails:
    memory: 4G
    settings:
      shared_buffers: 1GB
      effective_cache_size: 256MB

Passes:
    memory: 4G
    settings:
      shared_buffers: 1GB
      effective_cache_size: 3GB
"""

from collections.abc import Iterator

from ...units import human
from ..audited import Audited
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "cache-estimate-below-shared-buffers"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-EFFECTIVE-CACHE-SIZE"


def check(audited: Audited) -> Iterator[Finding]:
    size, buffers = audited.server.size("effective_cache_size"), audited.server.size("shared_buffers")
    if size is None or buffers is None or size >= buffers:
        return
    better = audited.recommended("effective_cache_size")
    wanted = better.get("effective_cache_size")
    yield audited.finding(
        ID,
        SEVERITY,
        f"effective_cache_size {human(size)} is below shared_buffers {human(buffers)}, which it includes",
        settings=better if isinstance(wanted, int) and wanted >= buffers else {"effective_cache_size": buffers},
        where="effective_cache_size",
        arithmetic=f"{human(size)} < {human(buffers)}",
        evidence={"effective_cache_size": int(size), "shared_buffers": int(buffers)},
    )
