"""Far more connections are allowed than were ever used.

Every allowed connection has its share in the worst case, used or not: memory that work_mem could have had, or a limit
that could be lower.

Fails:
    settings:
      max_connections: 400
    activity: {clients: 5, processes: 14}

Passes:
    settings:
      max_connections: 30
    activity: {clients: 5, processes: 14}
"""

from collections.abc import Iterator

from ...audit.budget import Claims
from ...audit.report import span
from ...units import human
from ..audited import Audited
from ..finding import INFO, LIKELY, POSSIBLE, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "connections-never-used"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS"

FEW = 0.2
LEAST = 20
"""Connections that are always granted."""
WORTHWHILE = 1.5
"""Times what is enough: one connection fewer is not worth a restart."""
SWING = 4
"""Times the average, where the most is unknown."""
LONG = 86400
"""Seconds of running below which nothing is concluded."""


def check(audited: Audited) -> Iterator[Finding]:
    server, claims = audited.server, audited.claims
    most, now, peak, average = server.number("max_connections"), server.sessions, server.most_sessions, server.average_sessions
    if most is None or now is None or server.uptime is None or server.uptime < LONG or server.snapshot.pooled:
        return
    if server.standby is not False:
        return  # it must not have fewer than its primary, or it does not start
    seen = peak if peak is not None else max(now, int(SWING * average)) if average is not None else None
    if seen is None or seen >= FEW * most:
        return
    enough = max(LEAST, 2 * seen)
    if most < WORTHWHILE * enough:
        return
    saved = int((most - enough) * (claims.session + claims.query)) if isinstance(claims, Claims) else 0
    told = f"never more than {seen}" if peak is not None else f"{average:.1f} on average and {now} now"
    yield audited.finding(
        ID,
        SEVERITY,
        f"max_connections {most:.0f}, but {told} in {span(server.uptime)}",
        settings={"max_connections": enough},
        where="max_connections",
        arithmetic=f"{most - enough:.0f} fewer take {human(saved)} out of the worst case" if saved > 0 else "",
        evidence={"max_connections": int(most), "seen": seen, "saved": saved},
        confidence=LIKELY if peak is not None else POSSIBLE,
    )
