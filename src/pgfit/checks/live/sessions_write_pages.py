"""Sessions write changed pages themselves.

A session that needs a buffer and finds only changed ones must write one first, and waits for it: shared_buffers are
small for the writes. `--profile oltp` has larger ones, for fewer connections. A busier background writer is no cure: it
writes the same pages more often (at 512 MB and 3000 writes a second, bgwriter_lru_maxpages=400 with bgwriter_delay=50ms
took 39 % of the transactions, and a fifth more writes for each of the rest).

Fails:
    checkpoints: {by_checkpointer: 100000, by_background_writer: 10000, by_backends: 900000}

Passes:
    checkpoints: {by_checkpointer: 900000, by_background_writer: 10000, by_backends: 90000}
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import INFO, POSSIBLE, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "sessions-write-pages"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#RUNTIME-CONFIG-RESOURCE-BACKGROUND-WRITER"

SHARE, LEAST = 0.5, 100_000
"""Of all pages written, and pages: bulk loads write their own, which is meant."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    own = server.count("checkpoints", "by_backends")
    others = [server.count("checkpoints", name) for name in ("by_checkpointer", "by_background_writer")]
    if own is None or None in others or own < LEAST:
        return
    total = own + sum(one for one in others if one is not None)
    if own <= SHARE * total:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"sessions wrote {100 * own / total:.0f} % of all changed pages themselves",
        cure="larger shared_buffers, where sessions leave room for them: pgfit audit --profile oltp",
        where="shared_buffers",
        arithmetic=f"{own:.0f} of {total:.0f} pages",
        evidence={"by_backends": int(own), "total": int(total)},
        confidence=POSSIBLE,
    )
