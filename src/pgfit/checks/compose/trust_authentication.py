"""The server asks nobody for a password.

With `trust`, whoever reaches the port is whatever user they say, the superuser too: every container on the network, and
the whole network of the host if the port is published. A superuser runs programs in the container (COPY … FROM PROGRAM).

Fails:

    services:
      db:
        image: postgres:18
        environment:
          POSTGRES_HOST_AUTH_METHOD: trust

Passes:

    services:
      db:
        image: postgres:18
        environment:
          POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}
"""

import re
from collections.abc import Iterator

from ..deployment import Deployment
from ..finding import ERROR, Finding
from ..passwords import is_given, variable
from ..ports import network_mode

ID = "trust-authentication"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/auth-trust.html"

INITDB = re.compile(r"(?:--auth|--auth-host)[= ]['\"]?trust\b|-A\s*['\"]?trust\b")
BITNAMI = ("POSTGRESQL_PASSWORD", "POSTGRES_PASSWORD")


def check(deployment: Deployment) -> Iterator[Finding]:
    for name in ("POSTGRES_HOST_AUTH_METHOD", "POSTGRES_INITDB_ARGS", "ALLOW_EMPTY_PASSWORD"):
        if _lets_in(deployment, name):
            message = f"{name} lets everybody in without a password"
            cure = "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?} instead; a volume that is there keeps its pg_hba.conf"
            yield deployment.finding(ID, SEVERITY, message, cure, node=deployment.server.environment[name].node)


def _lets_in(deployment: Deployment, name: str) -> bool:
    given, family = (variable(deployment, name) or "").strip(), deployment.server.family
    bitnami = family is not None and family.name.startswith("bitnami")
    if name == "ALLOW_EMPTY_PASSWORD":
        return bitnami and given.lower() in {"yes", "true", "1"} and not is_given(deployment, *BITNAMI)
    if name == "POSTGRES_INITDB_ARGS":
        # initdb's own lines are for 127.0.0.1 and the socket, and say trust anyway; the image adds one for the network.
        # So this lets in who is in the container already; on the host's network, everybody on the host.
        return bool(INITDB.search(given)) and network_mode(deployment) == "host"
    return given == "trust" and not bitnami
