"""Enough huge pages are free, but the server started without them.

With the default `try` the server takes small pages, without a word, if huge ones are short at that moment; often they
were reserved after it had started. Every session then pays page tables of 1/512 of shared_buffers.

Fails:
    settings:
      huge_pages: try
      huge_pages_status: off
      shared_memory_size_in_huge_pages: 75
    files:
      /proc/meminfo: |
        MemTotal: 64000000 kB
        HugePages_Total: 512
        HugePages_Free: 512
        Hugepagesize: 2048 kB

Passes:
    settings:
      huge_pages: try
      huge_pages_status: on
      shared_memory_size_in_huge_pages: 75
    files:
      /proc/meminfo: |
        MemTotal: 64000000 kB
        HugePages_Total: 512
        HugePages_Free: 437
        Hugepagesize: 2048 kB
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import LIKELY, WARNING, Finding
from ..huge import pages

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "huge-pages-left-unused"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-preset.html#GUC-HUGE-PAGES-STATUS"


def check(audited: Audited) -> Iterator[Finding]:
    found = pages(audited.server)
    if found is None or not found.wanted or not found.enough:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"huge_pages_status is off, though the host has {found.free} huge pages free and {found.needed} would do",
        cure="a restart takes them, if they are granted to the container; if not, it ends in SIGBUS: then huge_pages = off",
        where="huge_pages",
        arithmetic=f"{found.needed} needed (shared_memory_size_in_huge_pages) <= {found.free} free of {found.total}",
        evidence={"huge_pages_free": found.free, "huge_pages_needed": found.needed},
        confidence=LIKELY,
    )
