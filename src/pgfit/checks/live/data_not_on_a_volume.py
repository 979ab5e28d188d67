r"""The data directory is not on a volume of its own.

In the container's own layer (overlay) the database is gone when the container is created anew; on a tmpfs it is gone
when it stops, and its pages count as memory; on a network file system locks and fsync may not do what PostgreSQL
relies on.

Fails:
    files:
      /proc/self/mountinfo: "30 20 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n20 1 0:20 / / rw - overlay overlay rw"

Passes:
    files:
      /proc/self/mountinfo: "30 20 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n50 20 8:1 / /var/lib rw - ext4 /dev/sda1 rw"
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import CERTAIN, ERROR, INFO, LIKELY, WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "data-not-on-a-volume"
SEVERITY = ERROR
LINK = "https://docs.docker.com/engine/storage/volumes/"

NETWORK = ("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs")
KINDS = {
    **dict.fromkeys(("overlay", "fuse.fuse-overlayfs"), (ERROR, "in the container's own layer, and goes with it")),
    "tmpfs": (ERROR, "in memory, and goes when the container stops"),
    **dict.fromkeys(NETWORK, (WARNING, "on a network file system")),
}
"""By the kind of file system; all others are taken for disks."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    path = server.value("data_directory")
    mount = server.container.mount_of(path) if isinstance(path, str) and path else None
    if mount is None:
        return
    kind = mount.kind
    severity, what = KINDS.get(kind, (INFO, ""))
    if not what:
        return
    yield audited.finding(
        ID,
        severity,
        f"the data directory {path} is {what} ({kind} at {mount.point})",
        cure="a named volume: volumes: [data:/var/lib/postgresql]; dump first, the data does not move by itself",
        where="data_directory",
        evidence={"kind": kind, "mount": mount.point},
        confidence=LIKELY if kind in NETWORK else CERTAIN,
    )
