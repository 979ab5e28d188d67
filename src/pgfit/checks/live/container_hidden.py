"""The role may not read the container's limits.

The server can read its cgroup for us, but only for a superuser, or a role that was granted it. Without, the limit
must be given, and what is held, OOM kills and throttling stay unknown.

Fails:
    denied: [files]
    server: {superuser: false, reads_server_files: false, user: app}

Passes:
    memory: 1G
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "container-hidden"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-GENFILE"


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    why = server.snapshot.missing.get("files")
    if why is None or server.managed or not server.answered("server"):
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"the container's limits cannot be read over SQL: {why}",
        cure="\n".join(server.grants()) or "ask as a superuser",
        where="container",
        evidence={"why": why},
    )
