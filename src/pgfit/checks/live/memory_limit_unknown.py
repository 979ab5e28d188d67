"""It is not known how much memory the server may use.

Without a memory limit nothing can be fitted to it: PostgreSQL takes what its settings allow, up to all of the machine,
and then the kernel kills whatever is largest there. Where a limit exists but cannot be seen, pgfit has to be told, or
the role be allowed to look.

Fails:
    memory: none

Passes:
    memory: 1G
"""

from collections.abc import Iterator

from ...model import Known
from ..audited import Audited
from ..finding import INFO, WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "memory-limit-unknown"
SEVERITY = WARNING
LINK = "https://docs.docker.com/engine/containers/resource_constraints/#memory"

NO_LIMIT = "no cgroup limits memory here"
"""As inputs.cgroup says it where all files were read: then there is none, and not merely none to see."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    if isinstance(server.memory, Known):
        return
    why, files = server.memory.why, len(server.container.texts)
    unlimited = why == NO_LIMIT and files > 0
    told = "tell pgfit the limit: --memory 1G"
    cure = f"give the container a limit (mem_limit: 1g; docker update --memory 1g), or {told}" if unlimited else told
    yield audited.finding(
        ID,
        SEVERITY if unlimited else INFO,
        f"the server's memory has no limit: {why}" if unlimited else f"the memory limit is not known: {why}",
        cure="\n".join([cure, *([] if unlimited else server.grants())]),
        where="container",
        evidence={"files_read": files, "managed": bool(server.managed)},
    )
