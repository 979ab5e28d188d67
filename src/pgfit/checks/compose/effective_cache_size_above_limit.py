"""effective_cache_size is larger than the memory limit.

It allocates nothing: it tells the planner how much of the data is likely in memory. Page cache counts in the
container's limit, so there is never more than that. The planner then takes index scans that read from disk for cheap.

Fails:

    services:
      db:
        image: postgres:18
        mem_limit: 1g
        command: -c effective_cache_size=3GB

Passes:

    services:
      db:
        image: postgres:18
        mem_limit: 1g
        command: -c effective_cache_size=768MB
"""

from collections.abc import Iterator

from ...model import Known
from ...units import Bytes, human, print_postgres_size, round_down
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..given import node_of, stated

ID = "effective-cache-size-above-limit"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-EFFECTIVE-CACHE-SIZE"


def check(deployment: Deployment) -> Iterator[Finding]:
    limit, size = deployment.server.limits.memory, stated(deployment, "effective_cache_size")
    if isinstance(limit, Known) and isinstance(size, Bytes) and size > limit.value:
        message = f"effective_cache_size {human(size)} is above the limit of {human(limit.value)}"
        cure = f"-c effective_cache_size={print_postgres_size(round_down(limit.value / 2))}"
        yield deployment.finding(ID, SEVERITY, message, cure, node=node_of(deployment, "effective_cache_size"))
