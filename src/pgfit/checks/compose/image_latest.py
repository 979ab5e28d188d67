"""The tag of the image names no version.

`latest` is whatever is newest when the image is pulled: another major of PostgreSQL one day, which does not start on the
data of the one before. `latest-pg16` keeps the major, and changes everything else under it.

Fails:

    services:
      db:
        image: postgres:latest

Passes:

    services:
      db:
        image: postgres:18.4
"""

import re
from collections.abc import Iterator

from ..data import refused_from_18
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..images import named, pinned

ID = "image-latest"
SEVERITY = WARNING
LINK = "https://hub.docker.com/_/postgres"

LATEST = re.compile(r"latest|.*[-_.]latest|latest[-_.].*")
ONLY_A_SYSTEM = re.compile(r"alpine|(?:buster|bullseye|bookworm|trixie)(?:-slim)?")
"""Of the official image: the newest PostgreSQL on that system."""


def check(deployment: Deployment) -> Iterator[Finding]:
    found = named(deployment)
    if found is None or found.image.digest:
        return
    image, family = found.image, deployment.server.family
    official = family is not None and family.name == "official"
    if not LATEST.fullmatch(image.tag) and not (official and ONLY_A_SYSTEM.fullmatch(image.tag)):
        return
    message = f"the tag {image.tag} of {image.repository} names no version: the next pull "
    if deployment.major:
        message += f"keeps PostgreSQL {deployment.major} and changes the rest"
    else:
        message += f"may bring another major{refused_from_18(deployment)}"
    yield deployment.finding(ID, SEVERITY, message, pinned(found, deployment), node=found.node)
