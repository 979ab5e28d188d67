"""More than 80 % of /dev/shm are in use now.

Statistics and parallel queries live there. The next parallel query that needs a piece of it fails: "could not resize
shared memory segment: No space left on device".

Fails:
    memory: 4G
    dev_shm: {files: 9, bytes: 250000000}

Passes:
    memory: 4G
    dev_shm: {files: 2, bytes: 1048576}
"""

from collections.abc import Iterator

from ...units import human
from ..audited import Audited
from ..finding import WARNING, Finding
from ..shares import percent
from ..shm import larger

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "dev-shm-nearly-full"
SEVERITY = WARNING
LINK = "https://github.com/docker-library/docs/blob/master/postgres/README.md#caveats"

FULL = 0.8


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    has, used = server.shm_size, server.count("dev_shm", "bytes")
    if has is None or used is None or used <= FULL * has:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"{human(used)} of the {human(has)} of /dev/shm are in use",
        cure=larger(audited, 2 * int(used)),
        where="container",
        arithmetic=f"{percent(used, has)} of {human(has)}",
        evidence={"dev_shm": int(has), "used": int(used)},
    )
