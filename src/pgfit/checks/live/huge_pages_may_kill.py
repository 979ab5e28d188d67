"""The server would use the host's huge pages, and nothing shows that its container may.

A container sees how many huge pages the host has, even where its own allowance is zero, as Kubernetes sets it. Once
enough of them are free, the next start takes them and dies of SIGBUS at the first touch; initdb does the same.

Fails:
    postgres: 16
    settings:
      huge_pages: try
    files:
      /proc/meminfo: |
        MemTotal: 64000000 kB
        HugePages_Total: 512
        HugePages_Free: 512
        Hugepagesize: 2048 kB

Passes:
    postgres: 16
    settings:
      huge_pages: off
    files:
      /proc/meminfo: |
        MemTotal: 64000000 kB
        HugePages_Total: 512
        HugePages_Free: 512
        Hugepagesize: 2048 kB
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import POSSIBLE, WARNING, Finding
from ..huge import Pages, pages

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "huge-pages-may-kill"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/kernel-resources.html#LINUX-HUGE-PAGES"


def check(audited: Audited) -> Iterator[Finding]:
    server, found = audited.server, pages(audited.server)
    if found is None or not found.total or server.value("huge_pages") != "try" or not server.container.seccomp:
        return
    if found.used or found.enough:
        return  # what is in use is granted; of what is left unused huge-pages-left-unused tells
    yield audited.finding(
        ID,
        SEVERITY,
        f"huge_pages is try, and the host has {found.total} huge pages: where they are not granted, a start dies of SIGBUS",
        cure="where they are granted to the container (hugepages-2Mi in Kubernetes) nothing; otherwise",
        settings={"huge_pages": "off"},
        where="huge_pages",
        arithmetic=_arithmetic(found),
        evidence={"huge_pages_total": found.total, "huge_pages_free": found.free},
        confidence=POSSIBLE,
    )


def _arithmetic(found: Pages) -> str:
    need = f"; the server would need {found.needed}" if found.needed else ""
    return f"{found.free} of {found.total} are free{need}"
