"""A session has been idle inside a transaction for long, and nothing ends it.

It holds its locks, keeps VACUUM from removing what was deleted since, and occupies a connection. An application that
waits for something else between two statements, or was abandoned, does this.

Fails:
    activity: {idle_in_transaction: 3, longest_idle_in_transaction: 4000.0}
    settings:
      idle_in_transaction_session_timeout: 0

Passes:
    activity: {idle_in_transaction: 1, longest_idle_in_transaction: 2.0}
"""

from collections.abc import Iterator

from ...audit.report import span
from ...units import Duration
from ..audited import Audited
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "idle-in-transaction-for-long"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT"

LONG = 300
"""Seconds."""
BOUND = 600_000
"""Milliseconds: ten minutes, longer than any transaction of a person at a prompt should wait."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    longest, many = server.count("activity", "longest_idle_in_transaction"), server.count("activity", "idle_in_transaction")
    bound = server.number("idle_in_transaction_session_timeout")
    if longest is None or not many or longest < LONG or bound is None:
        return
    ends = f"; idle_in_transaction_session_timeout of {bound / 1000:.0f} s would end it" if bound > 0 else ""
    yield audited.finding(
        ID,
        SEVERITY,
        f"{many:.0f} {'sessions are' if many > 1 else 'session is'} idle in a transaction, one for {span(longest)}{ends}",
        settings={} if bound > 0 else {"idle_in_transaction_session_timeout": Duration(BOUND)},
        cure="find it: select pid, usename, xact_start from pg_stat_activity where state like 'idle in transaction%';",
        where="idle_in_transaction_session_timeout",
        evidence={"sessions": int(many), "longest": longest, "timeout": int(bound)},
    )
