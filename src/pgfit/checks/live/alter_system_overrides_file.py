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

from ...tune import RULES
from ..audited import Audited
from ..filed import Line, lines_of, same, winners
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "alter-system-overrides-file"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-CONFIGURATION-FILE"


def check(audited: Audited) -> Iterator[Finding]:
    lines = lines_of(audited.server)
    written = winners(tuple(one for one in lines if not one.is_auto))
    pairs = [(written[one.name], one) for one in winners(lines).values() if one.is_auto and one.name in written]
    apart = [(file, auto) for file, auto in pairs if file.name in RULES and _decides(auto) and _differs(file, auto)]
    if not apart:
        return
    each = [f"{file.name} ({file.text} at {file.place}, but {auto.text} by {auto.place})" for file, auto in apart]
    many = f"{len(apart)} settings of the files are" if len(apart) > 1 else "1 setting of the files is"
    resets = " ".join(f"ALTER SYSTEM RESET {file.name};" for file, _ in apart)
    yield audited.finding(
        ID,
        SEVERITY,
        f"{many} overridden by ALTER SYSTEM: {', '.join(each)}",
        cure=f"if the files should decide: {resets} SELECT pg_reload_conf();",
        where=apart[0][0].name,
        evidence={file.name: f"{file.text}, {auto.text}" for file, auto in apart},
    )


def _decides(auto: Line) -> bool:
    """No flag overrides it: that would be alter-system-overridden."""
    return auto.running is not None and auto.running.source == "configuration file"


def _differs(file: Line, auto: Line) -> bool:
    return not file.is_default and not same(file.text, file.value, auto.text, auto.value)
