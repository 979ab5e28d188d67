"""More parallel workers are allowed than there are processors.

Workers beyond the processors only take turns, and each may hold work_mem of its own: they cost memory and bring
nothing.

Fails:
    cpus: 2
    settings:
      max_parallel_workers: 8

Passes:
    cpus: 2
    settings:
      max_parallel_workers: 2
"""

from collections.abc import Iterator

from ...model import Known
from ...units import print_cpus
from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "parallel-workers-above-cpus"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-MAX-PARALLEL-WORKERS"

TIMES = 2


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    workers, slots = server.number("max_parallel_workers"), server.number("max_worker_processes")
    if workers is None or slots is None or not isinstance(server.cpus, Known):
        return
    cpus, running = server.cpus.value, min(workers, slots)
    if running <= max(1.0, TIMES * cpus):
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"{running:.0f} parallel workers are allowed for {print_cpus(cpus)} CPU",
        settings=audited.recommended("max_parallel_workers", "max_parallel_workers_per_gather"),
        cure="no more workers than processors",
        where="max_parallel_workers",
        arithmetic=f"max_parallel_workers {workers:.0f}, max_worker_processes {slots:.0f} > {TIMES} × {print_cpus(cpus)}",
        evidence={"workers": int(running), "cpus": cpus},
    )
