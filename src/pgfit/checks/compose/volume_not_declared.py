"""A volume is used that the file does not declare.

A name without a slash is a named volume, and each of those must stand under the top-level `volumes:`. Compose refuses the
file: "service refers to undefined volume".

Fails:

    services:
      db:
        image: postgres:17.6
        volumes:
          - pgdata:/var/lib/postgresql/data

Passes:

    services:
      db:
        image: postgres:17.6
        volumes:
          - pgdata:/var/lib/postgresql/data
    volumes:
      pgdata:
"""

import re
from collections.abc import Iterator

from ...yamltree import Mapping
from ..data import mounts
from ..deployment import Deployment
from ..finding import ERROR, Finding

ID = "volume-not-declared"
SEVERITY = ERROR
LINK = "https://docs.docker.com/reference/compose-file/volumes/"


COOLIFY = re.compile(r"\$\{?SERVICE_(?:FQDN|URL|USER|PASSWORD|BASE64)_")
"""Its own variables: Coolify declares the volumes itself."""


def check(deployment: Deployment) -> Iterator[Finding]:
    project = deployment.project
    if project.v1 or project.problems or deployment.server.service.problem:
        return
    if any(COOLIFY.search(one.text) for one in project.sources):
        return
    declared = {name for root in project.roots if isinstance(top := root.get("volumes"), Mapping) for name in top.all()}
    for one in mounts(deployment):
        if one.kind == "volume" and one.source not in declared and "{{" not in one.source:
            message = f"the volume {one.source} is not declared: compose refuses the file"
            yield deployment.finding(ID, SEVERITY, message, f"volumes: {{{one.source}: {{}}}}", node=one.node)
