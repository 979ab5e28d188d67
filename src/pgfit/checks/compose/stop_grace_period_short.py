"""The time to stop is too short for the shared_buffers.

A shutdown writes all of shared_buffers that has changed, on a modest volume some 50 MB a second. When the time is over
Docker kills the server, and the next start begins with crash recovery.

Fails:

    services:
      db:
        image: postgres:18
        command: -c shared_buffers=4GB
        stop_grace_period: 10s

Passes:

    services:
      db:
        image: postgres:18
        command: -c shared_buffers=4GB
        stop_grace_period: 90s
"""

from collections.abc import Iterator

from ...model import Known
from ...tune.container import LEAST_STOP, MOST_STOP, STOP_RATE
from ...units import MB, Bytes, human
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..given import effective

ID = "stop-grace-period-short"
SEVERITY = WARNING
LINK = "https://docs.docker.com/reference/compose-file/services/#stop_grace_period"
SHORT = 30
LARGE = 256 * MB


def check(deployment: Deployment) -> Iterator[Finding]:
    grace, buffers = deployment.server.limits.stop_grace_period, effective(deployment, "shared_buffers")
    if not isinstance(grace, Known) or grace.value >= 1000 * SHORT or not isinstance(buffers, Bytes) or buffers < LARGE:
        return
    needed = max(LEAST_STOP, min(MOST_STOP, -(-buffers // STOP_RATE // 30) * 30))
    message = f"{grace.value / 1000:g} seconds to stop are short for {human(buffers)} of shared_buffers"
    arithmetic = f"{human(buffers)} at {human(STOP_RATE)} a second are {buffers / STOP_RATE:.0f} s"
    node = deployment.get("stop_grace_period")
    yield deployment.finding(ID, SEVERITY, message, f"stop_grace_period: {needed}s", node=node, arithmetic=arithmetic)
