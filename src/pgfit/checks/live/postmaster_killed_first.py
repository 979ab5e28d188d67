"""Should memory run out, the kernel may kill the postmaster rather than a session, and it may run out.

The kernel chooses by size and oom_score_adj. The postmaster owns all of shared memory, so among equals it is often the
largest: it was killed in three trials of three, and never where sessions had 600. Without it the container ends.

Fails:
    memory: 512M
    settings:
      max_connections: 100
      work_mem: 16MB
    files: {/proc/1/oom_score_adj: "0", /proc/self/oom_score_adj: "0"}

Passes:
    memory: 512M
    settings:
      max_connections: 100
      work_mem: 16MB
    files: {/proc/1/oom_score_adj: "0", /proc/self/oom_score_adj: "600"}
"""

import re
from collections.abc import Iterator

from ...model import Unknown
from ...units import human
from ..audited import Audited
from ..finding import INFO, LIKELY, Finding
from ..shares import limit_of

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "postmaster-killed-first"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/kernel-resources.html#LINUX-MEMORY-OVERCOMMIT"


def check(audited: Audited) -> Iterator[Finding]:
    claims, limit, container = audited.claims, limit_of(audited), audited.server.container
    postmaster, own = container.oom_score_adj, container.texts.get("/proc/self/oom_score_adj", "").strip()
    if postmaster is None or not re.fullmatch(r"-?\d{1,4}", own) or int(own) > postmaster or container.oom_group:
        return  # with oom.group nobody is spared: kill-takes-the-container
    if isinstance(claims, Unknown) or limit is None or claims.fits is not False:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"oom_score_adj is {postmaster} for the postmaster and {own} for sessions: the kernel may choose the postmaster",
        cure="in the container's environment: PG_OOM_ADJUST_FILE=/proc/self/oom_score_adj PG_OOM_ADJUST_VALUE=600",
        where="container",
        arithmetic=f"the worst case of {human(claims.worst_case)} is above the limit of {human(limit)}",
        evidence={"postmaster": postmaster, "session": int(own)},
        confidence=LIKELY,
    )
