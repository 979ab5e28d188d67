"""The disk below the data directory is read ahead by a megabyte or more, and the databases are larger than the limit.

Linux reads 128 kB ahead; machines tuned for throughput, and some volumes, read megabytes. File systems that keep what was
read in large folios (XFS; ext4 from Linux 6.16 on) then hold little of what single rows need in the page cache. At 1 GB with
128 MB of shared_buffers, 8 MB of read-ahead did 0.6 of the single rows that 128 kB did, and 1.7 of a mix with reports over
ranges (two runs, on different days). Large shared_buffers read single rows well on both.

Fails:
    memory: 1G
    disk: {device: "254:0", read_ahead_kb: 8192}
    sizes: [{database: shop, bytes: 5000000000}]

Passes:
    memory: 1G
    disk: {device: "254:0", read_ahead_kb: 128}
    sizes: [{database: shop, bytes: 5000000000}]
"""

from collections.abc import Iterator

from ...units import KB, Bytes, human
from ..audited import Audited
from ..finding import INFO, POSSIBLE, Finding
from ..shares import data_of, limit_of

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "disk-read-far-ahead"
SEVERITY = INFO
LINK = "https://www.kernel.org/doc/html/latest/block/queue-sysfs.html"

FAR = 1024
"""Kilobytes, as `pgfit trial` tells it; measured were 128 and 8192."""


def check(audited: Audited) -> Iterator[Finding]:
    server, limit = audited.server, limit_of(audited)
    ahead = server.count("disk", "read_ahead_kb")
    data = data_of(audited)
    if limit is None or ahead is None or ahead < FAR or data <= limit:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"the disk is read ahead by {human(Bytes(int(ahead) * KB))}, for {human(data)} of data in a limit of {human(limit)}",
        cure="for single rows, on the host: echo 128 > /sys/block/…/queue/read_ahead_kb; or pgfit audit --profile oltp",
        where="container",
        arithmetic=f"{ahead:.0f} kB of read-ahead; Linux's default is 128 kB",
        evidence={"read_ahead_kb": int(ahead), "data": data, "limit": int(limit)},
        confidence=POSSIBLE,
    )
