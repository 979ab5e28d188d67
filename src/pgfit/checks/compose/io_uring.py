"""io_method is io_uring, which the container forbids.

Docker's default seccomp profile blocks io_uring for its history of holes in the kernel. The server then does not start.
`worker`, the default, reads ahead as well.

Fails:

    services:
      db:
        image: postgres:18
        command: -c io_method=io_uring

Passes:

    services:
      db:
        image: postgres:18
        command: -c io_method=io_uring
        security_opt:
          - seccomp:io-uring.json
"""

from collections.abc import Iterator

from ...yamltree import Scalar, Sequence
from ..deployment import Deployment
from ..finding import ERROR, Finding
from ..given import node_of, stated

ID = "io-uring"
SEVERITY = ERROR
LINK = "https://docs.docker.com/engine/security/seccomp/"


def check(deployment: Deployment) -> Iterator[Finding]:
    if stated(deployment, "io_method") != "io_uring":
        return
    options, privileged = deployment.get("security_opt"), deployment.get("privileged")
    said = [one.text for one in options.items if isinstance(one, Scalar)] if isinstance(options, Sequence) else []
    if any("seccomp" in one or "$" in one for one in said) or (isinstance(privileged, Scalar) and privileged.text != "false"):
        return
    message = "io_method=io_uring: Docker's default seccomp profile blocks it, the server does not start"
    yield deployment.finding(ID, SEVERITY, message, "-c io_method=worker", node=node_of(deployment, "io_method"))
