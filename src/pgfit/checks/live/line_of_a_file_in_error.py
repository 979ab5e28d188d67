"""A configuration file has a line that the server cannot use.

As long as it stands there the file is not reloaded at all, so no other change in it takes effect either; and the
server may not start with it.

Fails:
    file_settings:
    - file: /data/postgresql.conf
      line: 7
      number: 1
      name: work_men
      applied: false
      error: unrecognized configuration parameter
      value: 8MB

Passes:
    file_settings:
    - file: /data/postgresql.conf
      line: 7
      number: 1
      name: work_mem
      applied: true
      error: null
      value: 8MB
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from ..audited import Audited
from ..finding import ERROR, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "line-of-a-file-in-error"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/view-pg-file-settings.html"

WAITS = "setting could not be applied"
"""What stands there for a change that waits for a restart: restart-pending tells it."""


def check(audited: Audited) -> Iterator[Finding]:
    for row in audited.server.rows("file_settings"):
        error, name = row.get("error"), row.get("name")
        if not isinstance(error, str) or not error or error == WAITS:
            continue
        what = f"{name}: {error}" if name else error
        yield audited.finding(
            ID,
            SEVERITY,
            f"{row.get('file')}:{row.get('line')}: {what}",
            cure="mend or remove the line, then: SELECT pg_reload_conf();",
            where=f"{PurePosixPath(str(row.get('file'))).name}:{row.get('line')}",
            evidence={"line": int(line) if isinstance(line := row.get("line"), int) else 0, "error": error},
        )
