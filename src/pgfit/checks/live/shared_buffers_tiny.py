"""shared_buffers are less than a twentieth of the limit, though the databases are larger.

Reads lose little: the kernel's page cache has the rest. But a page that is written leaves small shared_buffers again and
again before a checkpoint, and is written each time. The default of 128 MB is chosen so that PostgreSQL starts anywhere;
it suits a limit of 1 GB.

Fails:
    memory: 8G
    settings:
      shared_buffers: 128MB
    sizes: [{database: shop, bytes: 20000000000}]
    databases: {blocks_read: 4000000, blocks_hit: 20000000}

Passes:
    memory: 8G
    settings:
      shared_buffers: 2GB
    sizes: [{database: shop, bytes: 20000000000}]
"""

from collections.abc import Iterator

from ...audit.fitting import fits_with
from ...catalog.values import print_value
from ...model import Unknown
from ...units import GB, Bytes, human
from ..audited import Audited
from ..buffers import TINY
from ..finding import LIKELY, WARNING, Finding
from ..shares import data_of, limit_of, percent

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "shared-buffers-tiny"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS"

ROOM = GB
"""Of a limit: with less, whatever there is may be small."""
FOUND = 0.99
"""Share of pages found in shared_buffers above which more of them would change little."""


def check(audited: Audited) -> Iterator[Finding]:
    server, limit = audited.server, limit_of(audited)
    buffers, better = server.size("shared_buffers"), audited.recommended("shared_buffers").get("shared_buffers")
    if limit is None or limit < ROOM or buffers is None or not isinstance(better, Bytes) or better <= buffers:
        return
    data = data_of(audited)
    read, hit = server.count("databases", "blocks_read"), server.count("databases", "blocks_hit")
    if buffers >= TINY * limit or data <= buffers or not read or hit is None:
        return
    found = hit / (hit + read)
    if found >= FOUND:
        return
    made = audited.plan
    fits = not isinstance(made, Unknown) and fits_with(server, made, {"shared_buffers": better})
    yield audited.finding(
        ID,
        SEVERITY,
        f"shared_buffers {human(buffers)} in a limit of {human(limit)}, for {human(data)} of data",
        settings={"shared_buffers": better} if fits else {},
        cure=""
        if fits
        else f"shared_buffers={print_value(better)}, with the rest of what pgfit recommends: alone it would not fit",
        where="shared_buffers",
        arithmetic=f"{percent(buffers, limit)} of the limit; {100 * found:.1f} % of the pages were found there",
        evidence={"shared_buffers": int(buffers), "limit": int(limit), "data": data, "hit_ratio": round(found, 4)},
        confidence=LIKELY,
    )
