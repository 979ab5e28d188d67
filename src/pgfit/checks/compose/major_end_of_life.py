"""The major version of PostgreSQL gets no more fixes.

Each major is mended for five years; after its last minor version, holes in security and bugs that lose data stay open.
For 12 and older they have been open for two years and more, which is told as an error.

Fails:

    services:
      db:
        image: postgres:13.23

Passes:

    services:
      db:
        image: postgres:18.4
"""

import re
from collections.abc import Iterator

from ..deployment import Deployment
from ..finding import ERROR, WARNING, Finding
from ..releases import AS_OF, ENDS, has_ended

ID = "major-end-of-life"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/support/versioning/"

OPEN_FOR_YEARS = 12
"""This major and those before it."""


def check(deployment: Deployment) -> Iterator[Finding]:
    major, image = deployment.major, deployment.server.image
    if major is None or not has_ended(major):
        return
    old = re.match(r"9\.\d", image.tag) if image is not None and major == 9 else None
    name = old[0] if old else str(major)
    message = f"PostgreSQL {name} ended on {ENDS[major]:%Y-%m-%d}, no more fixes (as of {AS_OF:%Y-%m-%d})"
    cure = f"PostgreSQL {max(ENDS)}: dump, start the new image on an empty volume, restore; or pg_upgrade"
    node = deployment.get("image") or deployment.get("build")
    yield deployment.finding(ID, ERROR if major <= OPEN_FOR_YEARS else SEVERITY, message, cure, node=node)
