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

from ...audit.settings import RunningSetting
from ..audited import Audited
from ..filed import Line, by_flag, lines_of, winners
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "restart-pending"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/view-pg-settings.html"


def check(audited: Audited) -> Iterator[Finding]:
    """After a reload PostgreSQL marks also what a flag overrides, which no restart changes: that stays untold here."""
    server = audited.server
    waiting = [one for one in server.settings.values() if one.pending_restart and not by_flag(one)]
    if not waiting:
        return
    said = winners(lines_of(server))
    many = f"{len(waiting)} settings wait" if len(waiting) > 1 else "1 setting waits"
    yield audited.finding(
        ID,
        SEVERITY,
        f"{many} for a restart: {', '.join(_told(one, said.get(one.name)) for one in waiting)}",
        cure="restart the server when it suits you (docker compose restart), or undo the change and reload",
        where=waiting[0].name,
        evidence={one.name: one.shown for one in waiting},
    )


def _told(one: RunningSetting, line: Line | None) -> str:
    return f"{one.name} ({one.shown} → {line.text}, {line.place})" if line is not None else f"{one.name} ({one.shown})"
