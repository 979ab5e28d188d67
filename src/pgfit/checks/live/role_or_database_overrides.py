"""Settings of a role or a database differ from the server's.

They win over every file and flag for its sessions, and no tool that looks at the files sees them.

Fails:
    overrides: [{database: shop, role: "", name: random_page_cost, value: "1.1", connection_limit: null}]

Passes:
    overrides: [{database: shop, role: "", name: application_name, value: shop, connection_limit: null}]
"""

from collections.abc import Iterator

from ...audit.record import Row
from ...tune import RULES
from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "role-or-database-overrides"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-SQL"

OF_MEMORY = frozenset({"work_mem", "temp_buffers", "maintenance_work_mem"})
"""override-above-limit looks at these."""
MOST = 6


def check(audited: Audited) -> Iterator[Finding]:
    tuned = [row for row in audited.server.rows("overrides") if row.get("can_login") is not False and _matters(audited, row)]
    if not tuned:
        return
    many = f"{len(tuned)} settings are" if len(tuned) > 1 else "1 setting is"
    each = [f"{row.get('name')}={row.get('value')} for {_whom(row)}" for row in tuned]
    yield audited.finding(
        ID,
        SEVERITY,
        f"{many} overridden: {', '.join(each[:MOST])}" + (", …" if len(each) > MOST else ""),
        cure="keep them if they are meant; otherwise ALTER ROLE … RESET, ALTER DATABASE … RESET",
        where="server",
        evidence={"overrides": len(tuned)},
    )


def _matters(audited: Audited, row: Row) -> bool:
    """Whether pgfit computes it, and it says anything new."""
    name, value = row.get("name"), row.get("value")
    running = audited.server.settings.get(str(name))
    return name in RULES and name not in OF_MEMORY and not (running is not None and running.shown == value)


def _whom(row: Row) -> str:
    role, database = row.get("role"), row.get("database")
    words = [f"role {role}" if role else "", f"database {database}" if database else ""]
    return " in ".join(word for word in words if word) or "everybody"
