"""More than 90 % of the limit is held by memory that the kernel cannot take back.

Private memory of sessions, touched shared memory and page tables leave no room for the page cache that the server reads
through. It first becomes slow, reading its own program from the disk again and again, and is then killed.

Fails:
    memory: 1G
    files:
      memory.stat: |
        anon 600000000
        file 450000000
        kernel 50000000
        shmem 400000000

Passes:
    memory: 1G
    files:
      memory.stat: |
        anon 200000000
        file 800000000
        kernel 50000000
        shmem 300000000
"""

from collections.abc import Iterator

from ...units import human
from ..audited import Audited
from ..finding import ERROR, WARNING, Finding
from ..shares import limit_of, lower, percent

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "memory-nearly-full"
SEVERITY = WARNING
LINK = "https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files"

FULL = 0.9
"""Of the limit."""
THRASHING = 0.975
"""Of the limit. Trials in 256 MB ran 4 to 40 times slower from 6 MB below the limit on, and were killed at 0 to 5 MB."""


def check(audited: Audited) -> Iterator[Finding]:
    split, limit = audited.server.container.split, limit_of(audited)
    if split is None or limit is None or split.held <= FULL * limit:
        return
    parts = f"{human(split.anon)} private + {human(split.shmem)} shared + {human(split.kernel)} of the kernel's"
    yield audited.finding(
        ID,
        ERROR if split.held > THRASHING * limit else SEVERITY,
        f"{human(split.held)} of {human(limit)} are held ({percent(split.held, limit)}), and cannot be given back",
        cure="a larger limit, or less for sessions and shared_buffers: pgfit recommend",
        settings=lower(audited, "shared_buffers", "work_mem"),
        where="container",
        arithmetic=f"{parts}; page cache {human(split.file)}",
        evidence={"held": split.held, "anon": split.anon, "shmem": split.shmem, "file": split.file, "limit": int(limit)},
    )
