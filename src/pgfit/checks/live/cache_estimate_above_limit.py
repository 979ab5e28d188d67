"""effective_cache_size is larger than the memory limit.

It allocates nothing: it tells the planner how much of the data is likely in memory. Page cache counts in the
container's limit, so there is never more than that. The planner then takes index scans that read from disk for cheap.

Fails:
    memory: 1G
    settings:
      effective_cache_size: 3GB

Passes:
    memory: 1G
    settings:
      effective_cache_size: 512MB
"""

from collections.abc import Iterator

from ...units import human
from ..audited import Audited
from ..finding import INFO, WARNING, Finding
from ..shares import limit_of, lower

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "cache-estimate-above-limit"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-EFFECTIVE-CACHE-SIZE"


def check(audited: Audited) -> Iterator[Finding]:
    server, limit = audited.server, limit_of(audited)
    size, one = server.size("effective_cache_size"), server.settings.get("effective_cache_size")
    if limit is None or size is None or one is None or size <= limit:
        return
    less = lower(audited, "effective_cache_size")
    yield audited.finding(
        ID,
        SEVERITY if one.chosen else INFO,
        f"effective_cache_size {human(size)}{'' if one.chosen else ' (the default)'} is above the limit of {human(limit)}",
        cure="" if less else f"half of the limit, {human(limit / 2)}",
        settings=less,
        where="effective_cache_size",
        arithmetic=f"{human(size)} > {human(limit)}, in which shared_buffers and page cache must lie",
        evidence={"effective_cache_size": int(size), "limit": int(limit)},
    )
