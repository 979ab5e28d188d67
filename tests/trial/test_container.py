"""A server in a container, by what the engine says of it: a program named docker notes what it is asked. No engine is needed."""

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pgfit.errors import PgfitError
from pgfit.trial import container
from pgfit.trial.cgroup import Controls
from pgfit.trial.container import ContainerServer
from pgfit.trial.containers import Containers
from pgfit.trial.engine import Engine, Image
from pgfit.trial.owned import runs
from pgfit.trial.place import Limits, NoPlace, NotStarted
from pgfit.units import MB, Bytes

LIMITS = Limits(Bytes(128 * MB), 0.5)
NOWHERE = 999999999
"""A pid that the kernel does not give out."""
DOCKER = """#!/bin/sh
[ "$1" = run ] && pwd -P >"$(dirname "$0")/where"
cd "$(dirname "$0")"
echo "$*" >>said
case "$1" in
    inspect) n=$(($(cat looks) - 1)); case "$*" in *Running*) echo $n >looks;; esac
        [ $n -gt 0 ] && running=true || running=false ;;
esac
case "$*" in
"""

Says = Callable[..., ContainerServer]


@pytest.fixture
def docker(disk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Says]:
    """A server of its; docker says for so many looks that the container runs, and this for each of its commands."""
    monkeypatch.setenv("PATH", f"{disk}:{os.environ['PATH']}")
    monkeypatch.setattr(container, "HEARD_SECONDS", 1.0)
    made: list[Containers] = []

    def make(pid: int, looks: int, run: str = "echo abc123", update: str = ":") -> ContainerServer:
        cases = {
            "run*": run,
            "update*": update,
            "*Pid*": f"echo {pid}",
            "*Running*": "echo $running",
            "*OOMKilled*": "[ $running = true ] && echo false || echo true",
            "*ExitCode*": "[ $running = true ] && echo 0 || echo 137",
            "logs*": "echo 'FATAL: no'",
        }
        (disk / "docker").write_text(DOCKER + "".join(f"{name}) {do};;\n" for name, do in cases.items()) + "esac\n")
        (disk / "docker").chmod(0o755)
        (disk / "looks").write_text(str(looks))
        place = Containers(Image(Engine("docker", "v2"), "postgres:17", 17), LIMITS, disk, client=Path("/nowhere"))
        made.append(place)
        place.scratch.template.mkdir()
        return ContainerServer(place, place.scratch.template)

    yield make
    for place in made:
        place.remove()


@pytest.fixture
def zombie() -> Iterator[int]:
    with subprocess.Popen(["true"]) as dead:
        while runs(dead.pid):
            time.sleep(0.01)
        yield dead.pid


def said(disk: Path, word: str) -> list[str]:
    return [line for line in (disk / "said").read_text().splitlines() if line.startswith(word)]


def test_a_container_that_has_just_died_is_not_taken_for_one_outside(docker: Says, disk: Path, zombie: int) -> None:
    """The engine hears of it later than /proc."""
    with pytest.raises(NotStarted, match="it was killed at once"):
        docker(zombie, looks=3).start({}, LIMITS)
    assert said(disk, "rm") == ["rm -f -v abc123"]


def test_a_container_that_nobody_reaped_for_us_is_not_either(docker: Says) -> None:
    with pytest.raises(NotStarted, match="it was killed at once"):
        docker(NOWHERE, looks=3).start({}, LIMITS)


def test_a_container_that_runs_where_nothing_is_seen_of_it_is_outside(docker: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "HEARD_SECONDS", 0.1)
    with pytest.raises(NoPlace, match="it runs outside"):
        docker(NOWHERE, looks=1000).start({}, LIMITS)


def test_a_container_of_the_same_name_is_left_alone(docker: Says, disk: Path) -> None:
    server = docker(NOWHERE, looks=1000, run="echo 'the container name is already in use' >&2; exit 125")
    with pytest.raises(PgfitError, match="already in use"):
        server.start({}, LIMITS)
    server.stop()
    assert said(disk, "rm") + said(disk, "stop") == []


def test_loading_has_room_for_parallel_builds(docker: Says, disk: Path, zombie: int) -> None:
    with pytest.raises(NotStarted):
        docker(zombie, looks=0).start_unlimited({})
    (run,) = said(disk, "run")
    assert re.search(r"--shm-size 1g\b", run)
    assert "--memory" not in run


def test_what_a_monitor_writes_where_it_starts_goes_with_the_rest(docker: Says, disk: Path, zombie: int) -> None:
    server = docker(zombie, looks=0)
    with pytest.raises(NotStarted):
        server.start({}, LIMITS)
    assert (disk / "where").read_text().strip() == str(server.place.scratch.root)


def test_the_engine_is_asked_of_a_kill_once_it_knows_of_the_end(
    docker: Says, disk: Path, zombie: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "HEARD_SECONDS", 0.0)
    server = docker(zombie, looks=4)
    server.id, server.pid = "abc123", zombie
    assert server.read().oom_kills == 0
    monkeypatch.setattr(container, "HEARD_SECONDS", 5.0)
    assert server.read().oom_kills == 1
    asked = len(said(disk, "inspect"))
    assert server.read().oom_kills == 1
    assert len(said(disk, "inspect")) == asked


@pytest.mark.parametrize(
    ("update", "why"),
    [
        ("echo 'Error response from daemon: no such cgroup' >&2; exit 1", "docker update: .*no such cgroup"),
        (":", "the CPU quota is not in force again"),
        ("echo 50000 100000 >cpu.max", ""),
    ],
)
def test_a_quota_that_is_not_set_again_is_told(
    docker: Says, disk: Path, monkeypatch: pytest.MonkeyPatch, update: str, why: str
) -> None:
    monkeypatch.setattr(Controls, "writable", False)
    (disk / "memory.max").write_text(str(128 * MB))
    (disk / "cpu.max").write_text("max 100000")
    server = docker(NOWHERE, looks=1000, update=update)
    server.id, server.controls = "abc123", Controls({"": disk}, LIMITS)
    if not why:
        server.throttle(on=True)
        assert said(disk, "update") == ["update --cpus 0.5 abc123"]
        return
    with pytest.raises(PgfitError, match=why):
        server.throttle(on=True)
    server.relieve()
