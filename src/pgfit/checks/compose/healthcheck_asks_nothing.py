"""The health check does not ask the server.

An `exit 0` is always healthy. An open port or a process named postgres is there as well while the server recovers and
refuses everybody. A list that begins with neither CMD nor CMD-SHELL is not run at all. `pg_isready` asks the server itself.

Fails:

    services:
      db:
        image: postgres:18
        healthcheck:
          test: nc -z localhost 5432

Passes:

    services:
      db:
        image: postgres:18
        healthcheck:
          test: pg_isready -U postgres
"""

import re
from collections.abc import Iterator

from ...model import Unknown
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..health import Health, commands, health

ID = "healthcheck-asks-nothing"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/app-pg-isready.html"

BLIND = frozenset({":", "true", "echo", "exit", "curl", "wget", "nc", "ncat", "netcat", "ps", "pgrep", "pidof", "netstat", "ss"})
BESIDE = BLIND | {"grep", "awk", "wc", "test", "[", "sleep", "head", "tail", "kill"}
KINDS = frozenset({"CMD", "CMD-SHELL", "NONE"})
ASKS = re.compile(r"pg_isready|psql|select\s|patroni|:8008|\.sh\b|\.py\b|\$", re.IGNORECASE)
"""Where any of it stands, the server may well be asked: Patroni answers for it on port 8008."""


def check(deployment: Deployment) -> Iterator[Finding]:
    found = health(deployment)
    if found is None or found.test is None or found.off or deployment.server.family is None:
        return
    if found.kind not in KINDS:
        message = f"Docker runs no health check that begins with {found.kind!r}" if "$" not in found.kind else ""
    else:
        ran = _ran(found)
        message = f"the health check runs {', '.join(ran)}, which does not ask the server" if ran else ""
    if message:
        cure = 'test: ["CMD-SHELL", "pg_isready -h 127.0.0.1 -U $${POSTGRES_USER:-postgres}"]'
        yield deployment.finding(ID, SEVERITY, message, cure, node=found.test)


def _ran(found: Health) -> list[str]:
    """The programs, if they are surely blind."""
    run = commands(found)
    if isinstance(run, Unknown) or ASKS.search(" ".join(found.words)):
        return []
    programs = list(dict.fromkeys(words[0].rpartition("/")[2] for words in run))
    blind = bool(programs) and programs[0] in BLIND and all(one in BESIDE for one in programs)
    return programs if blind else []
