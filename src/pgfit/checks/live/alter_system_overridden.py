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
from ..filed import by_flag, lines_of, same, winners
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "alter-system-overridden"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-SHELL"


def check(audited: Audited) -> Iterator[Finding]:
    without_effect = [
        (one, one.running)
        for one in winners(lines_of(audited.server)).values()
        if one.is_auto
        and one.running
        and by_flag(one.running)
        and not same(one.text, one.value, one.running.shown, one.running.value)
    ]
    if not without_effect:
        return
    each = [f"{one.name} = {one.text} ({running.source}: {running.shown})" for one, running in without_effect]
    resets = " ".join(f"ALTER SYSTEM RESET {one.name};" for one, _ in without_effect)
    yield audited.finding(
        ID,
        SEVERITY,
        f"set by ALTER SYSTEM without effect: {', '.join(each)}",
        cure=f"set it where the flag stands (the compose file's command), and: {resets}",
        where=without_effect[0][0].name,
        evidence={one.name: one.text for one, _ in without_effect},
    )
