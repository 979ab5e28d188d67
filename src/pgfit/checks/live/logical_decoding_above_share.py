"""Logical replication may take more than a tenth of the limit.

Each sender of a logical slot collects large transactions in memory up to logical_decoding_work_mem, measured up to 1.35
times that, before it writes them to disk. The default of 64 MB suits machines.

Fails:
    memory: 1G
    slots:
      - {name: cdc, type: logical, active: true}
      - {name: search, type: logical, active: true}

Passes:
    memory: 4G
    slots:
      - {name: cdc, type: logical, active: true}
      - {name: search, type: logical, active: true}
"""

from collections.abc import Iterator

from ...units import MB, human
from ..audited import Audited
from ..finding import LIKELY, WARNING, Finding
from ..shares import limit_of, lower, percent

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "logical-decoding-above-share"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-LOGICAL-DECODING-WORK-MEM"

MOST = 0.1
"""Of the limit."""
FACTOR, BESIDE = 1.35, 2 * MB
"""Measured with 4, 16 and 64 MB: 7.8, 23.2 and 84.8 MB for one sender."""


def check(audited: Audited) -> Iterator[Finding]:
    server, limit = audited.server, limit_of(audited)
    size, senders = server.size("logical_decoding_work_mem"), server.number("max_wal_senders")
    slots = sum(row.get("type") == "logical" for row in server.rows("slots"))
    if limit is None or size is None or senders is None or not slots:
        return
    count = int(min(slots, senders))
    total = int(count * (FACTOR * size + BESIDE))
    if total <= MOST * limit:
        return
    less = lower(audited, "logical_decoding_work_mem")
    yield audited.finding(
        ID,
        SEVERITY,
        f"{count} logical replication senders may take {human(total)}, {percent(total, limit)} of the limit of {human(limit)}",
        cure="" if less else "a smaller logical_decoding_work_mem: what does not fit goes to disk",
        settings=less,
        where="logical_decoding_work_mem",
        arithmetic=f"{count} × ({FACTOR} × logical_decoding_work_mem {human(size)} + {human(BESIDE)})",
        evidence={"senders": count, "logical_decoding_work_mem": int(size), "limit": int(limit)},
        confidence=LIKELY,
    )
