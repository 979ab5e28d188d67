"""The lines of the configuration files, as pg_file_settings tells them: what each says, and what the server made of it."""

import math
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from ..audit.record import Row
from ..audit.running import RunningServer
from ..audit.settings import HIDDEN, RunningSetting
from ..catalog import MAJORS
from ..catalog.values import default_of, parse
from ..errors import BadValue
from ..model import Value
from .cures import BY_FLAG

__all__ = ["Line", "by_flag", "lines_of", "same", "winners"]

NOT_APPLIED = "setting could not be applied"
"""PostgreSQL says so, in English always, of a bad value as of a good one that has to wait for a restart."""
SIX_DIGITS = 1e-5
"""pg_settings shows no more of a real number."""


class Line(NamedTuple):
    name: str
    """As pg_settings spells it; files may spell it in any case. '' where the line names none."""
    text: str
    value: Value | None
    """Typed; None where it is hidden, bad, or of a setting that pgfit or this role does not know."""
    bad: bool
    """Whether PostgreSQL surely refuses the value."""
    error: str
    applied: bool
    is_auto: bool
    """Whether ALTER SYSTEM wrote it."""
    place: str
    running: RunningSetting | None

    @property
    def waits(self) -> bool:
        """Whether the error is only that it needs a restart, or may be."""
        known = self.running is not None and self.running.takes != "a restart"
        return self.error == NOT_APPLIED and not self.bad and not known

    @property
    def is_default(self) -> bool:
        """initdb writes some defaults into postgresql.conf; nobody chose those."""
        setting = self.running.setting if self.running else None
        return bool(setting and setting.default and self.value is not None and default_of(setting) == self.value)


def lines_of(server: RunningServer) -> tuple[Line, ...]:
    """In the order in which the server reads them: of two that name the same setting the later one counts."""
    known = {name.lower(): one for name, one in server.settings.items()}
    return tuple(_line(row, known, server.major) for row in server.rows("file_settings"))


def _line(row: Row, known: Mapping[str, RunningSetting], major: int) -> Line:
    name, text, file = (str(row.get(key) or "") for key in ("name", "value", "file"))
    running = known.get(name.lower())
    setting = running.setting if running is not None and major in MAJORS and text != HIDDEN else None
    value, bad = None, False
    try:
        value = parse(setting, text) if setting else None
    except BadValue:
        bad = True
    return Line(
        name=running.name if running else name,
        text=text,
        value=value,
        bad=bad,
        error=str(row.get("error") or ""),
        applied=row.get("applied") is True,
        is_auto=file.endswith("/postgresql.auto.conf"),
        place=f"{PurePosixPath(file).name}:{row.get('line')}",
        running=running,
    )


def winners(lines: tuple[Line, ...]) -> Mapping[str, Line]:
    """The line of each setting that counts among them."""
    return {one.name: one for one in lines if one.name}


def same(text: str, value: Value | None, other_text: str, other: Value | None) -> bool:
    """Whether two values are one, however they are spelled: `64MB` is `65536kB`."""
    if value is None or other is None:
        return text == other_text
    if isinstance(value, float) and isinstance(other, float):
        return math.isclose(value, other, rel_tol=SIX_DIGITS)
    if isinstance(value, str) and isinstance(other, str):
        return _folded(value) == _folded(other)
    return value == other


def _folded(text: str) -> str:
    """Names in lists: blanks, quotes and case between them mean little."""
    return "".join(text.lower().split()).replace('"', "")


def by_flag(running: RunningSetting) -> bool:
    """Whether no file can change it."""
    return running.source in BY_FLAG
