"""A setting as it runs: its value, who set it, and where that stands."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from ..catalog import MAJORS, catalog
from ..catalog.values import COUNTED_IN, parse, print_value
from ..errors import BadValue
from ..model import Setting, Value
from ..units import Bytes, Duration
from .record import Row

__all__ = ["HIDDEN", "RunningSetting", "read_all"]

MOST = 1e18
"""No setting counts further; a snapshot may say anything."""
HIDDEN = "(hidden)"
"""What a snapshot holds in the place of a value that may be a secret."""
BY_SESSION = frozenset({"client", "session", "interactive", "override"})
"""Sources that say nothing of the server: what pgfit's own session set."""
OVERRIDING = frozenset({"user", "database", "database user"})


class RunningSetting(NamedTuple):
    """One row of pg_settings."""

    name: str
    value: Value | None
    """Typed, as the server would give it to a new session of this role; None where it is hidden or cannot be read."""
    source: str
    """In pg_settings' words: default, configuration file, command line, database, user, …"""
    file: str
    line: int
    """Both empty where this role may not see them."""
    pending_restart: bool
    setting: Setting | None
    """The catalog's row; None for one that pgfit does not know."""
    takes: str
    """`a restart`, `a reload`, or '' where a session may change it."""

    @property
    def place(self) -> str:
        """`command line`, `postgresql.auto.conf:4`, `default`."""
        return f"{PurePosixPath(self.file).name}:{self.line}" if self.file else self.source

    @property
    def shown(self) -> str:
        return HIDDEN if self.value is None else print_value(self.value)

    @property
    def chosen(self) -> bool:
        """Whether somebody set it, as far as can be seen."""
        return self.source not in BY_SESSION and self.source != "default"


def read_all(
    rows: Collection[Row], major: int, lines: Iterable[Row] | None = None, flags: Iterable[Row] | None = None
) -> Mapping[str, RunningSetting]:
    """The rows of pg_settings by name. Hidden rows are absent from it, and so from here.

    A value that is this role's or this database's own is not the server's: that stands in the `flags` of its command line
    or the `lines` of its files, where they may be read (None where not), and is PostgreSQL's default where neither sets it.
    """
    given = None if flags is None else {str(flag.get("name")).lower(): flag for flag in flags}
    if given is None and not any(row.get("source") == "command line" for row in rows):
        given = {}  # nor is any seen
    files = None if lines is None else {str(line.get("name")).lower(): line for line in lines if line.get("error") is None}
    known = catalog(min(max(major, MAJORS[0]), MAJORS[-1]))
    found = {}
    for row in rows:
        name = str(row.get("name", ""))
        setting = known[name] if name in known else None  # noqa: SIM401  a catalog has no get()
        context = str(row.get("context", ""))
        found[name] = RunningSetting(
            name=name,
            value=_typed(setting, _of_the_server(row, given, files)),
            source=str(row.get("source") or ""),
            file=str(row.get("file") or ""),
            line=line if isinstance(line := row.get("line"), int) else 0,
            pending_restart=row.get("pending_restart") is True,
            setting=setting,
            takes={"postmaster": "a restart", "sighup": "a reload"}.get(context, ""),
        )
    return found


def _of_the_server(row: Row, flags: Mapping[str, Row] | None, files: Mapping[str, Row] | None) -> Row:
    if row.get("source") not in OVERRIDING:
        return row
    name = str(row.get("name")).lower()
    if flags and name in flags:
        return {**row, "value": flags[name].get("value"), "spelled": True}
    if files is None:
        return row
    if flags is None:  # it has some, and this may be one of them
        return {**row, "value": None}
    line = files.get(name)  # the last one wins; whether it is applied now says nothing of the value
    return {**row, "value": row.get("compiled_in")} if line is None else {**row, "value": line.get("value"), "spelled": True}


def _typed(setting: Setting | None, row: Row) -> Value | None:
    """Values come in the row's own unit. What the catalog's range does not allow a server may still run with."""
    text = row.get("value")
    if not isinstance(text, str) or text == HIDDEN:
        return None
    if setting is None or not text:
        return text
    if setting.type in {"integer", "real"} and not row.get("spelled"):
        return _counted(setting, text, str(row.get("unit") or ""))
    try:
        return parse(setting, text)
    except BadValue:
        return None if row.get("spelled") else text


def _counted(setting: Setting, text: str, unit: str) -> Value | None:
    try:
        number = float(int(text, 8) if setting.name.endswith("_mode") and text.startswith("0") else float(text))
    except (ValueError, OverflowError):
        return None
    return _number(setting, number, unit) if abs(number) < MOST else None


def _number(setting: Setting, number: float, unit: str) -> Value:
    worth = COUNTED_IN.get(unit, 1)
    if setting.unit in {"B", "kB", "8kB", "MB"}:
        return Bytes(int(number * worth) if number > 0 else int(number))
    if setting.unit and setting.type == "integer":
        return Duration(int(number * worth) if number > 0 else int(number))
    return int(number) if setting.type == "integer" else number
