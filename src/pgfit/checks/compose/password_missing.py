"""The image needs a password to make a new database, and gets none.

With an empty data directory the entrypoint stops: "Database is uninitialized and superuser password is not specified". It
works only as long as an old volume is there, and fails on the next machine.

Fails:

    services:
      db:
        image: postgres:18

Passes:

    services:
      db:
        image: postgres:18
        environment:
          POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}
"""

import re
from collections.abc import Iterator

from ...inputs.compose.hosts import word
from ...inputs.compose.merge import pairs
from ...yamltree import Mapping
from ..data import Mount, home
from ..deployment import Deployment
from ..finding import ERROR, Finding
from ..passwords import is_given, passwords, variable

ID = "password-missing"
SEVERITY = ERROR
LINK = "https://github.com/docker-library/docs/blob/master/postgres/README.md#postgres_password"

FAMILIES = frozenset({"official", "postgis", "pgvector", "timescale", "citus", "pgvecto_rs", "vectorchord", "immich", "paradedb"})
"""Those with the official image's entrypoint and no password of their own."""
BEFORE_2020 = re.compile(r":(?:9\.\d\.\d+|1[01]\.\d+|12\.[01])(?!\d)")
"""Builds that are older than the rule."""


def check(deployment: Deployment) -> Iterator[Finding]:
    server, names = deployment.server, [name for name, _, _ in pairs(deployment.get("environment"))]
    if server.family is None or server.family.name not in FAMILIES or server.refusal or _is_old(deployment):
        return
    if any(deployment.get(name) is not None for name in ("build", "entrypoint")) or any("$" in one for one in names):
        return
    empty = next((one.node for one in passwords(deployment) if one.name == "POSTGRES_PASSWORD" and one.empty), None)
    if (is_given(deployment, "POSTGRES_PASSWORD") and empty is None) or _is_trusted(deployment) or _is_external(deployment):
        return
    message = "neither POSTGRES_PASSWORD nor POSTGRES_PASSWORD_FILE is set: a new volume is refused"
    if empty is not None:
        message = "POSTGRES_PASSWORD is empty: a new volume is refused"
    cure = "environment: {POSTGRES_PASSWORD: '${POSTGRES_PASSWORD:?}'}"
    yield deployment.finding(ID, SEVERITY, message, cure, node=empty or deployment.get("environment"))


def _is_trusted(deployment: Deployment) -> bool:
    """Whether nobody is asked for a password, as far as can be seen."""
    method = deployment.server.environment.get("POSTGRES_HOST_AUTH_METHOD")
    return method is not None and variable(deployment, "POSTGRES_HOST_AUTH_METHOD") in {"trust", None}


def _is_old(deployment: Deployment) -> bool:
    image = deployment.server.image
    return image is not None and bool(BEFORE_2020.match(f":{image.tag}"))


def _is_external(deployment: Deployment) -> bool:
    """A volume that was there before the file."""
    found = home(deployment)
    top = deployment.project.top("volumes", found.source) if isinstance(found, Mount) and found.source else None
    return isinstance(top, Mapping) and word(top.get("external"), deployment.project.variables).lower() not in {"", "false"}
