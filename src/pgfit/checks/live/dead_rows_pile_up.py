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
    server = audited.server
    factor, threshold = server.number("autovacuum_vacuum_scale_factor"), server.number("autovacuum_vacuum_threshold")
    if factor is None or threshold is None:
        return
    most = server.number("autovacuum_vacuum_max_threshold")  # 18 and later
    for row in server.rows("tables"):
        dead, live = row.get("dead"), row.get("live")
        if not isinstance(dead, int) or not isinstance(live, int) or dead < LEAST:
            continue
        due = (
            min(threshold + factor * max(live, 0), most) if most is not None and most >= 0 else threshold + factor * max(live, 0)
        )
        if dead <= TIMES * due:
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
            arithmetic=f"autovacuum was due at {threshold:.0f} + {factor:g} × {live} = {due:.0f}",
            evidence={"dead": dead, "live": live, "due": int(due)},
            confidence=LIKELY,
        )
