"""Many sessions wait for locks of others.

They do nothing, hold their memory and their connection, and the longer they wait the more of them there are. One long
transaction is usually at the head of the queue.

Fails:
    activity: {clients: 20, waiting_for_locks: 9}

Passes:
    activity: {clients: 20, waiting_for_locks: 1}
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import LIKELY, WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "sessions-wait-for-locks"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/monitoring-locks.html"

LEAST, SHARE = 3, 0.25
"""Sessions, and of all of them: one look sees a moment only."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    waiting, clients = server.count("activity", "waiting_for_locks"), server.sessions
    if waiting is None or not clients or waiting < LEAST or waiting < SHARE * clients:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"{waiting:.0f} of {clients} sessions wait for a lock at this moment",
        cure="select pid, pg_blocking_pids(pid) from pg_stat_activity where wait_event_type = 'Lock'; and lock_timeout",
        where="server",
        evidence={"waiting": int(waiting), "sessions": clients},
        confidence=LIKELY,
    )
