"""One query may use more processors than the container has.

With max_parallel_workers_per_gather at or above the processors, a single report makes all other sessions wait, and
below two processors parallel query costs more than it brings.

Fails:
    cpus: 1
    settings:
      max_parallel_workers_per_gather: 4

Passes:
    cpus: 8
    settings:
      max_parallel_workers_per_gather: 2
"""

from collections.abc import Iterator

from ...model import Known
from ...units import print_cpus
from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "one-query-takes-all-cpus"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-MAX-PARALLEL-WORKERS-PER-GATHER"


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    asked, workers = server.number("max_parallel_workers_per_gather"), server.number("max_parallel_workers")
    if asked is None or not workers or not asked or not isinstance(server.cpus, Known):
        return
    planned = min(asked, workers)
    cpus = server.cpus.value
    if planned < cpus and cpus >= 2:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"one query may use {planned:.0f} workers beside itself, on {print_cpus(cpus)} CPU",
        settings=audited.recommended("max_parallel_workers_per_gather") or {"max_parallel_workers_per_gather": int(cpus // 2)},
        where="max_parallel_workers_per_gather",
        arithmetic=f"{planned:.0f} + 1 > {print_cpus(cpus)}",
        evidence={"max_parallel_workers_per_gather": int(asked), "workers": int(planned), "cpus": cpus},
    )
