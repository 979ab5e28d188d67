"""Settings are given to initdb, which runs once.

POSTGRES_INITDB_ARGS is read when the volume is empty, and never again: a setting that is changed there later changes
nothing. Before PostgreSQL 16 initdb takes no `-c` at all, and the first start fails. In `command:` a setting counts at
every start. `-c huge_pages=off` is left alone: initdb itself may need it.

Fails:

    services:
      db:
        image: postgres:18
        environment:
          POSTGRES_INITDB_ARGS: -c max_connections=200

Passes:

    services:
      db:
        image: postgres:18
        command: -c max_connections=200
        environment:
          POSTGRES_INITDB_ARGS: --data-checksums
"""

import re
from collections.abc import Iterator

from ...model import Known
from ..deployment import Deployment
from ..finding import ERROR, INFO, Finding
from ..inside import DOCKER_LIBRARY

ID = "initdb-args-with-settings"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/app-initdb.html"

SETTING = re.compile(r"(?<!\S)(?:-c\s*|--set[=\s]\s*)['\"]?(\w+)\s*=")


def check(deployment: Deployment) -> Iterator[Finding]:
    server = deployment.server
    found = server.environment.get("POSTGRES_INITDB_ARGS")
    if found is None or not isinstance(found.value, Known) or server.family is None or server.family.name not in DOCKER_LIBRARY:
        return
    names = [name for name in SETTING.findall(found.value.value) if name != "huge_pages"]
    if names:
        old = deployment.major is not None and deployment.major < 16
        what = "takes no -c" if old else "sets them in a new volume only"
        message = f"initdb {what}{' before PostgreSQL 16' if old else ''}: {', '.join(names)}"
        cure = "command: " + " ".join(f"-c {name}=…" for name in names)
        yield deployment.finding(ID, ERROR if old else SEVERITY, message, cure, node=found.node)
