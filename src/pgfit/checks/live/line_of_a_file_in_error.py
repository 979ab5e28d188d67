"""A configuration file has a line that the server cannot use.

The server runs on as before, and nobody notices until its next start: with a line that it cannot use it does not start.
A name or a line that it does not understand also keeps it from reloading anything else in its files.

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

from ...audit.settings import HIDDEN
from ..audited import Audited
from ..filed import Line, lines_of
from ..finding import ERROR, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "line-of-a-file-in-error"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/view-pg-file-settings.html"


def check(audited: Audited) -> Iterator[Finding]:
    """What only waits for a restart has the same error: restart-pending tells it."""
    for line in lines_of(audited.server):
        if not line.error or line.waits:
            continue
        cure = f"ALTER SYSTEM RESET {line.name};" if line.is_auto and line.running else f"mend or remove {line.place}"
        yield audited.finding(
            ID,
            SEVERITY,
            _told(line),
            cure=f"{cure}\nSELECT pg_reload_conf();",
            where=line.place,
            evidence={"place": line.place, "setting": line.name, "error": line.error},
        )


def _told(line: Line) -> str:
    """The value of an unknown setting stays untold: a misspelled name may hold a secret."""
    if not line.name:
        return f"{line.error} in {line.place}"
    value = f" = {line.text}" if line.running is not None and line.text != HIDDEN else ""
    return f"{line.name}{value} in {line.place}: {line.error}"
