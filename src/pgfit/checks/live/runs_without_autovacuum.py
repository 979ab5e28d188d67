"""Autovacuum is off.

Deleted and updated rows are never removed, statistics grow stale, and in the end transaction ids run out; the server
then vacuums all the same, at the worst moment.

Fails:
    settings:
      autovacuum: off

Passes:
    settings:
      autovacuum: on
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "runs-without-autovacuum"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM"


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    if server.is_on("autovacuum") is not False:
        return
    age = server.count("schema", "oldest_xid_age")
    yield audited.finding(
        ID,
        SEVERITY,
        "autovacuum is off",
        settings={"autovacuum": True},
        where="autovacuum",
        arithmetic=f"the oldest table is {age:.0f} transactions behind" if age is not None else "",
        evidence={"autovacuum": False, **({"oldest_xid_age": int(age)} if age is not None else {})},
    )
