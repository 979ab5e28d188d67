"""shared_buffers of 8 GB and more are mapped in pages of 4 kB.

Each session that has read through them needs page tables of 1/512 of their size: 16 MB at 8 GB. Neither ps nor any
setting shows that, but it counts in the limit. Huge pages make it disappear.

Fails:
    memory: 64G
    settings:
      shared_buffers: 16GB
      huge_pages_status: off

Passes:
    memory: 64G
    settings:
      shared_buffers: 16GB
      huge_pages_status: on
"""

from collections.abc import Iterator

from ...units import GB, human
from ..audited import Audited
from ..finding import INFO, POSSIBLE, Finding
from ..huge import pages

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "large-buffers-in-small-pages"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/kernel-resources.html#LINUX-HUGE-PAGES"

LARGE = 8 * GB
"""From here on ten busy sessions spend 160 MB on page tables."""
PAGE_TABLES = 512
"""8 bytes for each page of 4 kB."""


def check(audited: Audited) -> Iterator[Finding]:
    server, found = audited.server, pages(audited.server)
    buffers, sessions = server.size("shared_buffers"), server.number("max_connections")
    small = server.value("huge_pages") == "off" or server.value("huge_pages_status") == "off"
    if buffers is None or buffers < LARGE or sessions is None or not small or (found is not None and found.enough):
        return  # huge-pages-left-unused tells the last
    tables = buffers // PAGE_TABLES
    yield audited.finding(
        ID,
        SEVERITY,
        f"shared_buffers {human(buffers)} without huge pages: up to {human(tables)} of page tables for each session",
        cure="reserve huge pages on the host (vm.nr_hugepages), grant them to the container, then huge_pages = try",
        where="huge_pages",
        arithmetic=f"{human(buffers)} / {PAGE_TABLES} × max_connections {sessions:.0f} = {human(tables * sessions)}",
        evidence={"shared_buffers": int(buffers), "page_tables": int(tables), "max_connections": int(sessions)},
        confidence=POSSIBLE,
    )
