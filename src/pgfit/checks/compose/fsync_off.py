"""fsync is off: a crash of the machine destroys the database.

PostgreSQL then never waits for its data to reach the disk. After a power failure or a crash of the kernel the files
contradict each other, and only a backup helps. synchronous_commit=off gains nearly as much and loses, at worst, the
last moments. For data that tests throw away it is fine.

Fails:

    services:
      db:
        image: postgres:18
        command: -c fsync=off

Passes:

    services:
      db:
        image: postgres:18
        command: -c synchronous_commit=off
"""

from collections.abc import Iterator

from ..deployment import Deployment
from ..finding import ERROR, WARNING, Finding
from ..given import node_of, stated
from ..purpose import is_for_tests

ID = "fsync-off"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-FSYNC"


def check(deployment: Deployment) -> Iterator[Finding]:
    if stated(deployment, "fsync") is False:
        severity = WARNING if is_for_tests(deployment) else SEVERITY
        message = "fsync=off: a crash of the machine leaves a database that cannot be repaired"
        cure = "delete fsync=off; synchronous_commit=off gains nearly as much"
        yield deployment.finding(ID, severity, message, cure, node=node_of(deployment, "fsync"))
