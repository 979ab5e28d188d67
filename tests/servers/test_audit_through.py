"""An audit through a pooler, and of a server in a real container."""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from container_image import image, podman, unavailable
from pgfit.audit.snapshot import connect, take
from real_server import PORT, RealServer, installed
from running import SECRET, Run

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
MB = 1024**2


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def pooler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The connection string of a pgbouncer in transaction mode before an 18."""
    if PGBOUNCER is None:
        pytest.skip("no pgbouncer here: apt-get install pgbouncer")
    with RealServer(installed()[18]) as made:
        made.start()
        port = free_port()
        conf = made.root / "pgbouncer.ini"
        conf.write_text(
            f"[databases]\npostgres = host={made.root} port={PORT} dbname=postgres user=postgres\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
            f"pool_mode = transaction\ndefault_pool_size = 2\n"
        )
        conf.chmod(0o644)
        user = pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else None
        with subprocess.Popen([PGBOUNCER, str(conf)], user=user, stderr=subprocess.DEVNULL) as process:
            dsn = f"host=127.0.0.1 port={port} dbname=postgres user=postgres"
            try:
                _wait_for(dsn)
                yield dsn
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(10)


def _wait_for(dsn: str) -> None:
    for _ in range(100):
        try:
            psycopg.connect(dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("nothing answers there")


def test_a_pooler_is_passed_and_told(pooler: str, pgfit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=1MB")  # which a pooler would refuse
    for _ in range(3):  # the pool's sessions serve again
        connection = connect(pooler, {}, seconds=5)
        seen = take(connection, seconds=5)
        connection.raw.close()
        assert seen.missing == {}
        assert seen.pooled
    ran = pgfit("audit", pooler)
    assert ran.code in {0, 1}
    assert "through a connection pooler" in ran.out
    assert "seen-through-a-pooler" in ran.out


def test_nothing_is_left_behind_in_the_sessions_of_the_pool(pooler: str, pgfit: Run) -> None:
    pgfit("audit", pooler)
    with psycopg.connect(pooler, autocommit=True, prepare_threshold=None) as database:
        for _ in range(4):
            row = database.execute(
                "SELECT current_setting('statement_timeout'), current_setting('search_path'), current_setting('jit')"
            ).fetchone()
            assert row == ("0", '"$user", public', "on")


def test_the_poolers_own_console_is_refused_in_words(pooler: str, pgfit: Run) -> None:
    ran = pgfit("audit", pooler.replace("dbname=postgres user=postgres", "dbname=pgbouncer user=pgbouncer"))
    assert ran.code == 2
    assert "a pooler's own console" in ran.err


# -- a container ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def container() -> Iterator[tuple[str, int]]:
    """Its name and port: 512 MB, half a CPU, 96 MB of /dev/shm."""
    if missing := unavailable():
        pytest.skip(f"no containers can be run here: {missing}")
    try:
        made = image(18)
    except LookupError as error:
        pytest.skip(str(error))
    name, port = f"pgfit-{uuid.uuid4().hex[:8]}", free_port()
    limits = ["--memory", "512m", "--memory-swap", "512m", "--cpus", "0.5", "--shm-size", "96m"]
    settings = ["-c", f"port={port}", "-c", "work_mem=8MB"]
    podman("run", "-d", "--name", name, "--network", "host", *limits, "-e", f"POSTGRES_PASSWORD={SECRET}", made, *settings)
    try:
        _wait_for(f"host=127.0.0.1 port={port} user=postgres password={SECRET} dbname=postgres")
        yield name, port
    finally:
        podman("rm", "-f", "-v", name)


@pytest.mark.storm
def test_limits_are_read_over_sql(container: tuple[str, int], pgfit: Run) -> None:
    name, port = container
    document = json.loads(pgfit("audit", "--container", name, "--format", "json").out)
    assert document["server"]["port"] == str(port)
    assert document["limits"]["memory"]["value"] == 512 * MB
    assert document["limits"]["memory"]["where"].startswith("/sys/fs/cgroup/")
    assert document["limits"]["cpus"]["value"] == 0.5
    assert document["limits"]["shm_size"] == 96 * MB
    memory = document["memory"]
    assert 5 * MB < memory["held"] < 200 * MB
    assert memory["oom_kills"] == 0
    assert [one["source"] for one in document["settings"] if one["name"] == "work_mem"] == ["command line"]
    assert "running-settings-above-limit" in {one["check"] for one in document["findings"]}


@pytest.mark.storm
def test_a_compose_file_is_compared_with_the_container(container: tuple[str, int], pgfit: Run, tmp_path: Path) -> None:
    _, port = container
    (tmp_path / "compose.yaml").write_text(
        f"services:\n  db:\n    image: postgres:17\n    network_mode: host\n    mem_limit: 256m\n    cpus: 0.5\n"
        f"    command: postgres -c port={port} -c work_mem=4MB\n    environment:\n      POSTGRES_PASSWORD: {SECRET}\n"
    )
    document = json.loads(pgfit("audit", "--compose", "compose.yaml", "--format", "json").out)
    found = {one["check"]: one["message"] for one in document["findings"]}
    assert found["limit-not-applied"].startswith("the memory limit is 256 MB by service db of compose.yaml, but 512 MB")
    assert "work_mem=4MB in the file, 8MB running (command line)" in found["file-not-applied"]
    assert found["another-major-than-the-file"] == "the server is PostgreSQL 18, the image of db is 17"


@pytest.mark.storm
def test_what_podman_says_fills_what_the_role_may_not_read(container: tuple[str, int], pgfit: Run) -> None:
    name, port = container
    dsn = f"host=127.0.0.1 port={port} dbname=postgres"
    with psycopg.connect(f"{dsn} user=postgres password={SECRET}", autocommit=True) as database:
        database.execute(f"CREATE ROLE plain LOGIN PASSWORD '{SECRET}'")
    ran = pgfit("audit", f"{dsn} user=plain password={SECRET}", "--container", name, "--format", "json")
    document = json.loads(ran.out)
    assert document["limits"]["memory"] == {"value": 512 * MB, "where": f"podman inspect {name}"}
    assert document["memory"] is None
