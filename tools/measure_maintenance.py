"""What index builds and their kin hold over maintenance_work_mem, workers and /dev/shm included."""

from collections.abc import Iterator
from pathlib import Path

from measure_server import MeasuredServer, Row, peak_while, row, running

__all__ = ["measure"]

ROWS = 1_200_000
SIZES = (16, 24, 64)
"""MB"""
COMMANDS = {
    "btree on text": (0, "create index i on t (word)"),
    "btree on text, 2 workers": (2, "create index i on t (word)"),
    "reindex concurrently, 2 workers": (2, "reindex index concurrently kept"),
    "three btrees in one session": (0, "create index i on t (other); create index j on t (word); create index k on t (id)"),
    "gin on arrays": (0, "create index i on t using gin (list)"),
    "hash": (0, "create index i on t using hash (word)"),
    "cluster": (0, "cluster t using kept"),
    "vacuum full": (0, "vacuum full t"),
    "vacuum": (0, "vacuum (parallel 0) t"),
    "vacuum, 2 workers": (2, "vacuum (parallel 2) t"),
}
DIRTY = "update t set other = other + 1 where id % 2 = 0"


def measure(major: int, home: Path) -> Iterator[Row]:
    """shared_buffers are small and filled, so that what shared memory grows by is /dev/shm."""
    with MeasuredServer(home, ("-c", "shared_buffers=16MB", "-c", "max_parallel_workers=4")) as server, server.connect() as db:
        db.execute(
            "create table t as select g id, md5(g::text) word, mod(g::bigint * 7919, 1000003)::int other, "
            f"array[g % 1000, g % 7919, g % 104729] list from generate_series(1, {ROWS}) g"
        )
        db.execute("create index kept on t (other)")
        db.execute("create index second on t (id)")
        db.execute("alter table t set (parallel_workers = 2)")
        db.execute("vacuum analyze t")
        db.execute("create table filler as select id, word from t where false")
        db.execute("insert into filler select id, word from t where id <= 400000")
        db.execute("drop table filler")
        for case, (workers, command) in COMMANDS.items():
            for size in SIZES:
                if "(parallel" in command:
                    db.execute(DIRTY)
                with server.connect() as worker:
                    worker.execute(f"set maintenance_work_mem = '{size}MB'")
                    worker.execute(f"set max_parallel_maintenance_workers = {workers}")
                    worker.execute("set min_parallel_index_scan_size = 0")
                    peak = peak_while(server, running(worker, *command.split("; ")))
                db.execute("drop index if exists i, j, k")
                factor = round((peak.private + peak.shared) / (size << 20), 2)
                yield row("maintenance", major, f"{case}, {size} MB", 1, peak, factor=factor)
