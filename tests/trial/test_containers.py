"""Trials in real containers: what is said, who survives, and that nothing is left. Never speed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import container_image
from pgfit.errors import PgfitError
from pgfit.trial import containers, where
from pgfit.trial.cgroup import Controls, device_of, paths_of
from pgfit.trial.container import ContainerServer
from pgfit.trial.containers import Containers
from pgfit.trial.engine import Engine, Image, connect, image, images
from pgfit.trial.owned import PREFIX, own_name
from pgfit.trial.place import Limits, NoPlace, NotStarted, Sample
from pgfit.trial.programs import clients
from pgfit.trial.where import Asked, Wanted, find_place, find_server
from pgfit.units import MB, Bytes
from trying import assert_storm_and_reads

pytestmark = pytest.mark.storm

MAJOR = 18
SHORT = ("--memory", "128M", "--cpus", "1", "--seconds", "1", "--rounds", "1", "--scale", "2")
LIMITS = Limits(Bytes(128 * MB), 0.5, shm_size=Bytes(80 * MB))


class Here(NamedTuple):
    """An engine with an image, and what it held before the test."""

    engine: Engine
    image: str

    def containers(self) -> list[str]:
        return [name for name in self.engine.do("ps", "-a", "--format", "{{.Names}}").split() if name.startswith(PREFIX)]

    def volumes(self) -> set[str]:
        return set(self.engine.do("volume", "ls", "-q", "--filter", "dangling=true").split())


@pytest.fixture(params=["podman", "docker"])
def here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, disk: Path) -> Iterator[Here]:
    if request.param == "podman" and container_image.unavailable():
        pytest.skip(f"no containers can be run here: {container_image.unavailable()}")
    if request.param == "podman":
        monkeypatch.setenv("CONTAINERS_CONF", container_image._environment()["CONTAINERS_CONF"])
        try:
            container_image.image(MAJOR)
        except LookupError as error:
            pytest.skip(str(error))
    engine = connect(request.param)
    if isinstance(engine, str):
        pytest.skip(f"{request.param} cannot be used here: {engine}")
    if not (found := images(engine, None)):
        pytest.skip(f"{request.param} has no image of PostgreSQL here")
    if why := engine.lacks(LIMITS):
        pytest.skip(f"{request.param} cannot limit here: {why}")
    made = Here(engine, found[0].name)
    before = made.volumes()
    yield made
    left = [name for name in made.containers() if name.startswith(f"{PREFIX}{os.getpid()}-")]
    assert (left, made.volumes() - before, list(disk.glob(f"{PREFIX}*"))) == ([], set(), [])


@pytest.fixture
def place(here: Here, disk: Path) -> Iterator[Containers]:
    with Containers(image(here.engine, here.image), LIMITS, disk, client=None) as made:
        made.load(1, [])
        yield made


def start(disk: Path, here: Here, *arguments: str) -> subprocess.Popen[str]:
    own = ("--directory", str(disk), "--image", here.image, "--limit-by", here.engine.name)
    command = [sys.executable, "-m", "pgfit", "trial", *own, *SHORT, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=disk)


def trial(disk: Path, here: Here, *arguments: str) -> tuple[int, str, str]:
    process = start(disk, here, *arguments)
    out, err = process.communicate(timeout=240)
    assert "Traceback" not in err
    assert not [name for name in here.containers() if name.startswith(f"{PREFIX}{process.pid}-")]
    return process.returncode, out, err


def begun(disk: Path, here: Here, first: str) -> subprocess.Popen[str]:
    """A long trial that has said this, and has a container."""
    process = start(disk, here, "--workload", "churn", "--rounds", "50", "--seconds", "3")
    assert process.stderr is not None
    while not process.stderr.readline().startswith(first):
        assert process.poll() is None
    appeared(process, here)
    return process


def appeared(process: subprocess.Popen[str], here: Here, name: str = "") -> None:
    """Wait for a container of its: between two runs there is none."""
    for _ in range(600):
        if any(one.endswith(name) for one in of(process, here)):
            return
        time.sleep(0.1)
    process.kill()
    pytest.fail(f"no container {name} appeared")


def of(process: subprocess.Popen[str], here: Here) -> list[str]:
    return [name for name in here.containers() if name.startswith(f"{PREFIX}{process.pid}-")]


def test_the_storm_and_the_reads(disk: Path, here: Here) -> None:
    code, out, err = trial(disk, here, "--workload", "reads", "--workload", "storm", "--format", "json")
    assert code == 0, err
    made = json.loads(out)
    assert_storm_and_reads(made)
    assert made["place"].startswith(f"{here.engine.name}, PostgreSQL ")
    assert made["limits"] == {"memory": 128 * MB, "cpus": 1, "iops": None, "shm_size": 64 * MB}


def test_a_compose_file(disk: Path, here: Here) -> None:
    """Its limits and its /dev/shm, in containers of the image that was named."""
    limits = "    mem_limit: 128m\n    shm_size: 96m\n"
    text = f"services:\n  db:\n    image: postgres:13\n{limits}    command: postgres -c work_mem=1MB\n"
    (disk / "compose.yaml").write_text(text)
    code, out, err = trial(disk, here, "--compose", "compose.yaml", "--workload", "churn", "--format", "json")
    assert code == 0, err
    made = json.loads(out)
    assert f"PostgreSQL {image(here.engine, here.image).major} " in made["place"]
    assert made["limits"]["shm_size"] == 96 * MB
    assert made["configurations"]["compose.yaml"]["work_mem"] == "1MB"


def test_a_configuration_that_does_not_start_is_an_outcome(disk: Path, here: Here) -> None:
    (disk / "bad.conf").write_text("shared_buffers = 400GB\n")
    code, out, err = trial(disk, here, "--against", "bad.conf", "--workload", "reads")
    assert code == 0, err
    assert "did not start" in out or "killed while starting" in out


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("first", ["loading the data", "1 of "])
def test_an_interrupted_trial_leaves_nothing(disk: Path, here: Here, how: signal.Signals, first: str) -> None:
    process = begun(disk, here, first)
    process.send_signal(how)
    out, err = process.communicate(timeout=90)
    assert (process.returncode, out) == (130, ""), err
    assert "Traceback" not in err
    assert of(process, here) == []


def test_what_a_killed_trial_left_goes_with_the_next(disk: Path, here: Here) -> None:
    process = begun(disk, here, "1 of ")
    process.kill()
    process.communicate(timeout=90)
    assert of(process, here)
    assert list(disk.glob(f"{PREFIX}{process.pid}-*"))
    code, _, err = trial(disk, here, "--workload", "churn")
    assert code == 0, err
    assert of(process, here) == []


def test_a_container_that_is_killed_is_an_outcome(disk: Path, here: Here) -> None:
    process = start(disk, here, "--workload", "reads", "--seconds", "6")
    appeared(process, here, "-data0")
    time.sleep(1.5)
    here.engine.do("kill", next(name for name in of(process, here) if name.endswith("-data0")))
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err  # it was the other configuration's server
    assert "killed: the server is gone" in out
    assert of(process, here) == []


def test_the_clients_of_the_image_are_outside_the_limit(place: Containers) -> None:
    server = place.server("data")
    server.start({"max_connections": "20"}, LIMITS)
    assert server.ask("select current_setting('max_connections'), current_setting('shared_buffers')") == "20|128MB"
    assert os.statvfs(f"/proc/{server.pid}/root/dev/shm").f_blocks * 4096 == 80 * MB
    bench = server.bench(["-T", "1", "-c", "2"], [Sample("one", "select 1;\n")], 30)
    assert bench.code == 0, bench.output
    assert len(bench.latencies) > 1
    inside = Path(f"/proc/{server.pid}/cgroup").read_text()
    client = place.engine.do("inspect", "--format", "{{.State.Pid}}", place.within)
    assert Path(f"/proc/{client}/cgroup").read_text() != inside
    with pytest.raises(PgfitError, match="division by zero"):
        server.ask("select 1 / 0")


@pytest.mark.parametrize("writable", [True, False], ids=["by its files", "by docker update"])
def test_limits_are_set_and_lifted(place: Containers, monkeypatch: pytest.MonkeyPatch, writable: bool) -> None:  # noqa: FBT001  a case
    monkeypatch.setattr(Controls, "writable", writable)
    server = place.server("data")
    server.start({}, LIMITS)
    controls = Controls(paths_of(server.pid), LIMITS)
    assert controls.lacks() == ""
    server.throttle(on=False)
    server.throttle(on=True)
    assert controls.lacks() == ""
    assert server.read().anon > 0
    server.relieve()
    assert controls.lacks() == "the memory limit"
    server.stop()
    assert not server.alive
    assert server.read().anon > 0


def test_a_disk_that_is_slowed(here: Here, disk: Path) -> None:
    limits = LIMITS._replace(iops=3000)
    device = device_of(disk)
    if not device or here.engine.lacks(limits):
        pytest.skip(f"no disk can be slowed here: {here.engine.lacks(limits) or 'there is none'}")
    with Containers(image(here.engine, here.image), limits, disk, device, clients()[0]) as made:
        made.load(1, [])  # it starts once in these limits, and sees that they hold


def test_a_kill_by_the_kernel_is_known_after_the_container(place: Containers) -> None:
    """Its first process is the postmaster: the cgroup with its counter is gone at once. podman does not always notice."""
    server = place.server("data")
    with pytest.raises(NotStarted, match="killed at once, as the kernel does"):
        server.start({"shared_buffers": "300MB", "max_connections": "5000", "max_locks_per_transaction": "1000"}, LIMITS)
    assert server.read().oom_kills == 1 or place.engine.name == "podman"
    assert not server.alive


def test_a_limit_that_is_not_in_force_is_refused(place: Containers, monkeypatch: pytest.MonkeyPatch) -> None:
    server = place.server("data")
    monkeypatch.setattr(ContainerServer, "_options", lambda _self, _limits: [])
    with pytest.raises(NoPlace, match="started the server, but the memory limit is not in force"):
        server.start({}, LIMITS)
    assert place.engine.do("ps", "-a", "--format", "{{.Names}}").split().count(own_name("data")) == 0


def test_more_cpus_than_there_are(here: Here, disk: Path) -> None:
    limits = LIMITS._replace(cpus=64)
    with Containers(image(here.engine, here.image), limits, disk, client=clients()[0]) as made:
        made.load(1, [])
        assert made.within == ""


def test_an_image_takes_the_place_of_a_server_that_is_missing(here: Here, disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(major: int | None, bindir: Path | None) -> None:
        raise NoPlace("no PostgreSQL server on this machine", hint="install it")

    monkeypatch.setattr(where, "find", none)
    monkeypatch.setattr(where, "ENGINES", (here.engine.name,))
    server = find_server(Asked())
    assert isinstance(server, Image)
    assert server.engine == here.engine
    with find_place(server, Wanted(LIMITS, 1, disk)) as made:
        assert isinstance(made, Containers)
        assert made.what == f"{here.engine.name}, PostgreSQL {server.major} ({server.name})"


def test_images_that_will_not_do(here: Here) -> None:
    engine = here.engine.name
    with pytest.raises(NoPlace, match=r"is PostgreSQL \d+, not 13"):
        find_server(Asked(major=13, image=here.image, limit_by=engine))
    with pytest.raises(NoPlace, match=f"{engine} has no image postgres:9 here"):
        find_server(Asked(major=9, limit_by=engine))
    with pytest.raises(PgfitError, match="cannot pull it"):
        find_server(Asked(image="localhost/pgfit-has-no/such:1", limit_by=engine))


def test_a_comma_in_the_directory(here: Here, disk: Path) -> None:
    (disk / "a,b").mkdir()
    with pytest.raises(PgfitError, match="no directory with a comma"):
        containers.Containers(image(here.engine, here.image), LIMITS, disk / "a,b")
    assert list((disk / "a,b").iterdir()) == []
