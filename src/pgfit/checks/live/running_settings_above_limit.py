"""The worst case of the running settings does not fit the container's memory limit.

Every allowed session with the sorts and hashes of its profile, the parallel workers, autovacuum and one manual CREATE
INDEX may need memory at the same moment. If their sum is larger than the limit, a busy day ends with the kernel's OOM
killer: the postmaster restarts all sessions, or the container dies.

Fails:
    memory: 512M
    settings:
      max_connections: 100
      work_mem: 16MB

Passes:
    memory: 4G
    settings:
      max_connections: 40
      work_mem: 4MB
      max_parallel_workers: 2
"""

from collections.abc import Iterator

from ...audit.fitting import that_fit
from ...model import Known, Unknown
from ...units import human
from ..audited import Audited
from ..finding import ERROR, WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "running-settings-above-limit"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/kernel-resources.html#LINUX-MEMORY-OVERCOMMIT"

FAR = 1.25
"""Times the limit: below, a warning; not every session is at its worst at once."""
SETTINGS = (
    "shared_buffers",
    "max_connections",
    "work_mem",
    "hash_mem_multiplier",
    "enable_parallel_hash",
    "jit",
    "maintenance_work_mem",
    "autovacuum_work_mem",
    "autovacuum_max_workers",
    "max_parallel_workers",
    "temp_buffers",
    "default_statistics_target",
)


def check(audited: Audited) -> Iterator[Finding]:
    server, claims = audited.server, audited.claims
    if isinstance(claims, Unknown) or not isinstance(server.memory, Known) or claims.fits is not False:
        return
    limit = server.memory.value
    made = audited.plan
    lower = {} if isinstance(made, Unknown) else that_fit(server, made, SETTINGS)
    otherwise = f"a memory limit of {human(claims.worst_case)}, or a pooler and fewer connections"
    yield audited.finding(
        ID,
        SEVERITY if claims.worst_case > FAR * limit else WARNING,
        f"the worst case is {human(claims.worst_case)}, {human(claims.worst_case - limit)} above the limit of {human(limit)}",
        settings=lower,
        cure="lower these, and it fits with all else as it runs:" if lower else otherwise,
        where="max_connections",
        arithmetic=claims.arithmetic,
        evidence={"worst_case": claims.worst_case, "limit": int(limit)},
    )
