"""The storm: every session a configuration allows holds one sort and one hash at their full size, at the same moment.

    python benchmarks/storm.py --memory 256M --cpus 0.3 --postgres 16             pgfit's own plan
    python benchmarks/storm.py --memory 256M --postgres 16 --defaults             PostgreSQL's defaults

A real server (tools/fetch_servers.py) in a real memory cgroup. shared_buffers are filled first; then all sessions open
a cursor on a sort that just fits work_mem and one on a hash aggregate that just does not, and hold both, while one
more builds an index and one vacuums. Survived: nothing was killed, no session failed, and it took less than the bound.
A server that thrashes is stopped by raising its limit first.
"""

import argparse
import json
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

from memory_cgroup import MemoryCgroup, unavailable
from pgfit.inputs.options import Options, facts_from
from pgfit.profiles import load
from pgfit.render.flags import arguments
from pgfit.tune import plan
from pgfit.units import GB, MB, parse_size
from real_server import RealServer, ServerFailed, installed

Db = psycopg.Connection[tuple[Any, ...]]

SORT = "select id, pad from storm where id <= {rows} order by pad, id"
HOLD = 3
"""Seconds that everyone goes on holding: the kernel brings its statistics up to date every two."""
HASH = "select key, count(*) from storm group by key"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it. Sizes in bytes."""

    survived: bool
    sessions: int
    held: int
    """Sessions that held their sort and hash when the others did."""
    oom_kills: int
    peak: int
    """Most unreclaimable memory seen."""
    seconds: float
    refaults: int
    sort_share: float
    """What one sort really held, over work_mem, as EXPLAIN says."""
    hash_spilled: bool
    """Whether the hash really outgrew its memory, as EXPLAIN says."""
    error: str


class Storm:
    """One server in one limit."""

    def __init__(self, home: Path, flags: Sequence[str], limit: int, bound: float) -> None:
        self.home, self.flags, self.limit, self.bound = home, list(flags), limit, bound
        self.errors: list[str] = []
        self.held = 0
        self.lock = threading.Lock()
        self.peak = 0
        self.over = threading.Event()

    def run(self) -> Outcome:
        with MemoryCgroup(8 * GB) as group, RealServer(self.home, arguments=self.flags, cgroup=[group.path]) as server:
            server.start()
            rows, share, spilled = self._prepare(server)
            server.stop(signal.SIGINT)
            group.set_limit(self.limit)
            begun = time.monotonic()
            sessions = 0
            try:
                server.start()
                sessions = self._blow(server, group, rows)
            except (psycopg.Error, ServerFailed) as error:
                self._failed(str(error))
            seconds = time.monotonic() - begun
            alive = server.alive
            group.set_limit(8 * GB)
            outcome = Outcome(
                survived=alive and not self.errors and group.oom_kills == 0 and self.held == sessions > 0,
                sessions=sessions,
                held=self.held,
                oom_kills=group.oom_kills,
                peak=self.peak,
                seconds=round(seconds, 1),
                refaults=group.refaults,
                sort_share=round(share, 2),
                hash_spilled=spilled,
                error=self.errors[0][:200] if self.errors else "",
            )
            server.stop()
            return outcome

    # -- before: data, and queries that really take what they should ---------------------------------------------

    def _prepare(self, server: RealServer) -> tuple[int, float, bool]:
        with psycopg.connect(server.dsn, autocommit=True) as db:
            work_mem = self._size(db, "work_mem")
            hash_mem = work_mem * float(self._show(db, "hash_mem_multiplier", "1"))
            fill = max(64 * MB, self._size(db, "shared_buffers") * 1.1)
            rows = int(max(fill / 280, 1.5 * hash_mem / 40, 1.5 * work_mem / 250))
            db.execute("create extension pg_prewarm")
            db.execute("create table storm (id int, key int, pad text)")
            db.execute(
                "insert into storm select g, mod(g::bigint * 7919, 1000003)::int + g, "
                f"repeat(md5(g::text), 6) from generate_series(1, {rows}) g"
            )
            db.execute("create table other as select id, key from storm where id <= 20000")
            for number in range(8):
                db.execute(f"create table small{number} as select id, key from other where id <= 500")
                db.execute(f"create index on small{number} (id)")
            db.execute("vacuum analyze")
            count, share = self._calibrate(db, work_mem)
            db.execute("set enable_sort = off")
            node = self._node(db, HASH, "Aggregate")
            spilled = node["Strategy"] in {"Hashed", "Mixed"} and node.get("HashAgg Batches", 0) > 1
            return count, share, bool(spilled)

    def _calibrate(self, db: Db, work_mem: int) -> tuple[int, float]:
        """How many rows just fit one sort in work_mem, and what share of it they hold."""
        low, high = 100, work_mem // 100
        for _ in range(14):
            rows = (low + high) // 2
            in_memory = self._node(db, SORT.format(rows=rows), "Sort").get("Sort Space Type") == "Memory"
            low, high = (rows, high) if in_memory else (low, rows)
        node = self._node(db, SORT.format(rows=low), "Sort")
        return low, float(node["Sort Space Used"]) * 1024 / work_mem  # kB, as JSON number

    @staticmethod
    def _node(db: Db, query: str, kind: str) -> dict[str, Any]:
        row = db.execute(f"explain (analyze, format json) {query}").fetchone()
        assert row
        todo = [row[0][0]["Plan"]]
        while todo:
            node: dict[str, Any] = todo.pop()
            if node["Node Type"] == kind:
                return node
            todo += node.get("Plans", [])
        raise AssertionError(f"no {kind} in the plan of {query}")

    @staticmethod
    def _show(db: Db, name: str, default: str) -> str:
        row = db.execute("select setting from pg_settings where name = %s", [name]).fetchone()
        return str(row[0]) if row else default

    @staticmethod
    def _size(db: Db, name: str) -> int:
        row = db.execute("select pg_size_bytes(current_setting(%s))", [name]).fetchone()
        assert row
        return int(row[0])

    # -- the storm itself ---------------------------------------------------------------------------------------

    def _blow(self, server: RealServer, group: MemoryCgroup, rows: int) -> int:
        with psycopg.connect(server.dsn, autocommit=True) as db:
            most = int(self._show(db, "max_connections", "0"))
            db.execute("select pg_prewarm('storm')")
        sessions = most - 3  # one builds an index, one vacuums, one place is still being vacated by the prewarming
        watcher = threading.Thread(target=self._watch, args=(group,))
        watcher.start()
        everyone = threading.Barrier(sessions + 3)
        work = [threading.Thread(target=self._session, args=(server.dsn, rows, everyone)) for _ in range(sessions)]
        work.append(threading.Thread(target=self._maintenance, args=(server.dsn, "create index on storm (key)", everyone)))
        work.append(threading.Thread(target=self._maintenance, args=(server.dsn, "vacuum (analyze) other", everyone)))
        for thread in work:
            thread.daemon = True
            thread.start()
        end = time.monotonic() + self.bound
        try:
            everyone.wait(self.bound)  # all hold
            everyone.wait(max(1, end - time.monotonic()))  # maintenance is done
            time.sleep(HOLD)
            everyone.wait(max(1, end - time.monotonic()))  # all let go
        except threading.BrokenBarrierError:
            self._failed(f"not everyone held their sort and hash within {self.bound:.0f} s")
            group.set_limit(8 * GB)
        for thread in work:
            thread.join(30)
        self.over.set()
        watcher.join()
        return sessions

    def _watch(self, group: MemoryCgroup) -> None:
        while not self.over.wait(0.05):
            self.peak = max(self.peak, group.unreclaimable)

    def _failed(self, text: str) -> None:
        with self.lock:
            self.errors.append(" ".join(text.split()))

    def _session(self, dsn: str, rows: int, everyone: threading.Barrier) -> None:
        try:
            with psycopg.connect(dsn) as db:
                for number in range(8):
                    db.execute(f"select count(*) from small{number} where id < 10")
                db.execute("set local enable_sort = off")
                db.execute(f"declare h cursor for {HASH}")
                db.execute("fetch 1 from h")
                db.execute("set local enable_sort = on")
                db.execute(f"declare s cursor for {SORT.format(rows=rows)}")
                db.execute("fetch 1 from s")
                with self.lock:
                    self.held += 1
                for _ in ("all hold", "maintenance is done", "all let go"):
                    everyone.wait(self.bound)
                db.execute("fetch 1 from h")
                db.execute("fetch 1 from s")
        except psycopg.Error as error:
            self._failed(str(error))
            everyone.abort()
        except threading.BrokenBarrierError:
            pass

    def _maintenance(self, dsn: str, statement: str, everyone: threading.Barrier) -> None:
        try:
            with psycopg.connect(dsn, autocommit=True) as db:
                everyone.wait(self.bound)
                db.execute(statement)
                everyone.wait(self.bound)
                everyone.wait(self.bound)
        except psycopg.Error as error:
            self._failed(str(error))
            everyone.abort()
        except threading.BrokenBarrierError:
            pass


def storm(major: int, limit: int, flags: Sequence[str], *, bound: float = 90) -> Outcome:
    """Let a configuration's own sessions loose on it, in a memory limit of so many bytes."""
    return Storm(installed()[major], flags, limit, bound).run()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memory", default="256M")
    parser.add_argument("--cpus", default="1")
    parser.add_argument("--postgres", type=int, default=18)
    parser.add_argument("--profile", default="web")
    parser.add_argument("--connections", type=int)
    parser.add_argument("--defaults", action="store_true")
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--bound", type=float, default=90, help="seconds after which a storm counts as stalled")
    given = parser.parse_args()
    if why := unavailable():
        print(f"no storm here: {why}", file=sys.stderr)
        return 2
    if given.postgres not in installed():
        print("no such server here: python tools/fetch_servers.py fetches them", file=sys.stderr)
        return 2
    limit = parse_size(given.memory)
    flags: list[str] = [word for pair in given.set for word in ("-c", pair)]
    worst = None
    if not given.defaults:
        wishes = Options(
            memory=given.memory,
            cpus=given.cpus,
            postgres=given.postgres,
            connections=given.connections,
            settings=tuple(given.set),
        )
        made = plan(facts_from(wishes), load(given.profile))
        flags, worst = arguments(made), int(made.budget.worst_case)
    outcome = storm(given.postgres, limit, flags, bound=given.bound)
    print(json.dumps({"limit": int(limit), "worst_case": worst, **asdict(outcome)}))
    return 0 if outcome.survived else 1


if __name__ == "__main__":
    raise SystemExit(main())
