"""A transaction has been open for hours.

VACUUM can remove nothing that was deleted or updated since it began, in any table: tables and indexes grow, and
queries read the dead rows again and again.

Fails:
    activity: {longest_transaction: 20000.0}

Passes:
    activity: {longest_transaction: 60.0}
"""

from collections.abc import Iterator

from ...audit.report import span
from ..audited import Audited
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "transaction-open-for-long"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY"

IDLE = 300
"""Seconds from which on idle-in-transaction-for-long speaks."""
LONG = 3600
"""Seconds; a dump of a large database may take that long, and is worth knowing then."""


def check(audited: Audited) -> Iterator[Finding]:
    longest = audited.server.count("activity", "longest_transaction")
    if longest is None or longest < LONG:
        return
    idle = audited.server.count("activity", "longest_idle_in_transaction")
    if idle is not None and idle >= max(IDLE, longest / 2):
        return  # the same session, most likely: idle-in-transaction-for-long tells it
    yield audited.finding(
        ID,
        SEVERITY,
        f"a transaction has been open for {span(longest)}",
        cure="select pid, usename, state, xact_start from pg_stat_activity order by xact_start; and end what is not needed",
        where="server",
        evidence={"longest_transaction": longest},
    )
