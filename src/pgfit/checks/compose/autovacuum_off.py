"""autovacuum is off: tables grow, and plans go wrong.

Dead rows are never removed, so tables and indexes swell, and the planner works with statistics of long ago. Before
transaction numbers run out PostgreSQL vacuums all the same, then without a choice of the moment.

Fails:

    services:
      db:
        image: postgres:18
        command: -c autovacuum=off

Passes:

    services:
      db:
        image: postgres:18
        command: -c autovacuum_max_workers=1
"""

from collections.abc import Iterator

from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..given import node_of, stated

ID = "autovacuum-off"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-vacuum.html#GUC-AUTOVACUUM"


def check(deployment: Deployment) -> Iterator[Finding]:
    if stated(deployment, "autovacuum") is False:
        message = "autovacuum=off: tables grow without end, and the planner's statistics grow old"
        cure = "delete autovacuum=off; autovacuum_max_workers=1 keeps it quiet"
        yield deployment.finding(ID, SEVERITY, message, cure, node=node_of(deployment, "autovacuum"))
