"""The shared memory alone is larger than the container's memory limit.

PostgreSQL reserves it at start and touches it page by page, so the server starts, and is killed by the kernel once
enough of it was used. From then on it is killed again and again.

Fails:
    memory: 512M
    settings:
      shared_buffers: 600MB

Passes:
    memory: 512M
    settings:
      shared_buffers: 128MB
"""

from collections.abc import Iterator

from ...model import Known, Unknown
from ...units import human
from ..audited import Audited
from ..finding import ERROR, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "shared-memory-above-limit"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS"


def check(audited: Audited) -> Iterator[Finding]:
    server, claims = audited.server, audited.claims
    if isinstance(claims, Unknown) or not isinstance(server.memory, Known):
        return
    static, limit = claims.part("static_shared_memory"), server.memory.value
    if static <= limit:
        return
    buffers = server.size("shared_buffers")
    yield audited.finding(
        ID,
        SEVERITY,
        f"{human(static)} of shared memory in a limit of {human(limit)}: the kernel kills the server once it is touched",
        settings=audited.recommended("shared_buffers"),
        where="shared_buffers",
        arithmetic=f"shared_buffers {human(buffers or 0)} + {human(static - (buffers or 0))} around it > {human(limit)}",
        evidence={"shared_memory": static, "limit": int(limit)},
    )
