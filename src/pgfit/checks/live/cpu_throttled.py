r"""The CPU limit stops the server again and again.

Once the container has used its share of a period (usually 100 ms), all of its processes stand still until the next,
also one that holds a lock others wait for. Latencies grow long before the average use looks high.

Fails:
    files:
      cpu.stat: "nr_periods 100000\nnr_throttled 31000\nthrottled_usec 900000000"

Passes:
    files:
      cpu.stat: "nr_periods 100000\nnr_throttled 900\nthrottled_usec 900000"
"""

from collections.abc import Iterator

from ...model import Known
from ...units import print_cpus
from ..audited import Audited
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "cpu-throttled"
SEVERITY = WARNING
LINK = "https://docs.kernel.org/scheduler/sched-bwc.html"

MUCH = 0.1
LEAST = 1000
"""Periods, some two minutes of work, before anything is concluded."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    if server.container.throttling is None:
        return
    stopped, periods = server.container.throttling
    if periods < LEAST or stopped <= MUCH * periods:
        return
    cpus = f" of {print_cpus(server.cpus.value)}" if isinstance(server.cpus, Known) else ""
    yield audited.finding(
        ID,
        SEVERITY,
        f"the CPU limit{cpus} cut short {100 * stopped / periods:.0f} % of all periods since the container started",
        cure="a higher CPU limit, or fewer sessions and parallel workers at once",
        where="container",
        arithmetic=f"{stopped} of {periods} periods",
        evidence={"throttled": stopped, "periods": periods},
    )
