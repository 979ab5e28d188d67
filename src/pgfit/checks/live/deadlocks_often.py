"""Transactions run into deadlocks again and again.

PostgreSQL ends one of them after deadlock_timeout, in which all of them waited. The application takes locks in
different orders.

Fails:
    databases: {deadlocks: 5000}

Passes:
    databases: {deadlocks: 3}
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "deadlocks-often"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS"

MANY = 20
"""A day."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    dead, over = server.count("databases", "deadlocks"), server.counted_for("databases")
    if dead is None or over is None or over < 3600:
        return
    a_day = dead * 86400 / over
    if a_day < MANY:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"{a_day:.0f} deadlocks a day",
        cure="take locks in one order everywhere; the server's log names both statements of each",
        where="server",
        arithmetic=f"{dead:.0f} in {over / 86400:.1f} days",
        evidence={"deadlocks": int(dead), "per_day": round(a_day)},
    )
