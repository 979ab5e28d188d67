"""The container uses swap, or may.

A server that swaps answers a hundred times slower, and everything that waits for it times out. Docker allows as much
swap as memory unless told otherwise, so that a server too large for its limit does not fail but crawls.

Fails:
    memory: 1G
    files:
      memory.swap.max: "1073741824"
      memory.swap.current: "268435456"

Passes:
    memory: 1G
    files:
      memory.swap.max: "0"
"""

from collections.abc import Iterator

from ...units import human, print_docker_size
from ..audited import Audited
from ..finding import INFO, WARNING, Finding
from ..shares import limit_of, percent

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "swap-in-reach"
SEVERITY = WARNING
LINK = "https://docs.docker.com/engine/containers/resource_constraints/#--memory-swap-details"

SHARE_IN_USE = 0.02
"""Of the limit. Below it only pages that nobody touched since the start lie there, which hurts nobody."""


def check(audited: Audited) -> Iterator[Finding]:
    container, limit = audited.server.container, limit_of(audited)
    used, allowed = container.swap_used or 0, container.swap_allowed
    if limit is None or not (used or allowed or container.swap_unlimited):
        return
    if not used and container.machine.get("SwapTotal") == 0:
        return
    grave = used > SHARE_IN_USE * limit
    may = human(allowed) if allowed is not None else "any amount" if container.swap_unlimited else "an unknown amount"
    yield audited.finding(
        ID,
        SEVERITY if grave else INFO,
        f"{human(used)} of the server lie in swap" if grave else f"the container may swap {may}",
        cure=f"memswap_limit: {print_docker_size(limit)} (the same as mem_limit: no swap)",
        where="container",
        arithmetic=f"{percent(used, limit)} of the limit of {human(limit)} in use, {may} allowed",
        evidence={"swap_used": used, "limit": int(limit), **({"swap_allowed": allowed} if allowed is not None else {})},
    )
