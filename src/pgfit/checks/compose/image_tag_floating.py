"""Minor updates come with the next pull, unasked.

A tag of the major alone moves to each new minor version. That is safe for the data, and often wanted; but the server
then restarts with other code at a time nobody chose, and two hosts may run two versions. A digest says which.

Fails:

    services:
      db:
        image: postgres:18-alpine

Passes:

    services:
      db:
        image: postgres:18.4-alpine
"""

import re
from collections.abc import Iterator

from ..deployment import Deployment
from ..finding import INFO, Finding
from ..images import named
from ..releases import has_ended

ID = "image-tag-floating"
SEVERITY = INFO
LINK = "https://www.postgresql.org/support/versioning/"

MAJOR_ALONE = re.compile(r"(?:pg)?(?:9\.\d|[1-9]\d)(?:-(?:alpine|buster|bullseye|bookworm|trixie)[\d.]*)?")


def check(deployment: Deployment) -> Iterator[Finding]:
    found = named(deployment)
    family = deployment.server.family
    if found is None or family is None or family.channel == "none" or found.image.digest or deployment.major is None:
        return
    if MAJOR_ALONE.fullmatch(found.image.tag) and not has_ended(deployment.major):  # those move no more
        message = f"the tag {found.image.tag} moves with every minor version"
        cure = f"a tag of {found.image.repository} with the minor version, or a digest: @sha256:…"
        yield deployment.finding(ID, SEVERITY, message, cure, node=found.node)
