"""What an audit costs: the whole process, the server's time, its connections; beside `psql -c 'select 1'`.

    PYTHONPATH=tools python benchmarks/audit.py [RUNS] [TABLES ...]

A throw-away PostgreSQL 18 is filled with 100 tables, and then with 10,000, or as many as are named. The commands are
interleaved, so that a busy machine slows all of them alike. Install pgfit from a wheel (`pip install .`): an editable
install reads its profiles from YAML and is slower.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median, quantiles

import psycopg

from pgfit.audit.snapshot import connect, take
from real_server import RealServer, installed


def seconds(command: list[str], environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - begun


def spread(milliseconds: list[float]) -> str:
    low, _, high = quantiles(milliseconds, n=4)
    return f"{median(milliseconds):.1f} ms (quartiles {low:.1f}–{high:.1f})"


def fill(server: RealServer, tables: int) -> None:
    with psycopg.connect(server.dsn, autocommit=True) as database:
        for first in range(1, tables + 1, 500):
            last = min(tables, first + 499)
            database.execute(
                f"DO $$ BEGIN FOR i IN {first}..{last} LOOP"
                " EXECUTE format('CREATE TABLE IF NOT EXISTS t%s (id int PRIMARY KEY, name text)', i);"
                " EXECUTE format('INSERT INTO t%s VALUES (1, ''x'') ON CONFLICT DO NOTHING', i); END LOOP; END $$"
            )
        database.execute("ANALYZE")


def sessions(server: RealServer) -> int:
    """How many the server has counted, but for the one that asks and those before it."""
    with psycopg.connect(server.dsn, autocommit=True) as database:
        time.sleep(0.2)
        row = database.execute("SELECT pg_stat_force_next_flush(), sum(sessions)::int FROM pg_stat_database").fetchone()
    assert row is not None
    return int(row[1])


def measure(server: RealServer, tables: int, runs: int) -> None:
    fill(server, tables)
    pgfit, home = str(Path(sys.executable).with_name("pgfit")), server.home
    environment = {**os.environ, "LD_LIBRARY_PATH": str(home / "lib")}
    commands = {
        "psql": [str(home / "bin" / "psql"), server.dsn, "-c", "select 1"],
        "pgfit audit": [pgfit, "audit", server.dsn],
        "pgfit --version": [pgfit, "--version"],
    }
    plain = {"psql": environment, "pgfit audit": dict(os.environ), "pgfit --version": dict(os.environ)}
    for name, command in commands.items():
        seconds(command, plain[name])
    times: dict[str, list[float]] = {name: [] for name in commands}
    served: list[float] = []
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(seconds(command, plain[name]) * 1000)
        connection = connect(server.dsn, {}, seconds=10)
        served.append(take(connection, seconds=10).milliseconds)
        connection.raw.close()
    print(f"\n{tables} tables, {runs} rounds")
    for name, each in times.items():
        print(f"  {name:<16} {spread(each)}")
    print(f"  questions        {spread(served)}, from the first to the last answer, on an open connection")
    before = sessions(server)
    seconds(commands["pgfit audit"], plain["pgfit audit"])
    print(f"  connections      {sessions(server) - before - 1} of an audit")  # one of `sessions` itself


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    tables = [int(word) for word in sys.argv[2:]] or [100, 10_000]
    with RealServer(installed()[18], conf="max_locks_per_transaction = 1024\nfsync = off") as server:
        server.start()
        for count in tables:
            measure(server, count, runs)


if __name__ == "__main__":
    main()
