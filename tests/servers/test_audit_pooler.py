"""An audit through pgbouncer: it works, it says so, and it leaves nothing behind for the pool's next client."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from auditing import asked
from pgfit.audit.running import RunningServer
from real_server import PORT, RealServer, installed
from running import Run

PROGRAM = shutil.which("pgbouncer", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no pgbouncer here: apt-get install pgbouncer")
CONFIGURATION = """\
[databases]
* = host={root} port={server_port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
auth_file =
admin_users = postgres
pool_mode = {mode}
default_pool_size = 1
query_wait_timeout = 1
"""


class Pool(NamedTuple):
    server: RealServer
    port: int

    @property
    def dsn(self) -> str:
        return f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"


@pytest.fixture(scope="module")
def server() -> Iterator[RealServer]:
    with RealServer(installed()[18]) as made:
        made.start()
        yield made


@contextmanager
def pooled(server: RealServer, mode: str) -> Iterator[Pool]:
    """It refuses root as PostgreSQL does, and so runs as the server's user."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    path = server.root / f"{mode}.ini"
    text = CONFIGURATION.format(root=server.root, server_port=PORT, port=port, mode=mode)
    path.write_text(text.replace("* = host", "* = user=postgres host"))
    path.chmod(0o644)
    log = server.root / f"{mode}.log"
    assert PROGRAM is not None
    with log.open("wb") as file:
        process = subprocess.Popen(
            [PROGRAM, str(path)],
            cwd=server.root,
            user=server.user.pw_uid if server.user else None,
            group=server.user.pw_gid if server.user else None,
            extra_groups=[] if server.user else None,
            stdout=file,
            stderr=file,
        )
    try:
        made = Pool(server, port)
        _wait_for(made, process, log)
        yield made
    finally:
        process.kill()
        process.wait()


def _wait_for(pool: Pool, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 10
    while True:
        try:
            psycopg.connect(pool.dsn).close()
        except psycopg.OperationalError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end
            time.sleep(0.05)
        else:
            return


@pytest.mark.parametrize("mode", ["transaction", "session"])
def test_a_pooler_is_seen_and_told(server: RealServer, mode: str, pgfit: Run) -> None:
    with pooled(server, mode) as pool:
        seen = asked(pool.dsn)
        ran = pgfit("audit", pool.dsn)
    assert seen.missing == {}
    assert seen.pooled is True
    assert seen.version_num == RunningServer(seen).one("server")["version_num"]
    assert ran.code in {0, 1}
    assert "through a connection pooler" in ran.out
    assert "[seen-through-a-pooler]" in ran.out


def test_a_direct_connection_is_none(server: RealServer, pgfit: Run) -> None:
    assert asked(server.dsn).pooled is False
    assert "pooler" not in pgfit("audit", server.dsn).out


def test_the_next_client_of_the_pool_finds_the_session_as_it_was(server: RealServer) -> None:
    """The pool has one session, so it is the one that was audited through."""
    query = (
        "SELECT pg_backend_pid(), current_setting('search_path'), current_setting('statement_timeout'), current_setting('jit')"
    )
    with pooled(server, "transaction") as pool:
        with psycopg.connect(pool.dsn, autocommit=True, prepare_threshold=None) as database:
            before = database.execute(query).fetchone()
        asked(pool.dsn)
        with psycopg.connect(pool.dsn, autocommit=True, prepare_threshold=None) as database:
            assert database.execute(query).fetchone() == before


def test_a_pool_without_a_free_session_is_told_in_words(server: RealServer, pgfit: Run) -> None:
    with pooled(server, "transaction") as pool, psycopg.connect(pool.dsn, prepare_threshold=None) as database:
        database.execute("SELECT 1")  # its transaction holds the only session
        ran = pgfit("audit", pool.dsn)
    assert ran.code == 2
    assert ran.out == ""
    assert [line.partition(": ")[0] for line in ran.err.splitlines()] == ["error", "hint"]


def test_a_pool_of_statements_takes_no_transaction_and_is_told_in_words(server: RealServer, pgfit: Run) -> None:
    with pooled(server, "statement") as pool:
        ran = pgfit("audit", pool.dsn)
    assert ran.code == 2
    assert ran.out == ""
    assert [line.partition(": ")[0] for line in ran.err.splitlines()] == ["error", "hint"]


def test_the_poolers_own_console_is_no_server(server: RealServer, pgfit: Run) -> None:
    with pooled(server, "transaction") as pool:
        ran = pgfit("audit", f"{pool.dsn} dbname=pgbouncer")
    assert ran.code == 2
    assert "a pooler's own console" in ran.err
