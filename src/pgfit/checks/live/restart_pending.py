"""Settings wait for a restart.

The files say one thing, the server runs another. The change takes effect at the next restart, which may be the crash
of some night, and then surprises.

Fails:
    pending: [shared_buffers]
    settings:
      shared_buffers: 128MB
    file_settings:
    - file: /data/postgresql.auto.conf
      line: 3
      number: 9
      name: shared_buffers
      applied: false
      error: setting could not be applied
      value: 1GB

Passes:
    settings:
      shared_buffers: 128MB
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "restart-pending"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/view-pg-settings.html"


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    waiting = [one for one in server.settings.values() if one.pending_restart]
    if not waiting:
        return
    said = {str(row.get("name")): str(row.get("value")) for row in server.rows("file_settings")}
    each = [f"{one.name} ({one.shown}" + (f" → {said[one.name]})" if one.name in said else ")") for one in waiting]
    yield audited.finding(
        ID,
        SEVERITY,
        f"{len(waiting)} settings wait for a restart: {', '.join(each)}",
        cure="restart the server when it suits you, or undo the change; a container: docker compose restart",
        where=waiting[0].name,
        evidence={one.name: one.shown for one in waiting},
    )
