"""The major version of PostgreSQL is no longer mended.

There are no more minor versions, so holes that are found stay open.

Fails:
    postgres: 13

Passes:
    postgres: 18
"""

from collections.abc import Iterator
from datetime import datetime

from ..audited import Audited
from ..finding import WARNING, Finding
from ..releases import ENDS

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "major-out-of-support"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/support/versioning/"


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    ended, today = ENDS.get(server.major), datetime.fromisoformat(server.snapshot.taken_at).date()
    if ended is None or ended >= today:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"PostgreSQL {server.major} was last mended on {ended:%d %B %Y}",
        cure="upgrade: pg_upgrade, or dump and restore into a newer major",
        where="server",
        evidence={"major": server.major, "ended": ended.isoformat()},
    )
