"""An audit of real servers of every major: what is read, one round trip, errors for people, snapshots."""

import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import psycopg
import pytest

from auditing import asked
from pgfit.audit.budget import Claims, claims_of
from pgfit.audit.running import RunningServer
from pgfit.profiles import load
from pgfit.trial.disk import read_ahead_of
from pgfit.units import KB
from real_server import PORT, RealServer, installed
from running import SECRET, Run

MAJORS = (13, 14, 15, 16, 17, 18)
SHOWN = (
    "shared_buffers",
    "work_mem",
    "maintenance_work_mem",
    "max_connections",
    "wal_buffers",
    "checkpoint_timeout",
    "effective_cache_size",
    "random_page_cost",
    "jit",
    "autovacuum_naptime",
    "max_wal_size",
    "temp_buffers",
)
FORMATS = ("text", "json", "sarif", "github", "prometheus")


@pytest.fixture(scope="module", params=MAJORS)
def running(request: pytest.FixtureRequest) -> Iterator[tuple[int, RealServer]]:
    major = request.param
    if major not in installed():
        pytest.skip(f"no PostgreSQL {major} here: python tools/fetch_servers.py fetches it")
    with RealServer(installed()[major], arguments=["-c", "temp_buffers=9MB"]) as made:
        made.start()
        with psycopg.connect(made.dsn, autocommit=True) as database:
            database.execute("CREATE ROLE plain LOGIN")
            database.execute("CREATE ROLE mon LOGIN IN ROLE pg_monitor")
            database.execute("CREATE ROLE granted LOGIN")
        yield major, made


@pytest.fixture(scope="module")
def server() -> Iterator[RealServer]:
    """An 18 with little in it."""
    with RealServer(installed()[18], conf="autovacuum = off\nwal_level = replica") as made:
        made.start()
        yield made


# -- every major ----------------------------------------------------------------------------------------------------


def test_a_superuser_is_answered_everything(running: tuple[int, RealServer]) -> None:
    major, made = running
    seen = asked(made.dsn)
    assert seen.missing == {}
    assert (seen.major, seen.pooled) == (major, False)
    server = RunningServer(seen)
    with psycopg.connect(made.dsn) as database:
        for name in SHOWN:
            row = database.execute(f"SHOW {name}").fetchone()
            assert row is not None
            assert server.settings[name].shown == row[0], name
    assert server.place("temp_buffers") == "command line"
    assert server.place("shared_buffers").startswith("postgresql.conf:")
    assert server.sessions is not None


def test_how_far_its_disk_is_read_ahead(running: tuple[int, RealServer]) -> None:
    """As the kernel tells it here. Of a partition it may not know the disk, but never tells that of another."""
    _, made = running
    server = RunningServer(asked(made.dsn))
    data = server.settings["data_directory"].value
    assert isinstance(data, str)
    here, told = read_ahead_of(Path(data)), server.count("disk", "read_ahead_kb")
    device = Path(data).stat().st_dev
    if Path(f"/sys/class/bdi/{os.major(device)}:{os.minor(device)}").exists():
        assert here is not None
        assert told == here / KB
    else:
        assert told is None or (here is not None and told == here / KB)


def test_the_model_knows_the_shared_memory_of_the_server(running: tuple[int, RealServer]) -> None:
    _, made = running
    claims = claims_of(RunningServer(asked(made.dsn)), load("web"))
    assert isinstance(claims, Claims)
    assert claims.static_by_server is not None
    assert 0.98 < claims.static_by_model / claims.static_by_server < 1.03


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_answers(running: tuple[int, RealServer], form: str, pgfit: Run) -> None:
    major, made = running
    ran = pgfit("audit", made.dsn, "--memory", "512M", "--cpus", "1", "--format", form)
    assert ran.code == 1  # the defaults do not fit 512 MB
    assert "running-settings-above-limit" in ran.out
    if form in {"json", "sarif"}:
        json.loads(ran.out)
    if form == "json":
        assert json.loads(ran.out)["server"]["version"].startswith(f"{major}.")


# -- roles -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("user", "hidden"), [("mon", False), ("plain", True)])
def test_a_role_sees_what_it_may_and_is_told_what_would_help(running: tuple[int, RealServer], user: str, *, hidden: bool) -> None:
    _, made = running
    seen = asked(made.dsn, user=user)
    server = RunningServer(seen)
    assert {"files", "file_settings", "dev_shm"} <= seen.missing.keys()
    assert {"server", "settings", "activity", "databases", "checkpoints"} <= seen.rows.keys()
    assert ("shared_preload_libraries" not in server.settings) is hidden
    assert isinstance(claims_of(server, load("web")), Claims)
    assert (f"GRANT pg_monitor TO {user};" in server.grants()) is hidden


def test_an_override_of_the_own_role_is_not_taken_for_the_servers(server: RealServer) -> None:
    with psycopg.connect(server.dsn, autocommit=True) as database:
        database.execute("CREATE ROLE lavish SUPERUSER LOGIN")
        database.execute("ALTER ROLE lavish SET work_mem = '1GB'")
    one = RunningServer(asked(server.dsn, user="lavish")).settings["work_mem"]
    assert (one.shown, one.source) == ("4MB", "user")


# -- nothing is written, little is asked -------------------------------------------------------------------------------


def test_one_connection_and_one_round_trip(server: RealServer) -> None:
    """On a busy machine answers may come before the last question is sent, and look like more turns: the best of five counts."""
    turns = []
    for _ in range(5):
        with _Relay(server) as relay:
            snapshot = asked(f"host=127.0.0.1 port={relay.port} user=postgres dbname=postgres gssencmode=disable sslmode=disable")
        assert snapshot.missing == {}
        assert relay.connections == 1
        turns.append(relay.turns)
    assert min(turns) <= 3 + LOGIN, turns


LOGIN = 1
"""The startup packet of a server that trusts, and its answer."""


class _Relay:
    """Between a client and the server: counts how often the client speaks after it was answered."""

    def __init__(self, server: RealServer) -> None:
        self.path = f"{server.root}/.s.PGSQL.{PORT}"
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connections = self.turns = 0
        self.client_spoke = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.listener.close()

    def _serve(self) -> None:
        try:
            while True:
                client, _ = self.listener.accept()
                self.connections += 1
                there = socket.socket(socket.AF_UNIX)
                there.connect(self.path)
                threading.Thread(target=self._pass, args=(client, there, True), daemon=True).start()
                threading.Thread(target=self._pass, args=(there, client, False), daemon=True).start()
        except OSError:
            return

    def _pass(self, source: socket.socket, sink: socket.socket, from_client: bool) -> None:  # noqa: FBT001  a thread's argument
        try:
            while data := source.recv(65536):
                if from_client and not self.client_spoke and data[:1] != b"X":
                    self.turns += 1
                self.client_spoke = from_client
                sink.sendall(data)
        except OSError:
            pass
        finally:
            sink.close()


def test_ten_thousand_tables_are_looked_at_in_time(server: RealServer) -> None:
    with psycopg.connect(server.dsn, autocommit=True) as database:
        for first in range(0, 10_000, 50):
            database.execute("; ".join(f"CREATE TABLE many_{number} (id int PRIMARY KEY)" for number in range(first, first + 50)))
    snapshot = asked(server.dsn)
    assert snapshot.one("schema")["tables"] >= 10_000  # type: ignore[operator]  # a count
    assert snapshot.milliseconds < 3000  # a second where the machine is quiet; benchmarks/audit.py measures


# -- faults ------------------------------------------------------------------------------------------------------------


def _hba(server: RealServer, lines: str) -> Callable[[], None]:
    path = server.data / "pg_hba.conf"
    before = path.read_text()
    path.write_text(lines)
    server.run("pg_ctl", "reload", "-D", str(server.data))
    time.sleep(0.3)

    def back() -> None:
        path.write_text(before)
        server.run("pg_ctl", "reload", "-D", str(server.data))
        time.sleep(0.3)

    return back


def test_passwords_that_are_wrong_or_missing_and_users_that_are_rejected(
    server: RealServer, pgfit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(server.dsn, autocommit=True) as database:
        database.execute("CREATE ROLE locked LOGIN PASSWORD 'right'")
    monkeypatch.setenv("PGPASSFILE", "/nonexistent")
    back = _hba(server, "local all locked scram-sha-256\nlocal all nobody reject\nlocal all all trust\n")
    try:
        wrong = pgfit("audit", f"{server.dsn} user=locked password={SECRET}")
        none = pgfit("audit", f"{server.dsn} user=locked")
        rejected = pgfit("audit", f"{server.dsn} user=nobody")
        right = pgfit("audit", f"{server.dsn} user=locked password=right", "--format", "json")
    finally:
        back()
    assert (wrong.code, wrong.err.splitlines()[0].partition(": ")[2].rpartition(": ")[2]) == (2, "the password was not accepted")
    assert (none.code, "a password is needed" in none.err) == (2, True)
    assert (rejected.code, "does not let this user in" in rejected.err) == (2, True)
    assert right.code in {0, 1}
    assert "right" not in right.out.replace('"right', "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("host=/nonexistent", "no server listens on that socket"),
        ("host=127.0.0.1 port=1", "no server listens there"),
        ("host=nosuchhost.invalid", "the host is not known"),
        (f"postgresql://u:{SECRET}@127.0.0.1:1/x", "no server listens there"),
        (f"postgresql://u:se@{SECRET}@127.0.0.1/x", "cannot be read"),
        (f"postgresql://u:a/b{SECRET}@127.0.0.1/x", "cannot be read"),
        (f"host=127.0.0.1 port=1 password=a {SECRET}", "cannot be read"),
        (f"host=127.0.0.1 port=1 passwort={SECRET}", "an unknown keyword, password perhaps"),
        (f"postgresql://127.0.0.1:1/x?password={SECRET}", "no server listens there"),
        (f"postgresql://127.0.0.1:1/x?{SECRET}=1", "cannot be read"),
        (f"postgresql://u:{SECRET}@[::1/x", "cannot be read"),
        (f"postgresql://u:{SECRET}%zz@127.0.0.1/x", "cannot be read"),
        (f"host=127.0.0.1 port={SECRET}", ""),
        ("service=nosuch", ""),
    ],
)
def test_errors_are_one_line_and_a_hint_and_never_a_secret(words: str, said: str, pgfit: Run) -> None:
    ran = pgfit("audit", words, "--timeout", "2")
    assert ran.code == 2
    assert ran.out == ""
    assert said in ran.err
    assert len(ran.err.splitlines()) == 2
    assert ran.err.splitlines()[1].startswith("hint: ")


def test_a_database_or_role_that_is_not_there_and_no_room(server: RealServer, pgfit: Run) -> None:
    assert "there is no such database" in pgfit("audit", f"{server.dsn} dbname=nope").err
    assert "there is no such role" in pgfit("audit", f"{server.dsn} user=nope").err
    with RealServer(installed()[18], arguments=["-c", "max_connections=2", "-c", "superuser_reserved_connections=0"]) as made:
        made.start()
        with psycopg.connect(made.dsn), psycopg.connect(made.dsn):
            ran = pgfit("audit", made.dsn)
    assert (ran.code, "all connections are taken" in ran.err) == (2, True)


def test_a_standby_is_read_like_a_primary(server: RealServer, tmp_path: Path) -> None:
    with RealServer(installed()[18]) as standby:
        subprocess.run(["rm", "-rf", str(standby.data)], check=True)
        there = ("-h", str(server.root), "-p", str(PORT), "-U", "postgres")
        standby.run("pg_basebackup", *there, "-D", str(standby.data), "-R", "-c", "fast")
        standby.start()
        seen = asked(standby.dsn)
    assert seen.missing == {}
    assert RunningServer(seen).standby is True


# -- snapshots ---------------------------------------------------------------------------------------------------------


def test_a_snapshot_replays_and_holds_no_secret(server: RealServer, pgfit: Run, tmp_path: Path) -> None:
    statements = (
        f"ALTER SYSTEM SET primary_conninfo = 'host=x password={SECRET}'",
        f"ALTER SYSTEM SET restore_command = 'curl -u u:{SECRET} x'",
        f"ALTER DATABASE postgres SET app.jwt_secret = '{SECRET}'",
        f"ALTER ROLE postgres SET app.token = '{SECRET}'",
        "SELECT pg_reload_conf()",
    )
    with psycopg.connect(server.dsn, autocommit=True) as database:
        for statement in statements:
            database.execute(statement.encode())
    time.sleep(0.3)
    live = pgfit("audit", server.dsn, "--memory", "1G", "--save", str(tmp_path / "s.json"))
    assert SECRET not in (tmp_path / "s.json").read_text()
    assert "(hidden)" in (tmp_path / "s.json").read_text()
    again = pgfit("audit", "--from", str(tmp_path / "s.json"))
    assert again.out == live.out
    assert pgfit("audit", "--from", str(tmp_path / "s.json"), "--format", "json").code == live.code


@pytest.mark.parametrize("path", ["/dev/full", "/nonexistent/s.json", "."])
def test_a_snapshot_that_cannot_be_written_is_an_error(server: RealServer, pgfit: Run, path: str) -> None:
    ran = pgfit("audit", server.dsn, "--save", path)
    assert ran.code == 2
    assert "cannot be written" in ran.err


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pgfit_snapshot": 2}', '{"pgfit_snapshot": 1}', "\x00", "[" * 100_000])
def test_what_is_no_snapshot_is_refused_in_words(pgfit: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "s.json").write_text(text)
    ran = pgfit("audit", "--from", str(tmp_path / "s.json"))
    assert ran.code == 2
    assert "hint: " in ran.err


def test_a_misspelled_secret_in_a_file_is_not_told(server: RealServer) -> None:
    path = server.data / "postgresql.conf"
    before = path.read_text()
    path.write_text(f"{before}\nprimary_coninfo = 'host=x password={SECRET}'\n")
    try:
        rows = asked(server.dsn).rows["file_settings"]
    finally:
        path.write_text(before)
    assert [row["value"] for row in rows if row["name"] == "primary_coninfo"] == ["(hidden)"]
    assert SECRET not in str(rows)
