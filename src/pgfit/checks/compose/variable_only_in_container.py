"""A variable is put in by compose, and only the container knows it.

Compose replaces `${NAME}` in the file from .env and its own environment. `environment:` and `env_file:` are for the
container alone: the limit or the setting gets nothing.

Fails:

    services:
      db:
        image: postgres:18
        command: -c shared_buffers=${SHARED_BUFFERS}
        environment:
          SHARED_BUFFERS: 256MB

Passes:

    services:
      db:
        image: postgres:18
        command: -c shared_buffers=256MB
"""

from collections.abc import Iterator

from ...inputs.compose.limits import DEPLOY
from ...inputs.compose.variables import expand
from ...model import Known
from ...yamltree import Node, Scalar, Sequence
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..inside import variable

ID = "variable-only-in-container"
SEVERITY = WARNING
LINK = "https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/"

PATHS = (
    ("command",),
    ("mem_limit",),
    ("cpus",),
    ("shm_size",),
    ("stop_grace_period",),
    (*DEPLOY, "memory"),
    (*DEPLOY, "cpus"),
)


def check(deployment: Deployment) -> Iterator[Finding]:
    for node in _scalars(deployment):
        unset = expand(node.text, deployment.project.variables).unset
        lost = [name for name in unset if isinstance(known := variable(deployment, name), Known) and known.value]
        if lost:
            message = f"compose puts nothing in place of {', '.join(lost)}: only the container knows it"
            yield deployment.finding(ID, SEVERITY, message, f"set {', '.join(lost)} in .env", node=node)


def _scalars(deployment: Deployment) -> Iterator[Scalar]:
    for path in PATHS:
        node: Node | None = deployment.get(*path)
        for one in node.items if isinstance(node, Sequence) else [node]:
            if isinstance(one, Scalar):
                yield one
