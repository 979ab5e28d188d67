"""A parallel VACUUM or index build may need more than /dev/shm has.

A parallel build of a vector index, and up to PostgreSQL 16 a VACUUM by hand of a table with several indexes, puts up to
all of maintenance_work_mem there. Where it does not fit the command fails: "could not resize shared memory segment".

Fails:
    memory: 4G
    settings:
      maintenance_work_mem: 512MB
    server: {extensions: "plpgsql 1.0, vector 0.8.0"}

Passes:
    memory: 4G
    settings:
      maintenance_work_mem: 512MB
"""

from collections.abc import Iterator

from ...errors import BadValue
from ...tune import extensions
from ...tune.measured import CONSTANTS
from ...units import human
from ..audited import Audited
from ..finding import ERROR, LIKELY, WARNING, Finding
from ..shm import larger, room

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "maintenance-above-dev-shm"
SEVERITY = ERROR
LINK = "https://github.com/docker-library/docs/blob/master/postgres/README.md#caveats"


def check(audited: Audited) -> Iterator[Finding]:
    server, has, constants = audited.server, room(audited), CONSTANTS.get(audited.server.major)
    size, workers = server.size("maintenance_work_mem"), server.number("max_parallel_maintenance_workers")
    builders = [name for name in server.extensions if _builds_in_shm(name)]
    if has is None or size is None or constants is None or not workers or size <= has:
        return
    if not builders and not constants.vacuum_in_shm:
        return
    what = f"a parallel index build of {builders[0]}" if builders else "a parallel VACUUM"
    yield audited.finding(
        ID,
        SEVERITY if builders else WARNING,
        f"{what} may need {human(size)} of /dev/shm, which has {human(has)}",
        cure=f"{larger(audited, size)}; or max_parallel_maintenance_workers=0",
        where="maintenance_work_mem",
        arithmetic=f"maintenance_work_mem {human(size)}, all of it > {human(has)}",
        evidence={"needed": int(size), "dev_shm": int(has)},
        confidence=LIKELY,
    )


def _builds_in_shm(name: str) -> bool:
    try:
        return extensions.find(name).builds_in_shm
    except BadValue:
        return False
