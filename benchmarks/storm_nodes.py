"""What a session of the storm really holds, and its own sort and hash, without any limit.

    python benchmarks/storm_nodes.py [MAJOR...]       a line per major, work_mem and hash_mem_multiplier, tab-separated

The session does what each session of a storm does (src/pgfit/trial/sql/storm.sql): it reads the eight small tables, opens a
cursor on a hash aggregate that just outgrows its memory and one on a sort that just fits. What it holds then is the growth
of its private memory (RssAnon). It is no smooth function of work_mem: a hash table doubles, and so does a sort's array.
What it held before is less than the model charges for a session in use, which joins and writes too.
"""

import subprocess
import sys
from functools import cache
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

from measure_nodes import private
from measure_server import MeasuredServer
from pgfit.trial.workloads import load_script
from pgfit.units import GB, KB, Bytes
from real_server import PORT, RealServer, installed

__all__ = ["held", "session"]

LEAST_SCALE = 10
"""1,000,000 accounts; more where the hash takes more of them."""
SIZES = ((448, 1), (640, 1), (896, 1), (1280, 1), (1792, 1), (4096, 1), (4096, 2), (8192, 2))
"""work_mem in kB, and hash_mem_multiplier."""
Db = psycopg.Connection[tuple[object, ...]]


@cache
def held(major: int, work_mem: int, multiplier: float) -> int:
    """Bytes of both nodes together. work_mem in bytes. Raises KeyError where there is no server of this major."""
    home = installed()[major]
    hash_rows = int(1.5 * work_mem * multiplier / 40)
    scale = max(LEAST_SCALE, hash_rows // 100_000 + 1)
    with RealServer(home, arguments=["-c", "fsync=off", "-c", "jit=off", "-c", "shared_buffers=256MB"]) as server:
        server.start()
        _load(server, home, scale)
        with psycopg.connect(server.dsn) as db:
            _configure(db, work_mem, multiplier)
            (rows,) = db.execute("select sort_rows()").fetchall()[0]
        with psycopg.connect(server.dsn) as db:  # another: looking for the rows made the first one grow
            _configure(db, work_mem, multiplier)
            return _growth(db, int(str(rows)), hash_rows)


@cache
def session(major: int) -> int:
    """Bytes of private and kernel memory that each of twenty sessions adds, before its nodes. Raises KeyError as `held`.

    Raises OSError where no memory cgroup may be made.
    """
    home = installed()[major]
    with MeasuredServer(home) as server:
        _load(server.server, home, 1)
        found = server.per_session(20, lambda db, _: _begin(db))
    return int(found.private + found.kernel)


def _load(server: RealServer, home: Path, scale: int) -> None:
    who = ["-h", str(server.root), "-p", str(PORT), "-U", "postgres"]
    for command, text in (
        (["pgbench", *who, "-i", "-q", "-s", str(scale), "postgres"], ""),
        (["psql", *who, "-Xq", "-v", "ON_ERROR_STOP=1"], load_script(Bytes(GB // 4))),
    ):
        words = [str(home / "bin" / command[0]), *command[1:]]
        subprocess.run(words, input=text, env=server.environment, check=True, capture_output=True, text=True)


def _begin(db: Db) -> None:
    """What it does before it opens its cursors; nobody is waited for."""
    db.execute("call everyone(20, 0)")
    for number in range(8):
        db.execute(f"select count(*) from small{number} where id < 10")


def _configure(db: Db, work_mem: int, multiplier: float) -> None:
    for setting in (
        f"work_mem = '{work_mem // KB}kB'",
        f"hash_mem_multiplier = {multiplier}",
        "max_parallel_workers_per_gather = 0",
    ):
        db.execute(f"set {setting}")


def _growth(db: Db, sort_rows: int, hash_rows: int) -> int:
    _begin(db)
    db.execute("set local enable_sort = off")
    before = private(db.info.backend_pid)
    db.execute(f"declare h cursor for select aid + 0, count(*) from pgbench_accounts where aid <= {hash_rows} group by aid + 0")
    db.execute("fetch 1 from h")
    db.execute("set local enable_sort = on")
    pad = "repeat(md5(aid::text), 6) pad"
    db.execute(f"declare s cursor for select aid, {pad} from pgbench_accounts where aid <= {sort_rows} order by pad, aid")
    db.execute("fetch 1 from s")
    return (private(db.info.backend_pid) - before) * KB


def main() -> None:
    wanted = [int(word) for word in sys.argv[1:]]
    for major in installed():
        if major >= 14 and (not wanted or major in wanted):
            print(f"a session of the storm on {major}: {session(major) // KB} kB", flush=True)
    print("major\twork_mem_kb\thash_mem_multiplier\theld_kb\tover_both")
    for major in installed():
        for work_mem, multiplier in SIZES:
            if major >= 14 and (not wanted or major in wanted):
                both = held(major, work_mem * KB, multiplier)
                print(
                    major,
                    work_mem,
                    multiplier,
                    both // KB,
                    round(both / KB / (work_mem * (1 + multiplier)), 2),
                    sep="\t",
                    flush=True,
                )


if __name__ == "__main__":
    main()
