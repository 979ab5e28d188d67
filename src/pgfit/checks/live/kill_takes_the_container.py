"""Were one process killed for memory, all of the container would be, and the settings may come to that.

With memory.oom.group the kernel kills every process of the group at once, which Kubernetes sets on cgroup v2. Instead
of a crash recovery within a second or two there is a restart of the container, with no checkpoint before it.

Fails:
    memory: 512M
    settings:
      max_connections: 100
      work_mem: 16MB
    files: {memory.oom.group: "1"}

Passes:
    memory: 512M
    settings:
      max_connections: 100
      work_mem: 16MB
    files: {memory.oom.group: "0"}
"""

from collections.abc import Iterator

from ...model import Unknown
from ...units import human
from ..audited import Audited
from ..finding import LIKELY, WARNING, Finding
from ..shares import limit_of

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "kill-takes-the-container"
SEVERITY = WARNING
LINK = "https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files"


def check(audited: Audited) -> Iterator[Finding]:
    claims, limit = audited.claims, limit_of(audited)
    if isinstance(claims, Unknown) or limit is None or claims.fits is not False or not audited.server.container.oom_group:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"memory.oom.group is 1, and the worst case of {human(claims.worst_case)} is above the limit of {human(limit)}",
        cure="settings that fit the limit (pgfit recommend), or singleProcessOOMKill: true in the kubelet's configuration",
        where="container",
        arithmetic=claims.arithmetic,
        evidence={"oom_group": True, "worst_case": claims.worst_case, "limit": int(limit)},
        confidence=LIKELY,
    )
