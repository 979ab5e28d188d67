"""huge_pages is on, and nothing shows that the container may have any.

The server does not start unless the host keeps enough free huge pages for all of its shared memory. Compose cannot
reserve them: that takes `vm.nr_hugepages` on every host the file runs on.

Fails:

    services:
      db:
        image: postgres:18
        command: -c huge_pages=on

Passes:

    services:
      db:
        image: postgres:18
        command: -c huge_pages=on
        volumes:
          - /dev/hugepages:/dev/hugepages
"""

from collections.abc import Iterator

from ...yamltree import Scalar, Sequence
from ..data import mounts
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..given import node_of, stated

ID = "huge-pages-without-grant"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/kernel-resources.html#LINUX-HUGE-PAGES"


def check(deployment: Deployment) -> Iterator[Finding]:
    if stated(deployment, "huge_pages") == "on" and not _granted(deployment):
        message = "huge_pages=on: the server does not start unless the host has huge pages to spare"
        node = node_of(deployment, "huge_pages")
        yield deployment.finding(ID, SEVERITY, message, "-c huge_pages=off, or reserve them on the host", node=node)


def _granted(deployment: Deployment) -> bool:
    """Whether the file shows that somebody thought of the host's huge pages."""
    capabilities, privileged = deployment.get("cap_add"), deployment.get("privileged")
    if any("huge" in one.source + one.target for one in mounts(deployment)):
        return True
    added = {one.text for one in capabilities.items if isinstance(one, Scalar)} if isinstance(capabilities, Sequence) else set()
    locks = deployment.get("ulimits", "memlock") is not None
    return "IPC_LOCK" in added or locks or (isinstance(privileged, Scalar) and privileged.text != "false")
