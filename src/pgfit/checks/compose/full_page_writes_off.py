"""full_page_writes is off: a crash of the machine may leave half-written pages.

A page that was being written when the power failed is half old, half new. The write-ahead log can mend it only if it
holds the whole page. Without, the damage stays, often unseen for months. Few file systems rule that out.

Fails:

    services:
      db:
        image: postgres:18
        command: -c full_page_writes=off

Passes:

    services:
      db:
        image: postgres:18
        command: -c wal_compression=on
"""

from collections.abc import Iterator

from ..deployment import Deployment
from ..finding import ERROR, WARNING, Finding
from ..given import node_of, stated
from ..purpose import is_for_tests

ID = "full-page-writes-off"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-FULL-PAGE-WRITES"


def check(deployment: Deployment) -> Iterator[Finding]:
    if stated(deployment, "full_page_writes") is False:
        severity = WARNING if is_for_tests(deployment) else SEVERITY
        message = "full_page_writes=off: a crash of the machine may leave half-written pages"
        cure = "delete full_page_writes=off; wal_compression=on makes the log smaller"
        yield deployment.finding(ID, severity, message, cure, node=node_of(deployment, "full_page_writes"))
