"""The oldest transaction id has not been frozen for long.

After two billion transactions without freezing PostgreSQL refuses all writes to protect itself. Autovacuum should
have begun at autovacuum_freeze_max_age; something keeps it from finishing.

Fails:
    schema: {tables: 100, bytes: 1, oldest_xid_age: 900000000}

Passes:
    schema: {tables: 100, bytes: 1, oldest_xid_age: 100000000}
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import ERROR, WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "transaction-ids-run-low"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND"

TIMES, LEAST = 2, 500_000_000
"""Times autovacuum_freeze_max_age, and transactions: autovacuum had long begun."""
CLOSE, MOST = 1_500_000_000, 2_100_000_000
"""Beyond the first it is an error whatever autovacuum_freeze_max_age says; it may be set to two billion."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    age, due = server.count("schema", "oldest_xid_age"), server.number("autovacuum_freeze_max_age")
    if age is None or due is None or age <= min(max(TIMES * due, LEAST), CLOSE):
        return
    yield audited.finding(
        ID,
        ERROR if age > CLOSE else SEVERITY,
        f"the oldest table of this database is {age:.0f} transactions old; at {MOST} the server refuses writes",
        cure="VACUUM (FREEZE, VERBOSE) the oldest: select oid::regclass, age(relfrozenxid) from pg_class where relkind in "
        "('r','m','t') order by 2 desc limit 5;",
        where="autovacuum_freeze_max_age",
        arithmetic=f"autovacuum_freeze_max_age is {due:.0f}",
        evidence={"age": int(age), "autovacuum_freeze_max_age": int(due)},
    )
