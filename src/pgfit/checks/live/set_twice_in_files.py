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

from ..audited import Audited
from ..filed import Line, by_flag, lines_of, same
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "set-twice-in-files"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-CONFIGURATION-FILE"


def check(audited: Audited) -> Iterator[Finding]:
    """What ALTER SYSTEM wrote over a file is alter-system-overrides-file's to tell."""
    lines = lines_of(audited.server)
    by_name: dict[str, list[Line]] = {}
    for line in lines:
        if line.name and not line.is_auto:
            by_name.setdefault(line.name, []).append(line)
    elsewhere = {line.name for line in lines if line.is_auto}
    for name, (*earlier, last) in by_name.items():
        lost = [one for one in earlier if not one.is_default and not same(one.text, one.value, last.text, last.value)]
        if not lost:
            continue
        flagged = last.running is not None and by_flag(last.running)
        wins = f", but {audited.server.place(name)} decides" if flagged or name in elsewhere else ", which wins"
        yield audited.finding(
            ID,
            SEVERITY,
            f"{name} is {', '.join(f'{one.text} at {one.place}' for one in lost)} and {last.text} at {last.place}{wins}",
            cure=f"keep one: remove {', '.join(one.place for one in lost)}",
            where=name,
            evidence={"first": lost[0].text, "last": last.text, "lines": len(earlier) + 1},
        )
