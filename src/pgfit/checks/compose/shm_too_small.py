"""The /dev/shm is too small for what the settings allow a single query.

A parallel hash join builds one table in /dev/shm, of work_mem × hash_mem_multiplier for each planned worker and the
leader. A parallel build of a vector index, and up to PostgreSQL 16 a parallel VACUUM, puts all of maintenance_work_mem
there. Docker's 64 MB then end in "could not resize shared memory segment".

Fails:

    services:
      db:
        image: postgres:18
        command: -c work_mem=32MB

Passes:

    services:
      db:
        image: postgres:18
        command: -c work_mem=32MB
        shm_size: 256m
"""

from collections.abc import Iterator

from ...model import Known
from ...patch.places import Change
from ...tune import extensions
from ...tune.container import SHM_STEP
from ...tune.measured import CONSTANTS
from ...units import Bytes, human, print_docker_size
from .. import dev_shm
from ..deployment import Deployment
from ..finding import ERROR, Finding
from ..given import effective, majors
from ..own_lines import added

ID = "shm-too-small"
SEVERITY = ERROR
LINK = "https://github.com/docker-library/docs/blob/master/postgres/README.md#caveats"

Need = tuple[Bytes, str, str]
"""How much, of what, and how it comes about."""


def check(deployment: Deployment) -> Iterator[Finding]:
    shm = dev_shm.size(deployment)
    needs = sorted((*_hash(deployment), *_maintenance(deployment)), reverse=True)
    if shm is None or effective(deployment, "dynamic_shared_memory_type") not in {"posix", None} or not needs:
        return
    (need, what, arithmetic), mount, key = needs[0], dev_shm.mounted(deployment), dev_shm.shm_size(deployment)
    beside = effective(deployment, "min_dynamic_shared_memory")
    if need <= shm + (beside if isinstance(beside, Bytes) else 0):
        return
    enough = Bytes((-(-need // SHM_STEP) + 1) * SHM_STEP)  # the statistics lie there too
    limit = deployment.server.limits.memory
    fix: tuple[Change, ...] = ()
    cure = f"shm_size: {print_docker_size(enough)}" if mount is None else f"size={print_docker_size(enough)}"
    if isinstance(limit, Known) and 2 * enough > limit.value:
        cure = "pgfit compose --write: smaller settings; the limit leaves no room for such a /dev/shm"
    elif mount is None and len(majors(deployment)) == 1 and (key is None or "$" not in key.text):
        fix = added(deployment.project, deployment.server.service, ("shm_size",), print_docker_size(enough))
    message = f"{what} may need {human(need)} of /dev/shm, which has {human(shm)}"
    yield deployment.finding(ID, SEVERITY, message, cure, node=mount or key, arithmetic=arithmetic, fix=fix)


def _hash(deployment: Deployment) -> Iterator[Need]:
    planned, work_mem = effective(deployment, "max_parallel_workers_per_gather"), effective(deployment, "work_mem")
    multiplier, workers = effective(deployment, "hash_mem_multiplier"), effective(deployment, "max_parallel_workers")
    if not isinstance(planned, int) or not isinstance(work_mem, Bytes) or not isinstance(multiplier, float) or not planned:
        return
    if workers == 0 or effective(deployment, "enable_parallel_hash") is not True:
        return
    told = f"({planned} workers + 1) × work_mem {human(work_mem)} × hash_mem_multiplier {multiplier:g}"
    yield Bytes(int((planned + 1) * work_mem * multiplier)), "one parallel hash join", told


def _maintenance(deployment: Deployment) -> Iterator[Need]:
    size, workers = effective(deployment, "maintenance_work_mem"), effective(deployment, "max_parallel_maintenance_workers")
    family, known = deployment.server.family, majors(deployment)
    if not isinstance(size, Bytes) or family is None or not workers or not known:
        return
    told = f"maintenance_work_mem {human(size)}, all of it"
    if any(extensions.find(name).builds_in_shm for name in family.extensions):
        yield size, "a parallel build of a vector index", told
    elif all(CONSTANTS[major].vacuum_in_shm for major in known):
        yield size, "a parallel VACUUM", told
