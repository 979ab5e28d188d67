"""Pages are read from outside shared_buffers though the limit has room for more of them.

A page that is not in shared_buffers comes from the page cache at best. Where the worst case leaves memory free, the
database is larger than shared_buffers and the profile is one that gains from large ones (`--profile oltp`, for instance),
they can be larger. `web` leaves the rest to the page cache, which reads as fast.

Fails:
    memory: 8G
    profile: oltp
    settings:
      shared_buffers: 1GB
      max_connections: 20
      max_parallel_workers: 2
      jit: off
    databases: {blocks_read: 9000000, blocks_hit: 50000000}
    sizes: [{database: shop, bytes: 30000000000}]

Passes:
    memory: 8G
    profile: oltp
    settings:
      shared_buffers: 1GB
      max_connections: 20
      jit: off
    databases: {blocks_read: 9000, blocks_hit: 50000000}
    sizes: [{database: shop, bytes: 30000000000}]
"""

from collections.abc import Iterator

from ...audit.fitting import fits_with
from ...model import Unknown
from ...units import Bytes, human
from ..audited import Audited
from ..buffers import TINY
from ..finding import INFO, POSSIBLE, Finding
from ..shares import data_of, limit_of

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "cache-misses-with-room"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS"

GOOD = 0.95
LEAST = 1_000_000
"""Reads before anything is concluded."""
WORTHWHILE = 1.5


def check(audited: Audited) -> Iterator[Finding]:
    server, claims = audited.server, audited.claims
    running, better = server.size("shared_buffers"), audited.recommended("shared_buffers").get("shared_buffers")
    read, hit = server.count("databases", "blocks_read"), server.count("databases", "blocks_hit")
    data = data_of(audited)
    if (
        isinstance(claims, Unknown)
        or isinstance(audited.plan, Unknown)
        or claims.fits is not True
        or running is None
        or not isinstance(better, Bytes)
    ):
        return
    if read is None or hit is None or read + hit < LEAST or data <= running or better < WORTHWHILE * running:
        return
    limit = limit_of(audited) or 0
    if hit / (hit + read) >= GOOD or running < TINY * limit:
        return  # shared-buffers-tiny tells it
    if not fits_with(server, audited.plan, {"shared_buffers": better}):
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"{100 * hit / (hit + read):.0f} % of the pages were found in shared_buffers {human(running)}, for {human(data)} of data",
        settings={"shared_buffers": better},
        where="shared_buffers",
        arithmetic=f"{hit:.0f} of {hit + read:.0f} reads; the worst case is {human(claims.worst_case)} of {human(limit)}",
        evidence={"blocks_hit": int(hit), "blocks_read": int(read), "shared_buffers": int(running), "data": data},
        confidence=POSSIBLE,
    )
