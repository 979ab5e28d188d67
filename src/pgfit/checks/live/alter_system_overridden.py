"""What ALTER SYSTEM set is overridden by a flag.

A flag on the command line of the server wins over every file. ALTER SYSTEM reports success, and nothing changes, now
or after a restart.

Fails:
    settings:
      work_mem: 16MB
    sources: {work_mem: command line}
    file_settings:
    - file: /data/postgresql.auto.conf
      line: 3
      number: 9
      name: work_mem
      applied: true
      error: null
      value: 4MB

Passes:
    settings:
      work_mem: 4MB
    sources: {work_mem: configuration file}
    file_settings:
    - file: /data/postgresql.auto.conf
      line: 3
      number: 9
      name: work_mem
      applied: true
      error: null
      value: 4MB
"""

from collections.abc import Iterator

from ..audited import Audited
from ..filed import is_auto
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "alter-system-overridden"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-SHELL"


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    for row in server.rows("file_settings"):
        running = server.settings.get(str(row.get("name")))
        if running is None or not is_auto(row) or running.source not in {"command line", "environment variable"}:
            continue
        yield audited.finding(
            ID,
            SEVERITY,
            f"{running.name} = {row.get('value')} by ALTER SYSTEM has no effect: the {running.source} says {running.shown}",
            cure=f"change the flag of the server (the compose file's command), and: ALTER SYSTEM RESET {running.name};",
            where=running.name,
            evidence={"auto_conf": str(row.get("value")), "running": running.shown},
        )
