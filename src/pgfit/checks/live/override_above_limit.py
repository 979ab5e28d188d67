"""A role's or database's own setting takes more memory than the limit leaves.

ALTER ROLE and ALTER DATABASE … SET stand above postgresql.conf, and are forgotten there: whoever checks the file sees
a modest work_mem, while every session of that role runs with another.

Fails:
    memory: 2G
    settings:
      max_connections: 50
      work_mem: 2MB
      jit: off
    overrides: [{database: "", role: report, name: work_mem, value: 256MB, connection_limit: -1}]

Passes:
    memory: 2G
    settings:
      max_connections: 50
      work_mem: 2MB
      jit: off
    overrides: [{database: "", role: report, name: work_mem, value: 32MB, connection_limit: 2}]
"""

from collections.abc import Iterator

from ...audit.record import Row
from ...catalog import MAJORS, catalog
from ...catalog.values import parse
from ...errors import BadValue
from ...model import Unknown
from ...units import Bytes, human
from ..audited import Audited
from ..finding import CERTAIN, POSSIBLE, WARNING, Finding
from ..shares import limit_of, quoted, rest

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "override-above-limit"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/sql-alterrole.html"

CHARGED = frozenset({"work_mem", "temp_buffers", "maintenance_work_mem"})


def check(audited: Audited) -> Iterator[Finding]:
    server, claims, limit, left = audited.server, audited.claims, limit_of(audited), rest(audited)
    if isinstance(claims, Unknown) or limit is None or left is None:
        return
    for row in server.rows("overrides"):
        if row.get("can_login") is False:
            continue  # a group's settings are not its members'
        name, size = str(row.get("name", "")), _size(row, server.major)
        running, most = server.size(name), server.number("max_connections")
        if size is None or running is None or most is None or size <= running:
            continue
        times = (server.number("hash_mem_multiplier") or 1.0) if name == "work_mem" else 1.0
        sessions = _sessions(row, 1 if name == "maintenance_work_mem" else int(most))
        more, free = int(sessions * (size - running) * times), limit - claims.worst_case
        alone = size * times > left
        if not sessions or (not alone and not 0 <= free < more):
            continue  # without the override it does not fit either: running-settings-above-limit tells it
        whose, each = _whose(row), f" × hash_mem_multiplier {times:g}" * (times > 1)
        yield audited.finding(
            ID,
            SEVERITY,
            f"{name} {human(size)} for {whose}, elsewhere {human(running)}: {human(left if alone else free)} are left for more",
            cure=_cure(row, name, 0 if alone or name == "maintenance_work_mem" else int(free / ((size - running) * times))),
            where="server",
            arithmetic=f"{human(size)}{each} in one session > {human(left)}"
            if alone
            else f"{sessions} × ({human(size)} - {human(running)}){each} = {human(more)} > {human(free)}",
            evidence={"value": int(size), "running": int(running), "sessions": sessions, "limit": int(limit)},
            confidence=CERTAIN if alone else POSSIBLE,
        )


def _size(row: Row, major: int) -> Bytes | None:
    name, value = row.get("name"), row.get("value")
    known = catalog(min(max(major, MAJORS[0]), MAJORS[-1]))
    if name not in CHARGED or not isinstance(name, str) or not isinstance(value, str) or name not in known:
        return None
    try:
        size = parse(known[name], value)
    except BadValue:
        return None
    return size if isinstance(size, Bytes) else None


def _sessions(row: Row, most: int) -> int:
    """How many may have it at once."""
    bounds = (row.get("connection_limit"), row.get("database_limit"))
    return min([most, *(one for one in bounds if isinstance(one, int) and one >= 0)])


def _cure(row: Row, name: str, sessions: int) -> str:
    """`sessions` of them fit."""
    role, database, reset = str(row.get("role") or ""), str(row.get("database") or ""), f"ALTER {_whose(row)} RESET {name};"
    if not sessions or not (role or database):
        return reset
    return f"ALTER {f'ROLE {quoted(role)}' if role else f'DATABASE {quoted(database)}'} CONNECTION LIMIT {sessions}; or {reset}"


def _whose(row: Row) -> str:
    role, database = str(row.get("role") or ""), str(row.get("database") or "")
    if role:
        return f"ROLE {quoted(role)}" + f" IN DATABASE {quoted(database)}" * bool(database)
    return f"DATABASE {quoted(database)}" if database else "ROLE ALL"
