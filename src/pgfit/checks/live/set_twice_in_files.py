"""The configuration files set something twice, to different values.

The last one wins: who edits the first sees nothing happen. Included files and postgresql.auto.conf come after
postgresql.conf.

Fails:
    file_settings:
    - file: /data/postgresql.conf
      line: 7
      number: 1
      name: work_mem
      applied: false
      error: null
      value: 8MB
    - file: /data/postgresql.conf
      line: 90
      number: 2
      name: work_mem
      applied: true
      error: null
      value: 64MB

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

from ...audit.record import Row
from ..audited import Audited
from ..filed import is_auto, place
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "set-twice-in-files"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-CONFIGURATION-FILE"


def check(audited: Audited) -> Iterator[Finding]:
    seen: dict[str, Row] = {}
    for row in audited.server.rows("file_settings"):
        name, before = str(row.get("name")), seen.get(str(row.get("name")))
        if row.get("name") is not None and not is_auto(row):
            seen[name] = row
        if before is None or is_auto(row) or before.get("value") == row.get("value"):
            continue
        yield audited.finding(
            ID,
            SEVERITY,
            f"{name} is {before.get('value')} at {place(before)} and {row.get('value')} at {place(row)}, which wins",
            cure=f"keep one: remove {place(before)}",
            where=name,
            evidence={"first": str(before.get("value")), "last": str(row.get("value"))},
        )
