"""shared_buffers are asked of the kernel's System V shared memory.

The kernel bounds that apart from the container's limit (kernel.shmmax, kernel.shmall of the host), and segments of a
server that was killed stay until somebody removes them. PostgreSQL's default, mmap, knows neither problem.

Fails:
    settings:
      shared_memory_type: sysv

Passes:
    settings:
      shared_memory_type: mmap
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "shared-memory-sysv"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-MEMORY-TYPE"


def check(audited: Audited) -> Iterator[Finding]:
    if audited.server.value("shared_memory_type") != "sysv":
        return
    yield audited.finding(
        ID,
        SEVERITY,
        "shared_memory_type is sysv: the host's kernel.shmmax and shmall bound shared_buffers too",
        settings={"shared_memory_type": "mmap"},
        where="shared_memory_type",
        evidence={"shared_memory_type": "sysv"},
    )
