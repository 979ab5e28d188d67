"""synchronous_commit is off: a crash loses the last moments.

What was committed within the last half second or so may be gone after a crash, although the application was told that
it is safe. The database itself stays whole. Good for events and caches, not for orders.

Fails:

    services:
      db:
        image: postgres:18
        command: -c synchronous_commit=off

Passes:

    services:
      db:
        image: postgres:18
        command: -c synchronous_commit=local
"""

from collections.abc import Iterator

from ..deployment import Deployment
from ..finding import INFO, Finding
from ..given import node_of, stated

ID = "synchronous-commit-off"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT"


def check(deployment: Deployment) -> Iterator[Finding]:
    if stated(deployment, "synchronous_commit") == "off":
        message = "synchronous_commit=off: a crash loses what was committed within the last moments"
        cure = "fine if that is meant; SET synchronous_commit = on where it must not happen"
        yield deployment.finding(ID, SEVERITY, message, cure, node=node_of(deployment, "synchronous_commit"))
