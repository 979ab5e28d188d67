"""The other services may open more connections than the server takes.

Their pools are sized for themselves, and only in a busy moment all of them fill: "sorry, too many clients already".
superuser_reserved_connections are not theirs. What is counted is a lower bound: only what the file states.

Fails:

    services:
      db:
        image: postgres:18
        command: -c max_connections=20
      app:
        image: example/app
        environment:
          DATABASE_URL: postgres://app@db/app
          DB_POOL_SIZE: "40"

Passes:

    services:
      db:
        image: postgres:18
        command: -c max_connections=20
      app:
        image: example/app
        environment:
          DATABASE_URL: postgres://app@db/app
          DB_POOL_SIZE: "10"
"""

from collections.abc import Iterator

from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..given import effective, node_of

ID = "clients-above-max-connections"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS"


def check(deployment: Deployment) -> Iterator[Finding]:
    clients, most = deployment.clients, effective(deployment, "max_connections")
    superusers = effective(deployment, "superuser_reserved_connections")
    if not isinstance(most, int) or not isinstance(superusers, int):
        return
    others = effective(deployment, "reserved_connections")
    reserved = superusers + (others if isinstance(others, int) else 0)
    if clients.sessions <= most - reserved:
        return
    message = f"its clients may open {clients.sessions} connections; max_connections={most} leaves them {most - reserved}"
    arithmetic = " + ".join(f"{one.service} {one.sessions}: {one.why}" for one in clients.known)
    arithmetic += f"; {most} - {reserved} reserved = {most - reserved}"
    cure = f"smaller pools, or pgfit compose --connections {clients.sessions} --write"
    node = node_of(deployment, "max_connections")
    yield deployment.finding(ID, SEVERITY, message, cure, node=node, arithmetic=arithmetic)
