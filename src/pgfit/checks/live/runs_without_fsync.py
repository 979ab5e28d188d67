"""The server does not wait for its data to reach the disk.

With fsync off, a crash of the machine, or of the container's host, may leave a database that cannot be used at all.
That is fine for data that can be made again, and only there.

Fails:
    settings:
      fsync: off

Passes:
    settings:
      fsync: on
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import ERROR, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "runs-without-fsync"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-FSYNC"


def check(audited: Audited) -> Iterator[Finding]:
    if audited.server.is_on("fsync") is not False:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        "fsync is off: a crash of the host may destroy the whole database",
        settings={"fsync": True},
        cure="faster and still safe: synchronous_commit = off, which loses at most some last transactions. Then:",
        where="fsync",
        evidence={"fsync": False},
    )
