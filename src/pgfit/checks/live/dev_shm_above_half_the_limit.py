"""The /dev/shm may take more than half of the memory limit.

What lies in /dev/shm counts in the container's limit, and unlike page cache the kernel cannot drop it. Parallel queries
that fill it push the server itself out of memory. shared_buffers do not live there, so it need not be that large.

Fails:
    memory: 512M
    files:
      /proc/self/mountinfo: |
        30 20 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw
        40 20 0:40 / /dev/shm rw - tmpfs shm rw,size=1048576k

Passes:
    memory: 4G
    files:
      /proc/self/mountinfo: |
        30 20 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw
        40 20 0:40 / /dev/shm rw - tmpfs shm rw,size=1048576k
"""

from collections.abc import Iterator

from ...tune.container import DOCKER_SHM
from ...units import human, print_docker_size, round_down
from ..audited import Audited
from ..finding import WARNING, Finding
from ..shares import limit_of, percent

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "dev-shm-above-half-the-limit"
SEVERITY = WARNING
LINK = "https://docs.docker.com/reference/compose-file/services/#shm_size"

NEAR = 0.05
"""Of its size: what the kernel holds back when it counts the machine's memory."""


def check(audited: Audited) -> Iterator[Finding]:
    limit, has = limit_of(audited), audited.server.shm_size
    if limit is None or has is None or 2 * has <= limit or has <= DOCKER_SHM:
        return  # Docker's own size nobody chose
    if abs(2 * has - audited.server.container.machine.get("MemTotal", 0)) < NEAR * has:
        return  # nor the kernel's, half of the machine: it is the host's own /dev/shm
    yield audited.finding(
        ID,
        SEVERITY,
        f"a full /dev/shm takes {human(has)} of the limit of {human(limit)}",
        cure=f"shm_size: {print_docker_size(round_down(max(DOCKER_SHM, limit / 4)))}",
        where="container",
        arithmetic=f"{percent(has, limit)} of the limit",
        evidence={"dev_shm": int(has), "limit": int(limit)},
    )
