"""The memory limit is smaller than any server needs.

Shared memory, the server's own processes, a vacuum and three sessions at their smallest settings take more than this.
It may start, and the kernel kills it once somebody works with it.

Fails:

    services:
      db:
        image: postgres:18
        mem_limit: 32m

Passes:

    services:
      db:
        image: postgres:18
        mem_limit: 64m
"""

from collections.abc import Iterator

from ...errors import DoesNotFit
from ...model import Facts, Known
from ...profiles import load
from ...tune import plan
from ...units import MB, human
from ..deployment import Deployment
from ..finding import ERROR, Finding
from ..given import majors

ID = "limit-below-what-lives"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/kernel-resources.html#LINUX-MEMORY-OVERCOMMIT"
REFUSED_BY_DOCKER = 6 * MB
"""limit-unit-suspicious tells those."""


def check(deployment: Deployment) -> Iterator[Finding]:
    limits = deployment.server.limits
    known = majors(deployment)
    if not known or not isinstance(limits.memory, Known) or limits.memory.value < REFUSED_BY_DOCKER:
        return
    refused = [why for major in known if (why := _refused(Facts(limits.memory, limits.cpus, major)))]
    if len(refused) == len(known):
        message = f"a limit of {human(limits.memory.value)} is below what PostgreSQL needs to live"
        node = deployment.get("mem_limit") or deployment.get("deploy", "resources", "limits", "memory")
        yield deployment.finding(ID, SEVERITY, message, "mem_limit: 128m", node=node, arithmetic=refused[0])


def _refused(facts: Facts) -> str:
    try:
        plan(facts, load("web"))
    except DoesNotFit as error:
        return error.message
    return ""
