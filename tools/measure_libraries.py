"""What preloaded libraries cost: shared memory at start, processes at rest, and memory in every session.

Measured for each library of the list that the server has. The shared memory is the difference of what the server asks
the kernel for, to the byte.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from measure_server import MeasuredServer, Memory, Row, row
from measure_sessions import in_use, tables
from measure_static import SIZE
from real_server import ServerFailed

__all__ = ["measure"]

LIBRARIES: Mapping[str, tuple[str, Sequence[str]]] = {
    "pg_stat_statements, max 1000": ("pg_stat_statements", ("pg_stat_statements.max=1000",)),
    "pg_stat_statements, max 5000": ("pg_stat_statements", ()),
    "pg_stat_statements, max 10000": ("pg_stat_statements", ("pg_stat_statements.max=10000",)),
    "auto_explain, nothing logged": ("auto_explain", ("auto_explain.log_min_duration=10000", "auto_explain.log_analyze=on")),
    "auto_explain, all logged": ("auto_explain", ("auto_explain.log_min_duration=0", "auto_explain.log_analyze=on")),
    "pg_prewarm": ("pg_prewarm", ()),
    "pg_cron": ("pg_cron", ()),
    "pg_partman_bgw": ("pg_partman_bgw", ()),
    "pg_stat_kcache": ("pg_stat_statements,pg_stat_kcache", ()),
    "pg_wait_sampling": ("pg_wait_sampling", ()),
    "pgaudit, all logged": ("pgaudit", ("pgaudit.log=all",)),
    "pglogical": ("pglogical", ("wal_level=logical", "track_commit_timestamp=on")),
    "timescaledb": ("timescaledb", ()),
    "citus": ("citus", ()),
}


def has(home: Path, library: str) -> bool:
    return any((home / place / f"{library}.so").exists() for place in ("lib", "lib/postgresql"))


def figures(home: Path, settings: Sequence[str]) -> tuple[int, Memory, Memory]:
    """Bytes of shared memory, the server at rest, a session in use."""
    words = [word for setting in ("log_min_messages=debug3", *settings) for word in ("-c", setting)]
    with MeasuredServer(home, words) as server:
        found = SIZE.search(server.server.log.read_text(errors="replace"))
        with server.connect() as db:
            db.execute("alter system set log_min_messages = warning")
        time.sleep(5)
        rest = server.memory()
        tables(server, 10)
        return int(found[1]) if found else 0, rest, server.per_session(40, in_use)


def measure(major: int, home: Path) -> Iterator[Row]:
    size, rest, session = figures(home, ())
    yield row("libraries", major, "none, at rest", 1, rest, static_bytes=size)
    yield row("libraries", major, "none, a session", 40, session)
    for case, (libraries, settings) in LIBRARIES.items():
        if not all(has(home, library) for library in libraries.split(",")):
            continue
        try:
            more = figures(home, (f"shared_preload_libraries={libraries}", *settings))
        except ServerFailed:
            continue  # for want of a setting that it insists on
        yield row("libraries", major, f"{case}, at rest", 1, more[1].over(rest), static_bytes=more[0] - size)
        yield row("libraries", major, f"{case}, a session", 40, more[2].over(session))
