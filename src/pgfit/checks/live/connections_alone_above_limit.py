"""The sessions that max_connections allows do not fit the limit even if none of them does anything.

PostgreSQL's default of 100 is meant for machines, not for a container of 256 MB: there the server was killed with 96
sessions that had only said hello. A connection pool that opens a few more at the wrong moment is enough.

Fails:
    memory: 256M
    settings:
      max_connections: 100

Passes:
    memory: 256M
    settings:
      max_connections: 20
"""

from collections.abc import Iterator

from ...model import Unknown
from ...units import human
from ..audited import Audited
from ..finding import LIKELY, WARNING, Finding
from ..shares import idle_session, limit_of, lower, rest

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "connections-alone-above-limit"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS"


def check(audited: Audited) -> Iterator[Finding]:
    server, claims = audited.server, audited.claims
    limit, each, sessions = limit_of(audited), idle_session(audited), server.number("max_connections")
    if isinstance(claims, Unknown) or limit is None or each is None or sessions is None or rest(audited) is None:
        return
    static, helpers = claims.part("static_shared_memory"), claims.part("server_processes")
    total = int(static + helpers + sessions * each)
    if total <= limit or static + helpers + (server.sessions or 0) * each > limit:
        return  # sessions-now-above-limit tells the second
    better = lower(audited, "max_connections")
    fewer = better if int(better.get("max_connections", 0)) > (server.sessions or 0) else {}
    yield audited.finding(
        ID,
        SEVERITY,
        f"max_connections {sessions:.0f} need {human(total)} before the first sort or hash, in a limit of {human(limit)}",
        cure="" if fewer else "fewer connections, shared out by a pooler such as PgBouncer, or a larger limit",
        settings=fewer,
        where="max_connections",
        arithmetic=f"{human(static)} shared memory + {human(helpers)} processes + {sessions:.0f} × {human(each)}",
        evidence={"idle": total, "limit": int(limit), "max_connections": int(sessions), "session": each},
        confidence=LIKELY,
    )
