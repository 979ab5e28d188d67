"""shm_size has no effect.

A tmpfs or a volume that is mounted at /dev/shm hides what shm_size asks for, and with `ipc: host` the container uses
the host's /dev/shm. Under `build:` it is meant for the steps of the build, not for the server.

Fails:

    services:
      db:
        image: postgres:18
        shm_size: 256m
        ipc: host

Passes:

    services:
      db:
        image: postgres:18
        shm_size: 256m
"""

from collections.abc import Iterator

from ...yamltree import Scalar
from ..deployment import Deployment
from ..dev_shm import mounted, shm_size
from ..finding import WARNING, Finding

ID = "shm-size-ignored"
SEVERITY = WARNING
LINK = "https://docs.docker.com/reference/compose-file/services/#shm_size"


def check(deployment: Deployment) -> Iterator[Finding]:
    node, mount, ipc = shm_size(deployment), mounted(deployment), deployment.get("ipc")
    of_build = deployment.get("build", "shm_size")
    if node is not None and mount is not None:
        message, cure = f"shm_size is ignored: something is mounted at /dev/shm ({mount.place})", "keep one of the two"
        yield deployment.finding(ID, SEVERITY, message, cure, node=node)
    elif node is not None and isinstance(ipc, Scalar) and "$" not in ipc.text and deployment.server.limits.shm_shared:
        kind = ipc.text.partition(":")[0]
        message, cure = f"shm_size is ignored: `ipc: {kind}` shares another's /dev/shm ({ipc.place})", "delete `ipc:`"
        yield deployment.finding(ID, SEVERITY, message, cure, node=node)
    elif node is None and mount is None and of_build is not None:
        message = "shm_size under `build:` is for building the image, not for the server"
        yield deployment.finding(ID, SEVERITY, message, "shm_size: 256m in the service itself", node=of_build)
