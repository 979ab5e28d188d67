"""All autovacuum workers are at work.

A table that is due now waits for one of them. At a single moment that means little; where it is seen again and again,
vacuum does not keep up: it is slowed down by its cost limit, or some tables are very large.

Fails:
    activity: {autovacuum_workers: 3}
    settings:
      autovacuum_max_workers: 3

Passes:
    activity: {autovacuum_workers: 1}
    settings:
      autovacuum_max_workers: 3
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import INFO, POSSIBLE, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "autovacuum-workers-all-busy"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-vacuum.html#GUC-AUTOVACUUM-VACUUM-COST-LIMIT"

LEAST = 2
"""A single worker is often at work."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    busy, most = server.count("activity", "autovacuum_workers"), server.number("autovacuum_max_workers")
    if busy is None or most is None or busy < max(LEAST, most):
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"{busy:.0f} of {most:.0f} autovacuum workers are at work at this moment",
        cure="look again later; if they always are, raise autovacuum_vacuum_cost_limit: all workers share it",
        where="autovacuum_max_workers",
        evidence={"workers": int(busy), "autovacuum_max_workers": int(most)},
        confidence=POSSIBLE,
    )
