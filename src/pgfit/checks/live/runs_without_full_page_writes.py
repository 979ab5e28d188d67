"""Half-written pages cannot be repaired after a crash.

With full_page_writes off, a page of which only a part reached the disk in a crash stays broken, silently, unless the
file system itself prevents that (ZFS does, ext4 and XFS do not).

Fails:
    settings:
      full_page_writes: off

Passes:
    settings:
      full_page_writes: on
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import ERROR, LIKELY, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "runs-without-full-page-writes"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-FULL-PAGE-WRITES"


def check(audited: Audited) -> Iterator[Finding]:
    if audited.server.is_on("full_page_writes") is not False:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        "full_page_writes is off: a page half written in a crash stays broken",
        settings={"full_page_writes": True},
        where="full_page_writes",
        evidence={"full_page_writes": False},
        confidence=LIKELY,
    )
