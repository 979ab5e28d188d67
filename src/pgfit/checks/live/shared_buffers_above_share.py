"""shared_buffers take more than 60 % of the memory limit.

They are never given back, and everything else must live in the rest: sessions, sorts, autovacuum, and the page cache,
which the server reads through. Writes and mixed work on data larger than memory do gain up to about 60 %, reads only from a
disk that is read ahead by megabytes (measured: docs/memory-model.md, section 5), but the sessions that such a server admits
no longer fit beside it. In limits below 512 MB, where sessions
take most of the room, it is told from 45 % on, unless max_connections leave 16 MB of the limit to each.

Fails:
    memory: 1G
    settings:
      shared_buffers: 700MB

Passes:
    memory: 1G
    settings:
      shared_buffers: 256MB
"""

from collections.abc import Iterator

from ...units import human
from ..audited import Audited
from ..buffers import most_of, usual_of
from ..finding import WARNING, Finding
from ..shares import limit_of, lower, percent, rest

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "shared-buffers-above-share"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS"


def check(audited: Audited) -> Iterator[Finding]:
    limit, buffers = limit_of(audited), audited.server.size("shared_buffers")
    if limit is None or buffers is None or rest(audited) is None:
        return
    most = most_of(limit, audited.server.value("max_connections"))
    if buffers <= most * limit:
        return
    less = lower(audited, "shared_buffers")
    yield audited.finding(
        ID,
        SEVERITY,
        f"shared_buffers {human(buffers)} are {percent(buffers, limit)} of the limit of {human(limit)}",
        cure="" if less else f"about {human(usual_of(limit))}, or what the sessions leave",
        settings=less,
        where="shared_buffers",
        arithmetic=f"{human(buffers)} > {percent(most, 1)} of {human(limit)}",
        evidence={"shared_buffers": int(buffers), "limit": int(limit)},
    )
