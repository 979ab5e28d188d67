"""ALTER SYSTEM overrides what postgresql.conf says.

postgresql.auto.conf is read last, and lives on in the volume when the file is replaced by a new one: the value in
postgresql.conf, or in a mounted file, is not what runs.

Fails:
    settings:
      work_mem: 4MB
    file_settings:
    - file: /data/postgresql.conf
      line: 7
      number: 1
      name: work_mem
      applied: false
      error: null
      value: 8MB
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
    file_settings:
    - file: /data/postgresql.conf
      line: 7
      number: 1
      name: work_mem
      applied: false
      error: null
      value: 4MB
    - file: /data/postgresql.auto.conf
      line: 3
      number: 9
      name: work_mem
      applied: true
      error: null
      value: 4MB
"""

from collections.abc import Iterator

from ...audit.settings import RunningSetting
from ...catalog.values import default_of, parse
from ...errors import BadValue
from ..audited import Audited
from ..filed import is_auto, place
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "alter-system-overrides-file"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-CONFIGURATION-FILE"


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    written = {str(row.get("name")): row for row in server.rows("file_settings") if not is_auto(row)}
    for row in server.rows("file_settings"):
        name = str(row.get("name"))
        other, running = written.get(name), server.settings.get(name)
        if other is None or running is None or not is_auto(row) or other.get("value") == row.get("value"):
            continue
        if running.source != "configuration file" or _is_default(running, str(other.get("value"))):
            continue
        yield audited.finding(
            ID,
            SEVERITY,
            f"{name} is {other.get('value')} at {place(other)}, but ALTER SYSTEM set it to {row.get('value')}",
            cure=f"ALTER SYSTEM RESET {name}; SELECT pg_reload_conf(); if the file should decide",
            where=name,
            evidence={"file": str(other.get("value")), "auto_conf": str(row.get("value"))},
        )


def _is_default(running: RunningSetting, text: str) -> bool:
    """initdb writes some defaults into postgresql.conf; nobody chose those."""
    if running.setting is None or not running.setting.default:
        return False
    try:
        return parse(running.setting, text) == default_of(running.setting)
    except BadValue:
        return False
