"""The /dev/shm may take more than half of the memory limit.

What lies in /dev/shm counts in the container's limit, and unlike page cache the kernel cannot drop it. Parallel queries
that fill it push the server itself out of memory. shared_buffers do not live there, so it need not be that large.

Fails:

    services:
      db:
        image: postgres:18
        mem_limit: 512m
        shm_size: 1g

Passes:

    services:
      db:
        image: postgres:18
        mem_limit: 512m
        shm_size: 128m
"""

from collections.abc import Iterator

from ...model import Known
from ...units import human, print_docker_size, round_down
from ..deployment import Deployment
from ..dev_shm import DOCKERS, mounted, shm_size, size
from ..finding import WARNING, Finding

ID = "shm-above-half-the-limit"
SEVERITY = WARNING
LINK = "https://docs.docker.com/reference/compose-file/services/#shm_size"


def check(deployment: Deployment) -> Iterator[Finding]:
    limit, shm = deployment.server.limits.memory, size(deployment)
    mount, key = mounted(deployment), shm_size(deployment)
    if not isinstance(limit, Known) or shm is None or (mount is None and key is None) or 2 * shm <= limit.value:
        return
    message = f"a full /dev/shm takes {human(shm)} of the limit of {human(limit.value)}"
    tidy = print_docker_size(round_down(max(DOCKERS, limit.value / 4)))
    cure = f"shm_size: {tidy}" if mount is None else f"size={tidy}"
    yield deployment.finding(ID, SEVERITY, message, cure, node=mount or key)
