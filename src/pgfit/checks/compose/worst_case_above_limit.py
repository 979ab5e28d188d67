"""What the settings allow is more than the memory limit.

Every session may sort and hash at once, each in its work_mem; autovacuum and an index build come on top. If the sum
is above the limit, a busy moment ends with the kernel killing the server. The arithmetic is `pgfit explain budget`'s.

What the command does not set counts with PostgreSQL's default.

Fails:

    services:
      db:
        image: postgres:18
        mem_limit: 256m
        command: -c shared_buffers=128MB -c max_connections=100

Passes:

    services:
      db:
        image: postgres:18
        mem_limit: 256m
        cpus: 0.5
        command: -c shared_buffers=32MB -c max_connections=10 -c work_mem=1MB -c hash_mem_multiplier=1
          -c maintenance_work_mem=16MB -c autovacuum_work_mem=8MB -c autovacuum_max_workers=1 -c max_parallel_workers=0
          -c max_parallel_workers_per_gather=0 -c max_parallel_maintenance_workers=0 -c jit=off -c io_workers=2
"""

from collections.abc import Iterator

from ...model import Plan
from ...units import human
from ..deployment import Deployment
from ..finding import ERROR, Finding

ID = "worst-case-above-limit"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#RUNTIME-CONFIG-RESOURCE-MEMORY"


def check(deployment: Deployment) -> Iterator[Finding]:
    as_set = deployment.as_set
    if not isinstance(as_set, Plan) or not as_set.budget.overcommit:
        return
    budget = as_set.budget
    message = f"at worst it takes {human(budget.worst_case)} of {human(budget.limit)}"
    arithmetic = " + ".join(f"{part.name.replace('_', ' ')} {human(part.size)}" for part in budget.parts)
    node = deployment.server.command.node
    yield deployment.finding(ID, SEVERITY, message, "pgfit compose --write", node=node, arithmetic=arithmetic)
