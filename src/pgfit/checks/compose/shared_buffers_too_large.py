"""shared_buffers take more than 40 % of the memory limit.

They are never given back, and everything else must live in the rest: sessions, sorts, autovacuum, and the page cache,
which the server reads through. PostgreSQL's manual says that more than 40 % is unlikely to be better even where it fits.

Without the setting they are 128 MB.

Fails:

    services:
      db:
        image: postgres:18
        mem_limit: 1g
        command: -c shared_buffers=768MB

Passes:

    services:
      db:
        image: postgres:18
        mem_limit: 1g
        command: -c shared_buffers=256MB
"""

from collections.abc import Iterator

from ...model import Known
from ...units import MB, Bytes, human, print_postgres_size, round_down
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..given import effective, node_of

ID = "shared-buffers-too-large"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS"
MOST = 0.4


def check(deployment: Deployment) -> Iterator[Finding]:
    limit, buffers = deployment.server.limits.memory, effective(deployment, "shared_buffers")
    if not isinstance(limit, Known) or not isinstance(buffers, Bytes) or buffers <= MOST * limit.value:
        return
    node = node_of(deployment, "shared_buffers")
    default = "" if node else " (PostgreSQL's default)"
    share = f"{100 * buffers / limit.value:.0f} %"
    message = f"shared_buffers {human(buffers)}{default} are {share} of the limit of {human(limit.value)}"
    cure = f"-c shared_buffers={print_postgres_size(round_down(limit.value / 4, least=MB))}"
    place = node or deployment.get("mem_limit") or deployment.get("deploy", "resources", "limits", "memory")
    yield deployment.finding(ID, SEVERITY, message, cure, node=place)
