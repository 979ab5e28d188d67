"""Queries write temporary files though the memory limit has room for a larger work_mem.

A sort or hash that does not fit work_mem goes to disk and takes several times as long. Where the worst case of the
running settings leaves memory unused, that memory can serve them.

Fails:
    memory: 8G
    settings:
      max_connections: 20
      work_mem: 1MB
      shared_buffers: 512MB
      max_parallel_workers: 2
    databases: {temp_bytes: 50000000000, temp_files: 12000}

Passes:
    memory: 8G
    settings:
      max_connections: 20
      work_mem: 1MB
      shared_buffers: 512MB
      max_parallel_workers: 2
    databases: {temp_bytes: 5000000, temp_files: 2}
"""

from collections.abc import Iterator

from ...audit.comparison import SPILLED, spills
from ...audit.fitting import fits_with
from ...model import Unknown
from ...units import MB, Bytes, human
from ..audited import Audited
from ..finding import LIKELY, WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "temp-files-with-room"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM"

WORTHWHILE = 1.5
"""Times the running work_mem."""


def check(audited: Audited) -> Iterator[Finding]:
    server, claims = audited.server, audited.claims
    spilled, running = spills(server), server.size("work_mem")
    better = audited.recommended("work_mem").get("work_mem")
    if (
        isinstance(claims, Unknown)
        or isinstance(audited.plan, Unknown)
        or claims.fits is not True
        or spilled is None
        or spilled < SPILLED
    ):
        return
    if running is None or not isinstance(better, Bytes):
        return
    while better >= WORTHWHILE * running and not fits_with(server, audited.plan, {"work_mem": better}):
        better = Bytes(better // 2 // MB * MB)  # pgfit's value counts on its own values of other settings
    if better < WORTHWHILE * running:
        return
    files = server.count("databases", "temp_files") or 0
    yield audited.finding(
        ID,
        SEVERITY,
        f"queries write {human(spilled)} of temporary files a day ({files:.0f} files so far) with work_mem {human(running)}",
        settings={"work_mem": better},
        where="work_mem",
        arithmetic=f"the worst case is {human(claims.worst_case)}; with work_mem {human(better)} it still fits the limit",
        evidence={"temp_bytes_per_day": round(spilled), "work_mem": int(running), "worst_case": claims.worst_case},
        confidence=LIKELY,
    )
