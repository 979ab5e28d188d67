"""Dead rows are not removed as fast as they arise.

Every query reads past them, and the table keeps growing. Autovacuum is too slow for this table, is held back by an
old transaction or a slot, or was switched off for it.

Fails:
    tables:
    - table: public.orders
      dead: 900000
      live: 1000000
      autovacuumed_at: null
      vacuumed_at: null
      estimated_rows: 1000000
      bytes: 900000000
      autovacuum: "on"

Passes:
    tables:
    - table: public.orders
      dead: 90000
      live: 1000000
      autovacuumed_at: null
      vacuumed_at: null
      estimated_rows: 1000000
      bytes: 900000000
      autovacuum: "on"
"""

from collections.abc import Iterator
from math import isfinite
from typing import NamedTuple

from ...audit.record import Row, Scalar
from ...audit.running import RunningServer
from ..audited import Audited
from ..finding import LIKELY, WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "dead-rows-pile-up"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM"

LEAST = 10_000
"""Rows; fewer are no burden."""
OFF = frozenset({"off", "of", "false", "fals", "fal", "fa", "f", "no", "n", "0"})
"""A storage parameter is kept as it was written."""
TIMES = 2
"""Times what autovacuum waits for: it had its chance."""


def check(audited: Audited) -> Iterator[Finding]:
    for row in audited.server.rows("tables"):
        dead, live = row.get("dead"), row.get("live")
        if not isinstance(dead, int) or not isinstance(live, int) or dead < LEAST:
            continue
        due = _due(audited.server, row, max(live, 0))
        if due is None or dead <= TIMES * due.rows:
            continue
        off = str(row.get("autovacuum")).lower() in OFF
        table = str(row.get("table"))
        yield audited.finding(
            ID,
            SEVERITY,
            f"{table} has {dead} dead rows beside {live} live ones" + (", and autovacuum is off for it" if off else ""),
            cure=f"ALTER TABLE {table} RESET (autovacuum_enabled);"
            if off
            else f"VACUUM {table}; then see what holds it back: old transactions, slots, or autovacuum_vacuum_scale_factor",
            where="autovacuum",
            arithmetic=f"autovacuum was due at {due.arithmetic}",
            evidence={"dead": dead, "live": live, "due": int(due.rows)},
            confidence=LIKELY,
        )


class Due(NamedTuple):
    """How many dead rows autovacuum waits for."""

    rows: float
    arithmetic: str


def _due(server: RunningServer, row: Row, live: int) -> Due | None:
    """None where a number of it is unknown. What the table says itself wins."""
    threshold = _number(row.get("own_threshold"), server.number("autovacuum_vacuum_threshold"))
    factor = _number(row.get("own_scale_factor"), server.number("autovacuum_vacuum_scale_factor"))
    most = _number(row.get("own_max_threshold"), server.number("autovacuum_vacuum_max_threshold") if server.major >= 18 else -1)
    if threshold is None or factor is None or most is None:
        return None
    rows = threshold + factor * live
    told = f"{threshold:.0f} + {factor:g} × {live} = {rows:.0f}"
    if 0 <= most < rows:
        return Due(most, f"{most:.0f}, less than {told}")
    return Due(rows, told)


def _number(own: Scalar, of_server: float | None) -> float | None:
    """The table's own, which was written by hand; None where it cannot be read."""
    if own is None:
        return of_server
    try:
        number = float(str(own))
    except ValueError:
        return None
    return number if isfinite(number) and number >= -1 else None
