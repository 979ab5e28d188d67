"""The /dev/shm of a live server: how much room it has, and how to give it more."""

from ..tune.container import DOCKER_SHM, SHM_STEP
from ..units import Bytes, human, print_docker_size
from .audited import Audited
from .shares import limit_of

__all__ = ["larger", "room"]


def room(audited: Audited) -> Bytes | None:
    """What parallel work may take: /dev/shm, and what was set aside at start. None where parallel work lies elsewhere."""
    server = audited.server
    has, beside = server.shm_size, server.size("min_dynamic_shared_memory")
    if has is None or server.value("dynamic_shared_memory_type") != "posix":
        return None
    return Bytes(has + max(0, beside or 0))


def larger(audited: Audited, need: int) -> str:
    """`shm_size: 256m`, where the limit has room for it."""
    enough = Bytes(max(DOCKER_SHM, (-(-need // SHM_STEP) + 1) * SHM_STEP))  # the statistics lie there too
    limit = limit_of(audited)
    if limit is not None and 2 * enough > limit:
        return f"smaller settings (pgfit recommend): the limit leaves no room for a /dev/shm of {human(enough)}"
    return f"shm_size: {print_docker_size(enough)} (the container must be created anew)"
