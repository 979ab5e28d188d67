"""Some settings are hidden from this role.

PostgreSQL leaves their rows out of pg_settings instead of blanking them. pgfit treats them as unknown: which
libraries are preloaded, among others, and what those cost in memory.

Fails:
    hidden: [shared_preload_libraries, data_directory]
    server: {superuser: false, reads_all_settings: false, user: app}

Passes:
    settings:
      work_mem: 4MB
"""

from collections.abc import Iterator

from ...catalog import MAJORS
from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "settings-hidden"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/predefined-roles.html"

OF_USE = ("shared_preload_libraries", "data_directory")
"""What pgfit itself looks for."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    if not server.settings or server.major not in MAJORS:
        return
    missing = [name for name in OF_USE if name not in server.settings]
    if not missing:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"this role cannot see {', '.join(missing)}",
        cure="\n".join(server.grants()) or "a role that is a member of pg_monitor",
        where="server",
        evidence={"hidden": len(missing), "seen": len(server.settings)},
    )
