"""The server in the container listens only to itself.

localhost is the container's own: connections of other containers, and those that Docker passes on from a published
port, come from outside of it and are refused. PostgreSQL's default is localhost; the images write `*`.

Fails:
    settings:
      listen_addresses: localhost
    files:
      /proc/self/mountinfo: "20 10 0:50 / / rw,relatime - overlay overlay rw"

Passes:
    settings:
      listen_addresses: "*"
    files:
      /proc/self/mountinfo: "20 10 0:50 / / rw,relatime - overlay overlay rw"
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import INFO, POSSIBLE, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "listens-only-to-itself"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-LISTEN-ADDRESSES"

ITSELF = frozenset({"", "localhost", "127.0.0.1", "::1"})


def check(audited: Audited) -> Iterator[Finding]:
    """pgfit got in through a socket, from within, or in the machine's own network: no more than worth a look."""
    server = audited.server
    listens = server.value("listen_addresses")
    if not isinstance(listens, str) or not {one.strip() for one in listens.split(",")} <= ITSELF:
        return
    root = server.container.mount_of("/")
    if root is None or root.kind not in {"overlay", "fuse.fuse-overlayfs"}:
        return  # not in a container
    yield audited.finding(
        ID,
        SEVERITY,
        f"the server listens on {listens or 'a socket alone'}: no other container, and no published port, reaches it",
        cure="" if audited.deployment is None else "in the command of the service:",
        settings={"listen_addresses": "*"},
        where="listen_addresses",
        evidence={"listen_addresses": listens},
        confidence=POSSIBLE,
    )
