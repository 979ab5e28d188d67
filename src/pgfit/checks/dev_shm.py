"""The /dev/shm of a service: its size, and what decides it."""

from ..inputs.compose.limits import NOT_SET
from ..model import Known
from ..tune.container import DOCKER_SHM
from ..units import Bytes
from ..yamltree import Node, Scalar
from .data import mounts
from .deployment import Deployment

__all__ = ["DOCKERS", "mounted", "shm_size", "size"]

PLACE = "/dev/shm"  # noqa: S108  the mount
DOCKERS = Bytes(DOCKER_SHM)
"""What Docker gives it unless told."""


def mounted(deployment: Deployment) -> Node | None:
    """The tmpfs or volume that is mounted there."""
    return next((one.node for one in mounts(deployment) if one.target == PLACE), None)


def shm_size(deployment: Deployment) -> Scalar | None:
    """The key, where something stands in it."""
    node = deployment.get("shm_size")
    return node if isinstance(node, Scalar) and not node.null else None


def size(deployment: Deployment) -> Bytes | None:
    """None where it cannot be told: a variable decides, it is the host's, or a volume without a size."""
    limits, mount = deployment.server.limits, mounted(deployment)
    if limits.shm_shared or deployment.server.service.problem:
        return None
    if isinstance(limits.shm_size, Known):
        return limits.shm_size.value if mount is None or limits.shm_size.where == mount.place else None
    return DOCKERS if limits.shm_size == NOT_SET and mount is None and shm_size(deployment) is None else None
