"""The health check's shell runs the first word only.

Behind CMD-SHELL the shell takes one text: it is started as `sh -c TEXT`, and what follows in the list becomes names inside
that shell, not arguments. `["CMD-SHELL", "pg_isready", "-U", "app"]` runs `pg_isready`, as root, and the server logs
`FATAL: role "root" does not exist` each time.

Fails:

    services:
      db:
        image: postgres:18
        healthcheck:
          test: ["CMD-SHELL", "pg_isready", "-U", "app"]

Passes:

    services:
      db:
        image: postgres:18
        healthcheck:
          test: ["CMD", "pg_isready", "-U", "app"]
"""

import re
from collections.abc import Iterator

from ...edits import Edit
from ...patch.places import Change
from ...yamltree import Scalar, Sequence
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..health import health

ID = "healthcheck-arguments-lost"
SEVERITY = WARNING
LINK = "https://docs.docker.com/reference/compose-file/services/#healthcheck"

WORD = re.compile(r"[\w./:=@-]+")
"""Means the same to a program as to a shell."""


def check(deployment: Deployment) -> Iterator[Finding]:
    found = health(deployment)
    if found is None or found.off or found.kind != "CMD-SHELL" or len(found.words) < 2:
        return
    message = f"of the health check's {len(found.words)} words the shell runs the first only"
    cure = 'one text, test: ["CMD-SHELL", "pg_isready -U …"], or ["CMD", "pg_isready", "-U", "…"]'
    yield deployment.finding(ID, SEVERITY, message, cure, node=found.test, fix=_fix(found.test, found.words))


def _fix(test: object, words: tuple[str, ...]) -> tuple[Change, ...]:
    """CMD, which takes words, where no shell is needed."""
    kind = test.items[0] if isinstance(test, Sequence) else None
    if not isinstance(kind, Scalar) or kind.style in {"|", ">"} or not all(WORD.fullmatch(one) for one in words):
        return ()
    quote = kind.style
    return (Change(kind.source, Edit(kind.start, kind.end, f"{quote}CMD{quote}")),)
