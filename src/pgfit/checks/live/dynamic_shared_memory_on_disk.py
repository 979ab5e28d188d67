"""Parallel queries share their memory through files on the disk.

With dynamic_shared_memory_type=mmap it lies in files of the data directory, which the kernel writes back again and
again. It is a way out where /dev/shm is too small and cannot be enlarged; otherwise it only costs I/O.

Fails:
    settings:
      dynamic_shared_memory_type: mmap

Passes:
    settings:
      dynamic_shared_memory_type: posix
"""

from collections.abc import Iterator

from ...units import human
from ..audited import Audited
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "dynamic-shared-memory-on-disk"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-DYNAMIC-SHARED-MEMORY-TYPE"


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    if server.value("dynamic_shared_memory_type") != "mmap":
        return
    has = server.shm_size
    yield audited.finding(
        ID,
        SEVERITY,
        "dynamic_shared_memory_type is mmap: parallel queries and the statistics write to files in pg_dynshmem",
        cure="a /dev/shm of the right size (shm_size in compose.yaml; pgfit recommend tells it), then",
        settings={"dynamic_shared_memory_type": "posix"},
        where="dynamic_shared_memory_type",
        arithmetic=f"{human(has)} of /dev/shm stand unused" if has is not None else "",
        evidence={"dynamic_shared_memory_type": "mmap", **({"dev_shm": int(has)} if has is not None else {})},
    )
