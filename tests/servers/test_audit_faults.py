"""What goes wrong around an audit: each ends in one line, a hint, and exit code 2, and never in a traceback."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from auditing import Relay, asked, execute, session_of_pgfit
from pgfit.audit.snapshot import connect, take
from real_server import RealServer, ServerFailed, installed
from running import Ran, Run

COMMAND = [sys.executable, "-m", "pgfit", "audit"]


@pytest.fixture(scope="module")
def server() -> Iterator[RealServer]:
    with RealServer(installed()[18], arguments=["-c", "autovacuum=off"]) as made:
        made.start()
        yield made


@pytest.fixture
def doomed() -> Iterator[RealServer]:
    """One that may be broken."""
    with RealServer(installed()[18]) as made:
        made.start()
        yield made


def assert_told(ran: Ran, said: str) -> None:
    assert ran.code == 2, ran
    assert ran.out == ""
    assert said in ran.err.splitlines()[0]
    assert [line.partition(": ")[0] for line in ran.err.splitlines()] == ["error", "hint"]


# -- the line between them ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole_answer(server: RealServer) -> int:
    """Bytes that the server sends in one audit, its greeting among them."""
    with Relay(server) as relay:
        assert asked(relay.dsn).missing == {}
        return relay.answered


@pytest.mark.parametrize("share", [0.0, 0.0001, 0.001, 0.005, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999])
def test_a_line_that_is_cut_at_any_point(server: RealServer, whole_answer: int, share: float, pgfit: Run) -> None:
    with Relay(server, int(share * whole_answer), Relay.cut) as relay:
        assert_told(pgfit("audit", relay.dsn), "closed the connection")


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "did not answer in time"), (0.1, "does not answer"), (0.99, "does not answer")]
)
def test_a_line_that_stalls(server: RealServer, whole_answer: int, share: float, said: str, pgfit: Run) -> None:
    started = time.monotonic()
    with Relay(server, int(share * whole_answer), Relay.stall) as relay:
        assert_told(pgfit("audit", relay.dsn, "--timeout", "0.5"), said)
    assert time.monotonic() - started < 6


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00" * 64, b"R\xff\xff\xff\xff", b"E", os.urandom(999)]
)
def test_what_listens_is_no_postgresql(answer: bytes, pgfit: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def reply() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    client.recv(1000)
                    client.sendall(answer)
                    client.close()

        threading.Thread(target=reply, daemon=True).start()
        port = listener.getsockname()[1]
        ran = pgfit("audit", f"host=127.0.0.1 port={port} user=postgres dbname=postgres", "--timeout", "2")
    assert ran.code == 2
    assert [line.partition(": ")[0] for line in ran.err.splitlines()] == ["error", "hint"]


# -- a server that stops in the middle ---------------------------------------------------------------------------------


def _killed(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("how", ["killed", "terminated", "shut down"])
def test_a_server_that_goes_in_the_middle(doomed: RealServer, whole_answer: int, how: str, pgfit: Run) -> None:
    """The session stands still until the relay lets more through: what it says then is its end."""

    def end(_: Relay) -> None:
        pid = session_of_pgfit(doomed.dsn)
        if how == "killed":
            _killed(pid)
        elif how == "terminated":
            execute(doomed.dsn, f"SELECT pg_terminate_backend({pid})")
        else:
            doomed.run("pg_ctl", "stop", "-D", str(doomed.data), "-m", "immediate")

    with Relay(doomed, whole_answer // 500, end) as relay:  # before the questions are sent
        assert_told(pgfit("audit", relay.dsn), "closed the connection")


def test_a_postmaster_that_is_frozen(doomed: RealServer, pgfit: Run) -> None:
    assert doomed.process is not None
    doomed.process.send_signal(signal.SIGSTOP)
    started = time.monotonic()
    try:
        assert_told(pgfit("audit", doomed.dsn, "--timeout", "0.5"), "did not answer in time")
    finally:
        doomed.process.send_signal(signal.SIGCONT)
    assert time.monotonic() - started < 5


def test_a_session_that_is_frozen_during_the_whole_command(doomed: RealServer, whole_answer: int, pgfit: Run) -> None:
    pids: list[int] = []

    def freeze(_: Relay) -> None:
        pids.append(session_of_pgfit(doomed.dsn))
        os.kill(pids[0], signal.SIGSTOP)

    with Relay(doomed, whole_answer // 500, freeze) as relay:
        try:
            assert_told(pgfit("audit", relay.dsn, "--timeout", "0.5"), "took the questions and does not answer")
        finally:
            os.kill(pids[0], signal.SIGCONT)


# -- a server that is not ready ----------------------------------------------------------------------------------------


def _starting(made: RealServer) -> None:
    """It stays in recovery: its archive takes half a minute to answer."""
    (made.data / "postgresql.auto.conf").write_text("restore_command = 'sleep 30'\n")
    (made.data / "recovery.signal").touch()
    if made.user:
        os.chown(made.data / "recovery.signal", made.user.pw_uid, made.user.pw_gid)


def _standby_without_sessions(made: RealServer) -> None:
    (made.data / "postgresql.auto.conf").write_text("hot_standby = off\n")
    (made.data / "standby.signal").touch()
    if made.user:
        os.chown(made.data / "standby.signal", made.user.pw_uid, made.user.pw_gid)


@pytest.mark.parametrize(
    ("prepare", "said"), [(_starting, "starting up"), (_standby_without_sessions, "standby takes no connections")]
)
def test_a_server_that_does_not_take_sessions_yet(prepare: Callable[[RealServer], None], said: str, pgfit: Run) -> None:
    with RealServer(installed()[18]) as made, ThreadPoolExecutor(1) as pool:
        prepare(made)
        start = pool.submit(made.start, seconds=8)
        ran = pgfit("audit", made.dsn)
        end = time.monotonic() + 7
        while said not in ran.err and time.monotonic() < end:  # before that, there is no socket, or it is starting up
            ran = pgfit("audit", made.dsn)
        assert isinstance(start.exception(), ServerFailed)
    assert_told(ran, said)


def test_a_database_that_takes_no_sessions(server: RealServer, pgfit: Run) -> None:
    execute(
        server.dsn,
        "CREATE DATABASE shut ALLOW_CONNECTIONS false",
        "CREATE DATABASE private",
        "REVOKE CONNECT ON DATABASE private FROM PUBLIC",
        "CREATE ROLE outsider LOGIN CONNECTION LIMIT 0",
        "CREATE ROLE barred NOLOGIN",
        "CREATE ROLE late LOGIN",
    )
    assert_told(pgfit("audit", f"{server.dsn} dbname=shut"), "no such database")
    assert_told(pgfit("audit", f"{server.dsn} user=late dbname=private"), "may not connect to this database")
    assert_told(pgfit("audit", f"{server.dsn} user=outsider"), "all connections are taken")
    assert_told(pgfit("audit", f"{server.dsn} user=barred"), "does not let this user in")


# -- locks ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0.5, 5.0])
def test_a_locked_catalog_costs_only_what_looks_at_it(server: RealServer, seconds: float) -> None:
    connection = connect(server.dsn, {}, seconds=seconds)  # connecting itself looks at the table
    with psycopg.connect(server.dsn) as database:
        database.execute("LOCK pg_database IN ACCESS EXCLUSIVE MODE")
        seen = take(connection, seconds=seconds)
        connection.raw.close()
        database.rollback()
    assert {"activity", "databases", "overrides", "sizes"} <= seen.missing.keys()
    assert {"server", "settings", "files", "checkpoints", "wal", "schema", "tables"} <= seen.rows.keys()
    assert set(seen.missing.values()) <= {"canceling statement due to lock timeout", "it took longer than it was given"}


def test_the_report_says_what_a_lock_hid(server: RealServer, pgfit: Run) -> None:
    with psycopg.connect(server.dsn) as database:
        database.execute("LOCK pg_extension IN ACCESS EXCLUSIVE MODE")
        ran = pgfit("audit", server.dsn, "--timeout", "0.5")
        database.rollback()
    assert ran.code in {0, 1}
    assert "server: canceling statement due to lock timeout" in ran.out.partition("What could not be seen")[2]


# -- files ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kB, with a snapshot of before in it."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.getuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", place], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        (place / "s.json").write_text("as it was")
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def test_a_full_disk_keeps_what_was_there(server: RealServer, full_disk: Path, pgfit: Run) -> None:
    ran = pgfit("audit", server.dsn, "--save", str(full_disk / "s.json"))
    assert ran.code == 2
    assert "s.json: cannot be written: No space left on device" in ran.err
    assert [path.name for path in full_disk.iterdir()] == ["s.json"]
    assert (full_disk / "s.json").read_text() == "as it was"


def test_a_directory_that_takes_no_file(server: RealServer, pgfit: Run) -> None:
    ran = pgfit("audit", server.dsn, "--save", "/sys/s.json")
    assert ran.code == 2
    assert "/sys/s.json: cannot be written: " in ran.err


# -- a screen that refreshes itself --------------------------------------------------------------------------------------


def test_a_watch_keeps_to_one_session_and_ends_when_interrupted(server: RealServer) -> None:
    watch = subprocess.Popen([*COMMAND, server.dsn, "--watch", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        first = session_of_pgfit(server.dsn)
        time.sleep(2.5)
        assert session_of_pgfit(server.dsn) == first
    finally:
        watch.send_signal(signal.SIGINT)
        out, err = watch.communicate(timeout=10)
    assert watch.returncode in {0, 130}
    assert out.count("sessions      0 of 100") >= 2
    assert "a second" in out  # the second look has something to compare with
    assert err == ""


def test_a_watched_server_that_goes_away(doomed: RealServer) -> None:
    watch = subprocess.Popen([*COMMAND, doomed.dsn, "--watch", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        session_of_pgfit(doomed.dsn)
        time.sleep(1)
        doomed.stop()
        _, err = watch.communicate(timeout=10)
    finally:
        watch.kill()
        watch.wait()
    assert watch.returncode == 2
    assert "closed the connection" in err
    assert "Traceback" not in err
