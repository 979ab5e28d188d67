"""No connection is reserved for superusers.

When all connections are taken, nobody can log in to see why, or to end one of them. Only a restart helps then.

Fails:
    settings:
      superuser_reserved_connections: 0

Passes:
    settings:
      superuser_reserved_connections: 3
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "no-connection-reserved"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SUPERUSER-RESERVED-CONNECTIONS"


def check(audited: Audited) -> Iterator[Finding]:
    reserved = audited.server.number("superuser_reserved_connections")
    if reserved != 0:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        "superuser_reserved_connections is 0: with all connections taken, nobody can look why",
        settings={"superuser_reserved_connections": 3},
        where="superuser_reserved_connections",
        evidence={"superuser_reserved_connections": 0},
    )
