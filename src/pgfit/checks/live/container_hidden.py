"""The role may not look into the container.

The server can read its cgroup's files for us, but only for a superuser, or a role that was granted it. Without, the
limit is what others say of it, and how much is held, who was killed and how often it is throttled stay unknown.

Fails:
    denied: [files]
    told: [{what: memory, value: 1073741824, where: docker inspect pg1}]
    server: {superuser: false, reads_server_files: false, user: app}

Passes:
    memory: 1G
"""

from collections.abc import Iterator

from ...model import Known
from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "container-hidden"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-GENFILE"


def check(audited: Audited) -> Iterator[Finding]:
    """Without any limit memory-limit-unknown tells the same; who typed --memory knows."""
    server = audited.server
    why, memory = server.snapshot.missing.get("files"), server.memory
    if why is None or server.managed or not isinstance(memory, Known) or memory.where.startswith("--"):
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"the container cannot be looked into over SQL: {why}",
        cure="\n".join(server.grants()) or "ask as a superuser",
        where="container",
        arithmetic=f"its limit is {memory.where}'s word",
        evidence={"why": why, "limit": int(memory.value)},
    )
