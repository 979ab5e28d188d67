"""The sessions that are connected now do not fit the memory limit, were all of shared memory touched.

Each session holds memory from its first query to its end, and shared_buffers fill as data is read. A server that
stands here runs only because it was not warmed up yet; the kernel kills it once it is.

Fails:
    memory: 256M
    settings:
      max_connections: 100
    activity: {clients: 90, processes: 99}

Passes:
    memory: 512M
    settings:
      max_connections: 100
    activity: {clients: 90, processes: 99}
"""

from collections.abc import Iterator

from ...model import Unknown
from ...units import human
from ..audited import Audited
from ..finding import ERROR, LIKELY, Finding
from ..shares import idle_session, limit_of, rest

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "sessions-now-above-limit"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/kernel-resources.html#LINUX-MEMORY-OVERCOMMIT"


def check(audited: Audited) -> Iterator[Finding]:
    claims, limit, each = audited.claims, limit_of(audited), idle_session(audited)
    sessions = audited.server.sessions
    if isinstance(claims, Unknown) or limit is None or each is None or not sessions or rest(audited) is None:
        return
    static, helpers = claims.part("static_shared_memory"), claims.part("server_processes")
    total = static + helpers + sessions * each
    if total <= limit:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"the {sessions} sessions of this moment and the shared memory need {human(total)}, in a limit of {human(limit)}",
        cure=f"a memory limit of {human(total)} at the very least, or a pooler with fewer sessions: pgfit recommend",
        where="max_connections",
        arithmetic=f"{human(static)} shared memory + {human(helpers)} processes + {sessions} × {human(each)}",
        evidence={"needed": total, "limit": int(limit), "sessions": sessions, "session": each},
        confidence=LIKELY,
    )
