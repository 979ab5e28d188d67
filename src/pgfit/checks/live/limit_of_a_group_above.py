"""A group above the container's own has the tighter memory limit.

Limits of cgroups nest: what a pod or a systemd slice may use, all its containers share. Reaching that limit kills
processes in the database's container though its own limit is far away, and monitoring of the container shows nothing.

Fails:
    memory: 4G
    files:
      /proc/self/cgroup: "0::/pod/db"
      /sys/fs/cgroup/pod/memory.max: "1073741824"
      /sys/fs/cgroup/pod/db/memory.max: "2147483648"

Passes:
    memory: 4G
    files:
      /proc/self/cgroup: "0::/pod/db"
      /sys/fs/cgroup/pod/memory.max: "3221225472"
      /sys/fs/cgroup/pod/db/memory.max: "2147483648"
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from ...model import Known
from ...units import human
from ..audited import Audited
from ..finding import INFO, WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "limit-of-a-group-above"
SEVERITY = WARNING
LINK = "https://docs.kernel.org/admin-guide/cgroup-v2.html#resource-distribution-models"


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    groups = server.container.memory.directories
    if not isinstance(server.memory, Known) or not server.memory.where.startswith("/"):
        return
    place, limit = PurePosixPath(server.memory.where.partition(" ")[0]), server.memory.value
    if place.parent not in groups[1:]:
        return
    own = server.container.hard
    has = f"the container's own {human(own)} are never reached" if own is not None else "the container has none of its own"
    yield audited.finding(
        ID,
        SEVERITY if own is not None else INFO,
        f"{place} allows {human(limit)}: {has}",
        cure=f"raise {place}, or fit the server into {human(limit)}, shared with whatever else runs in that group",
        where="container",
        arithmetic=f"pgfit takes the least of {len(groups)} nested groups, {human(limit)}",
        evidence={"limit": int(limit), **({"own_limit": own} if own is not None else {})},
    )
