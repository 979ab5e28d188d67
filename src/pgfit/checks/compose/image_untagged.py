"""The image has no tag.

No tag means `latest`: today's pull may bring another major of PostgreSQL than last year's. A server does not start on the
data of another major, and the official image keeps them at another path since 18.

Fails:

    services:
      db:
        image: postgres

Passes:

    services:
      db:
        image: postgres:18.4
"""

from collections.abc import Iterator

from ..data import refused_from_18
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..images import named, pinned

ID = "image-untagged"
SEVERITY = WARNING
LINK = "https://docs.docker.com/reference/compose-file/services/#image"


def check(deployment: Deployment) -> Iterator[Finding]:
    found = named(deployment)
    if found is None or found.image.tag or found.image.digest or not found.image.repository:
        return
    message = f"{found.image.repository} has no tag: the next pull may bring another major{refused_from_18(deployment)}"
    yield deployment.finding(ID, SEVERITY, message, pinned(found, deployment), node=found.node)
