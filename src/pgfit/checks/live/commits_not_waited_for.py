"""A commit is acknowledged before it is safe.

With synchronous_commit off a crash loses the transactions of the last moments, up to three times wal_writer_delay,
though clients were told that they were committed. The database stays consistent. Worth knowing where money is
counted.

Fails:
    settings:
      synchronous_commit: off

Passes:
    settings:
      synchronous_commit: on
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "commits-not-waited-for"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/wal-async-commit.html"


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    delay = server.number("wal_writer_delay")
    if server.is_on("synchronous_commit") is not False:
        return
    lost = f": a crash loses up to {3 * delay / 1000:g} s of commits" if delay is not None else ""
    yield audited.finding(
        ID,
        SEVERITY,
        f"synchronous_commit is off{lost}",
        cure="nothing, if that may be lost; set it to on for the transactions that may not (SET LOCAL synchronous_commit = on)",
        where="synchronous_commit",
        arithmetic=f"3 × wal_writer_delay {delay:g} ms" if delay is not None else "",
        evidence={"synchronous_commit": False},
    )
