"""How much memory one sort or hash really takes, over its work_mem: the figures behind `sort` and `hash` in measured.py.

    python tools/measure_nodes.py [MAJOR...]       one line per major, node and work_mem, tab-separated

The peak of the session's private memory (RssAnon, looked at every millisecond while the query runs) over what it had
before. hash_mem_multiplier is 1, so that one work_mem is the limit of either.
"""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg

from real_server import RealServer, installed

ROWS = 600_000
WORK_MEM = (256, 512, 1024, 1536, 2048, 4096)
"""kB"""
NODES = {
    "sort, two columns": ("select id, key from t order by key, id", ("enable_hashagg",)),
    "sort, rows of 1 kB": ("select id, pad from wide order by key, id", ()),
    "hash aggregate, int": ("select key, count(*) from t group by key", ("enable_sort",)),
    "hash aggregate, text": ("select word, count(*) from t group by word", ("enable_sort",)),
    "hash distinct, two columns": ("select distinct key, word from t", ("enable_sort",)),
    "hash join": ("select count(*) from t a join t b using (id)", ("enable_mergejoin", "enable_nestloop")),
    "memoize": (
        "select count(*) from t a join u b on b.id = a.part",
        ("enable_hashjoin", "enable_mergejoin", "enable_seqscan", "enable_material"),
    ),
}


def private(pid: int) -> int:
    """kB."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.partition("RssAnon:")[2].split()[0])


def peak_of(db: psycopg.Connection[tuple[object, ...]], query: str) -> int:
    """kB above what the session had."""
    pid, done = db.info.backend_pid, threading.Event()
    before = private(pid)
    seen = [before]

    def watch() -> None:
        while not done.wait(0.001):
            seen.append(private(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    db.execute(f"declare c cursor for {query}")
    db.execute("fetch 1 from c")
    db.execute("move all from c")
    done.set()
    watcher.join()
    return max(seen) - before


def measure(major: int, home: Path) -> Iterator[dict[str, str | int | float]]:
    with RealServer(home, arguments=["-c", "fsync=off", "-c", "jit=off", "-c", "shared_buffers=256MB"]) as server:
        server.start()
        with psycopg.connect(server.dsn, autocommit=True) as db:
            db.execute("set work_mem = '64MB'")
            db.execute(
                f"create table t as select g id, mod(g::bigint * 7919, 1000003)::int as key, md5(g::text) word, "
                f"mod(g::bigint * 104729, 200003)::int as part from generate_series(1, {ROWS}) g"
            )
            db.execute("create table u as select id, word from t where id <= 210000")
            db.execute("create unique index on u (id)")
            db.execute("create table wide as select id, key, repeat(word, 31) pad from t where id <= 40000")
            db.execute("alter table wide alter pad set storage plain")
            db.execute("vacuum analyze")
        for node, (query, off) in NODES.items():
            for size in WORK_MEM:
                with psycopg.connect(server.dsn) as db:
                    for name in (*off, "max_parallel_workers_per_gather"):
                        db.execute(f"set {name} = {0 if 'max' in name else 'off'}")
                    db.execute("set cursor_tuple_fraction = 1")
                    db.execute("set hash_mem_multiplier = 1")
                    db.execute(f"set work_mem = '{size}kB'")
                    db.execute("select count(*) from t where id < 100")
                    peak = peak_of(db, query)
                factor = round(peak / size, 2)
                yield {"part": "nodes", "major": major, "case": node, "work_mem_kb": size, "peak_kb": peak, "factor": factor}


def main() -> None:
    wanted = [int(word) for word in sys.argv[1:]]
    print("major\tnode\twork_mem_kb\tpeak_kb\tfactor")
    for major, home in installed().items():
        if not wanted or major in wanted:
            for one in measure(major, home):
                print("\t".join(str(value) for name, value in one.items() if name != "part"), flush=True)


if __name__ == "__main__":
    main()
