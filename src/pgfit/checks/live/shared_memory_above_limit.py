"""The shared memory alone is larger than the container's memory limit.

PostgreSQL reserves it at start and touches it page by page, so the server starts, and is killed by the kernel once
enough of it was used. From then on it is killed again and again.

Fails:
    memory: 512M
    settings:
      shared_buffers: 600MB

Passes:
    memory: 512M
    settings:
      shared_buffers: 128MB
"""

from collections.abc import Collection, Iterator

from ...audit.running import RunningServer
from ...catalog.values import default_of
from ...model import Known, Unknown
from ...units import Bytes, human
from ..audited import Audited
from ..finding import ERROR, Finding
from ..shares import lower

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "shared-memory-above-limit"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS"

SHARED = (
    "shared_buffers",
    "max_locks_per_transaction",
    "max_pred_locks_per_transaction",
    "max_connections",
    "max_prepared_transactions",
    "max_worker_processes",
    "track_activity_query_size",
    "wal_buffers",
)
"""What makes shared memory large."""


def check(audited: Audited) -> Iterator[Finding]:
    server, claims = audited.server, audited.claims
    if isinstance(claims, Unknown) or not isinstance(server.memory, Known):
        return
    static, limit = claims.part("static_shared_memory"), server.memory.value
    if static <= limit:
        return
    buffers, lowered = server.size("shared_buffers") or Bytes(0), lower(audited, "shared_buffers")
    around, left = static - buffers, lowered.get("shared_buffers", buffers)
    enough = isinstance(left, int) and around + left <= limit
    yield audited.finding(
        ID,
        SEVERITY,
        f"{human(static)} of shared memory in a limit of {human(limit)}: the kernel kills the server once it is touched",
        cure="" if enough else _more(server, lowered, static),
        settings=lowered,
        where="shared_buffers",
        arithmetic=f"shared_buffers {human(buffers)} + {human(around)} around it > {human(limit)}",
        evidence={"shared_memory": static, "limit": int(limit)},
    )


def _more(server: RunningServer, lowered: Collection[str], static: int) -> str:
    """What to do where lower shared_buffers are not enough, or there is no room for less."""
    large = [f"{name} ({server.settings[name].shown})" for name in SHARED if name not in lowered and _is_raised(server, name)]
    limit = f"a limit well above {human(static)}"
    on_primary = " (on its primary first)" if server.standby else ""
    words = f"lower {', '.join(large)}{on_primary} and restart; or {limit}" if large else limit
    return f"fewer shared_buffers alone are not enough: {words}" if lowered else words


def _is_raised(server: RunningServer, name: str) -> bool:
    """Whether it is above PostgreSQL's default; what PostgreSQL derives itself is not."""
    one = server.settings.get(name)
    if one is None or one.setting is None or not isinstance(one.value, int):
        return False
    usual = default_of(one.setting)
    return isinstance(usual, int) and one.value > usual and (usual >= 0 or one.chosen)
