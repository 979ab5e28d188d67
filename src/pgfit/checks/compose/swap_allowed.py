"""The container may swap.

memswap_limit is memory and swap together: above the memory limit it allows the difference, at -1 any amount. A server
that swaps answers a hundred times slower, and everything that waits for it times out.

Fails:

    services:
      db:
        image: postgres:18
        mem_limit: 1g
        memswap_limit: 2g

Passes:

    services:
      db:
        image: postgres:18
        mem_limit: 1g
        memswap_limit: 1g
"""

from collections.abc import Iterator

from ...errors import BadValue
from ...inputs.compose.variables import value
from ...model import Known
from ...units import human, parse_size, print_docker_size
from ...yamltree import Scalar
from ..deployment import Deployment
from ..finding import INFO, Finding

ID = "swap-allowed"
SEVERITY = INFO
LINK = "https://docs.docker.com/engine/containers/resource_constraints/#--memory-swap-details"


def check(deployment: Deployment) -> Iterator[Finding]:
    limit, node = deployment.server.limits.memory, deployment.get("memswap_limit")
    if not isinstance(limit, Known) or not isinstance(node, Scalar) or node.null:
        return
    stated = value(node, deployment.project.variables)
    if not isinstance(stated, Known):
        return
    try:
        more = None if stated.value.strip() == "-1" else parse_size(stated.value) - limit.value
    except BadValue:
        return  # 0 is not stated at all
    if more is None or more > 0:
        message = f"memswap_limit allows {'any amount' if more is None else human(more)} of swap"
        cure = f"memswap_limit: {print_docker_size(limit.value)}"
        yield deployment.finding(ID, SEVERITY, message, cure, node=node)
