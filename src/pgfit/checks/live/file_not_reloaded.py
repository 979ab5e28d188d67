"""The configuration files were changed and not reloaded.

The server still runs what the files said before. The change comes with the next reload or restart, whoever causes it
and whatever for, perhaps months after anybody remembers it.

Fails:
    settings:
      work_mem: 4MB
    file_settings:
    - file: /data/postgresql.conf
      line: 7
      number: 1
      name: work_mem
      applied: true
      error: null
      value: 64MB

Passes:
    settings:
      work_mem: 64MB
    file_settings:
    - file: /data/postgresql.conf
      line: 7
      number: 1
      name: work_mem
      applied: true
      error: null
      value: 65536kB
"""

from collections.abc import Iterator

from ..audited import Audited
from ..filed import Line, lines_of, same, winners
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "file-not-reloaded"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-CONFIGURATION-FILE"


def check(audited: Audited) -> Iterator[Finding]:
    """pg_file_settings reads the files as they are now, pg_settings what the server has taken from them."""
    waiting = [one for one in winners(lines_of(audited.server)).values() if _waits(one)]
    if not waiting:
        return
    many = f"{len(waiting)} settings are" if len(waiting) > 1 else "1 setting is"
    each = [f"{one.name} ({one.running.shown if one.running else ''} → {one.text}, {one.place})" for one in waiting]
    yield audited.finding(
        ID,
        SEVERITY,
        f"{many} changed in the files and not reloaded: {', '.join(each)}",
        cure="SELECT pg_reload_conf();",
        where=waiting[0].name,
        evidence={one.name: one.text for one in waiting},
    )


def _waits(line: Line) -> bool:
    """Numbers and switches alone: lists and names may be spelled in many ways. What needs a restart is restart-pending's."""
    running = line.running
    if running is None or not line.applied or running.takes == "a restart":
        return False
    if running.source not in {"configuration file", "default"} or isinstance(line.value, str):
        return False
    if line.value is None or running.value is None:
        return False
    return not same(line.text, line.value, running.shown, running.value)
