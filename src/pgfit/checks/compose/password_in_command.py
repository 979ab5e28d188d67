"""A password stands in a command.

Beside the file itself, `docker inspect`, `ps` on the host and the logs of whatever runs the command show it. A program in
the container can read the variable it was given anyway, written with two dollars: `$$POSTGRES_PASSWORD`.

Fails:

    services:
      db:
        image: postgres:18
        healthcheck:
          test: PGPASSWORD=dG9wIHNlY3JldA psql -U app -c 'SELECT 1'

Passes:

    services:
      db:
        image: postgres:18
        healthcheck:
          test: PGPASSWORD=$$POSTGRES_PASSWORD psql -U app -c 'SELECT 1'
"""

import re
from collections.abc import Iterator

from ...yamltree import Scalar, Sequence
from ..deployment import Deployment
from ..finding import WARNING, Finding

ID = "password-in-command"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/libpq-pgpass.html"

PLACES = (("command",), ("entrypoint",), ("healthcheck", "test"))
LITERAL = re.compile(
    r"(?:\bPGPASSWORD|\bpassword)\s*=\s*(?:\\?['\"])?(?![\s$'\"<>\\`]|\$)[^\s'\"]"
    r"|\bpostgres(?:ql)?://[^\s:/@'\"]+:(?!\$)[^\s@/'\"]+@",
    re.IGNORECASE,
)
"""A value that begins with a dollar comes from elsewhere."""


def check(deployment: Deployment) -> Iterator[Finding]:
    for path in PLACES:
        node = deployment.get(*path)
        for one in node.items if isinstance(node, Sequence) else [node]:
            if isinstance(one, Scalar) and LITERAL.search(one.text):
                message = f"a password stands in {'.'.join(path)}"
                yield deployment.finding(ID, SEVERITY, message, "PGPASSWORD=$$POSTGRES_PASSWORD, or a .pgpass file", node=one)
