"""Where pgvector's index builds hold their memory, and how much over maintenance_work_mem."""

from collections.abc import Iterator
from pathlib import Path

from measure_libraries import has
from measure_server import MeasuredServer, Row, peak_while, row, running

__all__ = ["measure"]

ROWS, DIMENSIONS = 30_000, 128
SIZES = (8, 16, 64)
"""MB"""
INDEXES = {
    "hnsw": (8, "using hnsw (v vector_l2_ops)"),
    "ivfflat": (16, "using ivfflat (v vector_l2_ops) with (lists = 100)"),
}
"""The least maintenance_work_mem with which it is built at all, and how."""


def build(server: MeasuredServer, major: int, case: str, how: str, workers: int, size: int) -> Row:
    with server.connect() as db:
        db.execute(f"set maintenance_work_mem = '{size}MB'")
        db.execute(f"set max_parallel_maintenance_workers = {workers}")
        peak = peak_while(server, running(db, f"create index i on items {how}"))
        db.execute("drop index i")
    return row("vectors", major, case, 1, peak, factor=round(peak.total / (size << 20), 2))


def measure(major: int, home: Path) -> Iterator[Row]:
    if not has(home, "vector"):
        return
    with MeasuredServer(home, ("-c", "shared_buffers=16MB", "-c", "max_parallel_workers=4")) as server, server.connect() as db:
        db.execute("create extension vector")
        db.execute(f"create table items (id int, v vector({DIMENSIONS}))")
        db.execute("alter table items alter v set storage plain")
        db.execute(
            f"insert into items select g, (select array_agg(random() + (g + d) * 0)::vector "
            f"from generate_series(1, {DIMENSIONS}) d) from generate_series(1, {ROWS}) g"
        )
        db.execute("alter table items set (parallel_workers = 2)")
        db.execute("vacuum analyze items")
        for kind, (least, how) in INDEXES.items():
            for workers in (0, 2):
                for size in SIZES:
                    if size >= least:
                        yield build(server, major, f"{kind}, {workers} workers, {size} MB", how, workers, size)
