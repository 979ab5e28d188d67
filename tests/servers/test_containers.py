"""A compose file patched, brought up by podman, and looked at from inside: what was written is what runs and what holds."""

import os
import re
import shlex
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from container_image import Project, image, podman, unavailable
from pgfit.catalog import catalog
from pgfit.catalog.values import parse
from pgfit.units import MB, parse_size

pytestmark = [
    pytest.mark.storm,
    pytest.mark.skipif(bool(unavailable()), reason=f"no containers can be run here: {unavailable()}"),
]

MAJOR = 18
PASSWORD = "correct horse"  # noqa: S105  of a server that lives for seconds

OWN_COMMAND = """\
# the shop's database: ask Ada before you touch it
services:
  db:
    image: {image}   # keep in step with the replica
    network_mode: host
    command: >-
      postgres -c port=${{DB_PORT:-5432}} -c log_connections=on
      -c 'search_path="$$user", public' --work-mem=64MB   \n\
      -N 300
    environment:
      # of the vault
      POSTGRES_PASSWORD: {password}
    mem_limit: 384m   # measured in May
    cpus: 0.75
    volumes:
      - data:/var/lib/postgresql
volumes:
  data:
"""

NOTHING = """\
services:
  db:
    image: {image}
    network_mode: host
    shm_size: 32m   # too little
    environment:
      - POSTGRES_PASSWORD={password}
      - PGPORT=${{DB_PORT:-5432}}
"""

BASE = """\
services:
  db:
    image: {image}
    network_mode: host
    # one line, on purpose
    command: ["-c", "port=${{DB_PORT:-5432}}", '-cwork_mem=32MB']
    environment: {{POSTGRES_PASSWORD: {password}}}
"""


@pytest.fixture(scope="module")
def image_name() -> str:
    try:
        return image(MAJOR)
    except LookupError as error:
        pytest.skip(str(error))


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def project(port: int) -> Project:
    return Project(f"pgfit{uuid.uuid4().hex[:12]}", {"DB_PORT": str(port)})


def written(directory: Path, text: str, image_name: str) -> Path:
    path = directory / "compose.yaml"
    path.write_text(text.format(image=image_name, password=PASSWORD))
    return path


def pgfit(directory: Path, port: int, *arguments: str) -> str:
    """Its output, after the exit code was seen to be 0."""
    done = subprocess.run(
        [sys.executable, "-m", "pgfit", "compose", *arguments],
        cwd=directory,
        env={**os.environ, "DB_PORT": str(port)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    return done.stdout


def connected(port: int, seconds: float = 60) -> psycopg.Connection[Any]:
    """To the server on this port, once it answers; the one that initialises the data directory listens nowhere."""
    end = time.monotonic() + seconds
    while True:
        try:
            return psycopg.connect(
                host="127.0.0.1",
                port=port,
                user="postgres",
                password=PASSWORD,
                dbname="postgres",
                client_encoding="utf8",
                autocommit=True,
            )
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def settings_of(path: Path, port: int) -> dict[str, str]:
    """What the file's command sets, read by other means than pgfit's own; the last wins."""
    command = yaml.safe_load(path.read_text())["services"]["db"]["command"]
    text = [
        word.replace("${DB_PORT:-5432}", str(port)).replace("$$", "$")
        for word in ([command] if isinstance(command, str) else command)
    ]
    words = shlex.split(text[0]) if isinstance(command, str) else text
    found: dict[str, str] = {}
    for word, following in zip(words, [*words, ""][1:], strict=True):
        if match := re.fullmatch(r"(?:-c|--)?([a-z_-]+)=(.*)", word):
            found[match[1].replace("-", "_")] = match[2]
        elif word == "-N":
            found["max_connections"] = following
    return found


def assert_it_runs(db: psycopg.Connection[Any], wanted: dict[str, str]) -> None:
    """Every setting, from the command line and from nowhere else."""
    known = catalog(MAJOR)
    rows = db.execute(
        "select name, current_setting(name), source from pg_settings where name = any(%s)", [list(wanted)]
    ).fetchall()
    assert {name for name, _, _ in rows} == set(wanted)
    assert {name: source for name, _, source in rows if source != "command line"} == {}
    assert {name: value for name, value, _ in rows if parse(known[name], value) != parse(known[name], wanted[name])} == {}


def limits_of(pid: int) -> tuple[int, float]:
    """Memory and CPUs that the kernel grants the container, of either version of cgroups."""
    groups = {
        names: path
        for _, names, path in (line.split(":", 2) for line in Path(f"/proc/{pid}/cgroup").read_text().split("\n") if line)
    }
    root = Path("/sys/fs/cgroup")
    if (memory := root / "memory" / groups.get("memory", "").lstrip("/") / "memory.limit_in_bytes").exists():
        controller = next(name for name in groups if "cpu" in name.split(","))
        cpu = root / controller / groups[controller].lstrip("/")
        return int(memory.read_text()), int((cpu / "cpu.cfs_quota_us").read_text()) / int((cpu / "cpu.cfs_period_us").read_text())
    own = root / groups[""].lstrip("/")
    quota, period = (own / "cpu.max").read_text().split()
    return int((own / "memory.max").read_text()), int(quota) / int(period)


def shm_of(pid: int) -> int:
    told = os.statvfs(f"/proc/{pid}/root/dev/shm")
    return told.f_blocks * told.f_frsize


def oom_score_of_a_backend(db: psycopg.Connection[Any], container: str) -> str:
    row = db.execute("select pg_backend_pid()").fetchone()
    assert row
    return podman("exec", container, "cat", f"/proc/{row[0]}/oom_score_adj").strip()


def test_an_own_command_and_limits_in_the_file(tmp_path: Path, project: Project, port: int, image_name: str) -> None:
    path = written(tmp_path, OWN_COMMAND, image_name)
    before = path.read_text()
    pgfit(tmp_path, port, "--write")
    after = path.read_text()
    assert set(before.splitlines()) - set(after.splitlines()) == {
        """      -c 'search_path="$$user", public' --work-mem=64MB   """,
        "      -N 300",
    }
    assert "nothing to change" in pgfit(tmp_path, port, "--write")
    wanted = settings_of(path, port)
    assert wanted["port"] == str(port)
    assert wanted["search_path"] == '"$user", public'
    assert len(wanted) > 25
    with project.up(path) as container, connected(port) as db:
        pid = container["State"]["Pid"]
        assert_it_runs(db, wanted)
        assert limits_of(pid) == (384 * MB, 0.75)
        assert oom_score_of_a_backend(db, container["Id"]) == "600"
    assert project.left() == []


def test_neither_command_nor_limits_in_the_file(tmp_path: Path, project: Project, port: int, image_name: str) -> None:
    path = written(tmp_path, NOTHING, image_name)
    pgfit(tmp_path, port, "--memory", "512M", "--cpus", "0.5", "--write")
    assert "nothing to change" in pgfit(tmp_path, port, "--write")
    wanted = settings_of(path, port)
    assert len(wanted) > 25
    service = yaml.safe_load(path.read_text())["services"]["db"]
    with project.up(path) as container, connected(port) as db:
        pid = container["State"]["Pid"]
        assert_it_runs(db, wanted)
        assert limits_of(pid) == (512 * MB, 0.5)
        assert shm_of(pid) == parse_size(service["shm_size"]) >= 64 * MB
        assert oom_score_of_a_backend(db, container["Id"]) == "600"
    assert project.left() == []


def test_an_override_file_beside_the_base(tmp_path: Path, project: Project, port: int, image_name: str) -> None:
    base = written(tmp_path, BASE, image_name)
    tuned = tmp_path / "compose.tuned.yaml"
    before = base.read_bytes()
    pgfit(tmp_path, port, "-f", base.name, "--memory", "512M", "--cpus", "0.5", "--override", tuned.name)
    assert base.read_bytes() == before
    wanted = settings_of(tuned, port)
    assert wanted["port"] == str(port)
    assert len(wanted) > 25
    with project.up(base, tuned) as container, connected(port) as db:
        pid = container["State"]["Pid"]
        assert_it_runs(db, wanted)
        assert limits_of(pid) == (512 * MB, 0.5)
        assert oom_score_of_a_backend(db, container["Id"]) == "600"
    assert project.left() == []
