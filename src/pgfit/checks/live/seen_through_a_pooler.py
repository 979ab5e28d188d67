"""The audit went through a connection pooler.

What pgfit reads is the server's, but the session is one of the pool's: settings of roles and databases are those of
the pool's login, and how many clients wait in the pooler cannot be seen. Connect directly for the whole picture.

Fails:
    pooled: true

Passes:
    pooled: false
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "seen-through-a-pooler"
SEVERITY = INFO
LINK = "https://www.pgbouncer.org/features.html"


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    if not server.snapshot.pooled:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        "between pgfit and the server is a connection pooler",
        cure="audit the server's own port to see its sessions and settings unaltered",
        where="server",
        evidence={"backend_pid": int(server.count("server", "pid") or 0), "pooled": True},
    )
