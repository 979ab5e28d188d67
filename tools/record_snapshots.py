"""Record what real servers answer an audit: tests/snapshots/NN.json, one of each major.

    python tools/record_snapshots.py [MAJOR ...]

Each is a throw-away server with a little work behind it, asked as superuser. What is this machine's own is taken out:
paths, the kernel's mounts but for cgroups and /dev/shm, and the cgroup's path.
"""

import json
import re
import sys
import time
from pathlib import Path

import psycopg

from pgfit.audit.record import dump, load
from pgfit.audit.snapshot import connect, take
from real_server import RealServer, installed

SNAPSHOTS = Path(__file__).parent.parent / "tests" / "snapshots"
DATA = "/var/lib/postgresql/data"
WORK = (
    "CREATE TABLE orders AS SELECT i AS id, repeat('x', 100) AS note FROM generate_series(1, 50000) AS i",
    "DELETE FROM orders WHERE id % 2 = 0",
    "ALTER SYSTEM SET work_mem = '8MB'",
    "ALTER SYSTEM SET max_connections = 150",
    "CREATE ROLE reports",
    "ALTER ROLE reports SET work_mem = '256MB'",
    "SELECT pg_reload_conf()",
    "SELECT pg_create_physical_replication_slot('standby', true)",
    "SET work_mem = '64kB'",
    "SELECT count(*) FROM (SELECT * FROM orders ORDER BY note, id OFFSET 1) AS sorted",
)


def record(major: int) -> None:
    with RealServer(installed()[major], arguments=["-c", "log_min_duration_statement=1s"]) as server:
        server.start()
        with psycopg.connect(server.dsn, autocommit=True) as database:
            for statement in WORK:
                database.execute(statement.encode())
        time.sleep(1.5)  # statistics are told once a second
        connection = connect(server.dsn, {}, seconds=10)
        text = dump(take(connection, seconds=10))
        connection.raw.close()
        text = text.replace(str(server.data), DATA).replace(str(server.root), "/var/run/postgresql")
    snapshot = json.loads(text)
    snapshot["server"]["host"], snapshot["server"]["port"] = "localhost", "5432"
    snapshot["rows"]["files"] = [_scrubbed(row) for row in snapshot["rows"]["files"]]
    (SNAPSHOTS / f"{major}.json").write_text(dump(load(json.dumps(snapshot), str(major))))


def _scrubbed(row: dict[str, str]) -> dict[str, str]:
    """Without mounts of this machine and with a group that any machine could have."""
    text = row["text"]
    if row["path"] == "/proc/self/mountinfo":
        text = "\n".join(line for line in text.split("\n") if " - cgroup" in line or " /dev/shm " in line)
    if row["path"] == "/proc/self/cgroup":
        text = re.sub(r"/[\w-]+/[0-9a-f]{12,}", "/docker/5a17", text)
    return {"path": re.sub(r"/[\w-]+/[0-9a-f]{12,}/", "/docker/5a17/", row["path"]), "text": text}


def main() -> None:
    SNAPSHOTS.mkdir(exist_ok=True)
    for major in [int(word) for word in sys.argv[1:]] or sorted(installed()):
        record(major)
        print(f"recorded {major}")


if __name__ == "__main__":
    main()
