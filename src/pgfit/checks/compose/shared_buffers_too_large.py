"""shared_buffers take more than 60 % of the memory limit.

They are never given back, and everything else must live in the rest: sessions, sorts, autovacuum, and the page cache,
which the server reads through. Writes and mixed work on data larger than memory do gain up to about 60 %, reads only from a
disk that is read ahead by megabytes (measured: docs/memory-model.md, section 5), but the sessions that such a server admits
no longer fit beside it. In limits below 512 MB, where sessions
take most of the room, it is told from 45 % on, unless max_connections leave 16 MB of the limit to each.

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
from ..buffers import most_of, usual_of
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..given import effective, node_of

ID = "shared-buffers-too-large"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS"


def check(deployment: Deployment) -> Iterator[Finding]:
    limit, buffers = deployment.server.limits.memory, effective(deployment, "shared_buffers")
    if not isinstance(limit, Known) or not isinstance(buffers, Bytes):
        return
    if buffers <= most_of(limit.value, effective(deployment, "max_connections")) * limit.value:
        return
    node = node_of(deployment, "shared_buffers")
    default = "" if node else " (PostgreSQL's default)"
    share = f"{100 * buffers / limit.value:.0f} %"
    message = f"shared_buffers {human(buffers)}{default} are {share} of the limit of {human(limit.value)}"
    cure = f"-c shared_buffers={print_postgres_size(round_down(usual_of(limit.value), least=MB))}"
    place = node or deployment.get("mem_limit") or deployment.get("deploy", "resources", "limits", "memory")
    yield deployment.finding(ID, SEVERITY, message, cure, node=place)
