"""An audit of a server in a real container: what was given to the runtime is what the server is seen to have."""

import json
import re
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from auditing import asked
from container_image import Project, image, podman, unavailable
from pgfit.audit.running import RunningServer
from pgfit.model import Known
from pgfit.units import MB
from running import Ran

pytestmark = [
    pytest.mark.storm,
    pytest.mark.skipif(bool(unavailable()), reason=f"no containers can be run here: {unavailable()}"),
]

PASSWORD = "correct-horse-battery"  # noqa: S105  of a server that lives for seconds
FILE = """\
services:
  db:
    image: {image}
    network_mode: host
    command: ["-c", "port={port}", "-c", "work_mem=8MB"]
    environment:
      POSTGRES_PASSWORD: {password}
    mem_limit: 512m
    cpus: 0.5
    shm_size: 128m
"""


class Running(NamedTuple):
    told: dict[str, Any]
    """What podman inspect says."""
    port: int
    file: Path

    @property
    def name(self) -> str:
        return str(self.told["Name"])

    @property
    def dsn(self) -> str:
        return f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    try:
        name = image(18)
    except LookupError as error:
        pytest.skip(str(error))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    path = tmp_path_factory.mktemp("project") / "compose.yaml"
    path.write_text(FILE.format(image=name, port=port, password=PASSWORD))
    project = Project(f"pgfit{uuid.uuid4().hex[:12]}", {})
    with project.up(path) as told:
        made = Running(told, port, path)
        end = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(made.dsn, password=PASSWORD).close()
                break
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
        yield made
    assert project.left() == []


def audit(*arguments: str) -> Ran:
    """As a user types it; the password is never shown."""
    done = subprocess.run([sys.executable, "-m", "pgfit", "audit", *arguments], capture_output=True, text=True, check=False)
    assert PASSWORD not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def test_the_limits_are_read_over_the_connection_alone(running: Running) -> None:
    seen = asked(running.dsn, password=PASSWORD)
    server = RunningServer(seen)
    assert seen.missing == {}
    assert isinstance(server.memory, Known)
    assert isinstance(server.cpus, Known)
    assert (server.memory.value, server.cpus.value) == (512 * MB, 0.5)
    assert server.shm_size == 128 * MB
    assert server.container.oom_kills == 0
    split = server.container.split
    assert split is not None
    assert 4 * MB < split.held < 512 * MB
    assert PASSWORD not in str(seen)


def test_the_name_of_a_container_is_enough(running: Running, tmp_path: Path) -> None:
    """Its port, its user and its password are found; what the runtime says agrees with what the server sees."""
    ran = audit("--container", running.name, "--save", str(tmp_path / "s.json"), "--format", "json")
    assert ran.code in {0, 1}, ran.err
    found = {one["check"] for one in json.loads(ran.out)["findings"]}
    assert "limit-not-applied" not in found
    assert "data-not-on-a-volume" not in found  # the image has a volume of its own
    text = (tmp_path / "s.json").read_text()
    assert PASSWORD not in text
    told = {row["what"]: row["value"] for row in json.loads(text)["rows"]["told"]}
    assert (told["memory"], told["cpus"], told["shm_size"]) == (512 * MB, 0.5, 128 * MB)


def test_a_compose_file_that_says_the_same_has_no_drift(running: Running) -> None:
    ran = audit("--compose", str(running.file), "--format", "json")
    assert ran.code in {0, 1}, ran.err
    found = {one["check"] for one in json.loads(ran.out)["findings"]}
    assert not found & {"limit-not-applied", "flag-not-in-the-file", "file-not-applied", "another-major-than-the-file"}


def test_a_compose_file_that_was_changed_since_is_drift(running: Running, tmp_path: Path) -> None:
    changed = tmp_path / "compose.yaml"
    changed.write_text(running.file.read_text().replace("512m", "256m").replace("work_mem=8MB", "work_mem=2MB"))
    ran = audit("--compose", str(changed), "--format", "json")
    assert ran.code in {0, 1}, ran.err
    found = {one["check"]: one["message"] for one in json.loads(ran.out)["findings"]}
    assert re.search(r"256 MB.*512 MB|512 MB.*256 MB", found["limit-not-applied"])
    assert "work_mem" in found["file-not-applied"]


def test_a_container_that_does_not_run_is_told_so(running: Running) -> None:
    podman("pause", running.name)
    try:
        ran = audit("--container", running.name)
    finally:
        podman("unpause", running.name)
    assert ran.code == 2
    assert "does not run: it is paused" in ran.err
    absent = audit("--container", f"{running.name}x")
    assert absent.code == 2
    assert f"did you mean {running.name}?" in absent.err
