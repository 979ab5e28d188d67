"""What docker and podman say of themselves, and which image is taken. No engine is needed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pgfit.errors import PgfitError
from pgfit.trial.container import _own
from pgfit.trial.engine import Engine, connect, image, images
from pgfit.trial.owned import own_name
from pgfit.trial.place import Limits
from pgfit.units import MB, Bytes

LIMITS = Limits(Bytes(128 * MB), 1.0, 3000)
DOCKER = {"MemoryLimit": True, "CpuCfsQuota": True, "CgroupVersion": "2", "SecurityOptions": ["name=seccomp,profile=builtin"]}
PODMAN = {"cgroupVersion": "v2", "cgroupControllers": ["cpu", "io", "memory", "pids"], "security": {"rootless": True}}


def says(directory: Path, monkeypatch: pytest.MonkeyPatch, name: str, script: str) -> None:
    """Put a program of this name on PATH, and no other engine."""
    program = directory / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{directory}:/usr/bin:/bin" if name == "docker" else f"{directory}:/bin")


def told(directory: Path, monkeypatch: pytest.MonkeyPatch, name: str, document: Any) -> Engine | str:
    says(directory, monkeypatch, name, f"cat <<'EOF'\n{json.dumps(document)}\nEOF")
    return connect(name)


@pytest.mark.parametrize(
    ("name", "document", "expected"),
    [
        ("docker", DOCKER, Engine("docker", "v2")),
        ("docker", DOCKER | {"CgroupVersion": None}, Engine("docker", "v1")),
        ("docker", DOCKER | {"SecurityOptions": ["name=rootless"]}, "rootless docker gives its files"),
        ("docker", DOCKER | {"OperatingSystem": "Docker Desktop"}, "a machine of their own"),
        ("docker", {"ServerErrors": ["Cannot connect to the Docker daemon"]}, "Cannot connect to the Docker daemon"),
        ("podman", {"host": PODMAN}, Engine("podman", "v2", rootless=True)),
        ("podman", {"host": PODMAN | {"security": {}}}, Engine("podman", "v2")),
        ("podman", {"host": PODMAN | {"cgroupVersion": "v1"}}, "without root it sets no limits with cgroup v1"),
        ("podman", {"host": PODMAN | {"serviceIsRemote": True}}, "on another machine"),
        ("docker", {"host": PODMAN}, Engine("docker", "v2", rootless=True)),
        ("docker", [], "no reason given"),
    ],
)
def test_who_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, document: Any, expected: Engine | str
) -> None:
    found = told(tmp_path, monkeypatch, name, document)
    assert expected in found if isinstance(expected, str) and isinstance(found, str) else found == expected


def test_what_cannot_be_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rootless = told(tmp_path, monkeypatch, "podman", {"host": PODMAN | {"cgroupControllers": ["memory", "pids"]}})
    assert isinstance(rootless, Engine)
    assert rootless.lacks(LIMITS) == "this user was not given the cpu controller"
    assert rootless.lacks(LIMITS._replace(cpus=None)) == "this user was not given the io controller"
    assert rootless.lacks(LIMITS._replace(cpus=None, iops=None)) == ""
    without = {"MemoryLimit": False, "Warnings": ["WARNING: No blkio throttle.read_iops_device support"]}
    docker = told(tmp_path, monkeypatch, "docker", DOCKER | without)
    assert isinstance(docker, Engine)
    assert docker.lacks(LIMITS) == "its kernel has no memory limit"
    assert docker.lacking["io"] == "its kernel has no bound for a disk's reads"


def test_an_engine_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says(tmp_path, monkeypatch, "docker", "echo 'permission denied while trying to connect to the daemon' >&2; exit 1")
    assert connect("docker") == "permission denied while trying to connect to the daemon"
    says(tmp_path, monkeypatch, "docker", "echo '{'")
    assert connect("docker") == "its info is not JSON"
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    assert connect("docker") == "it is not installed"


def test_the_official_images_that_are_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = "postgres:17-alpine postgres:17 docker.io/library/postgres:16.4 mypostgres:18 postgres:latest other/postgres:15"
    says(tmp_path, monkeypatch, "docker", f"for name in {names} localhost/library/postgres:18; do echo $name; done")
    engine = Engine("docker", "v2")
    found = ["localhost/library/postgres:18", "postgres:17", "postgres:17-alpine", "docker.io/library/postgres:16.4"]
    assert [one.name for one in images(engine, None)] == found
    assert [one.name for one in images(engine, 17)] == ["postgres:17", "postgres:17-alpine"]


def test_an_image_without_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "[ $1 = image ] || { echo 'exec: \"postgres\": executable file not found' >&2; exit 127; }"
    says(tmp_path, monkeypatch, "docker", words)
    with pytest.raises(PgfitError, match='redis:7 runs no PostgreSQL: exec: "postgres": executable file not found'):
        image(Engine("docker", "v2"), "redis:7")
    with pytest.raises(PgfitError, match="is no image's name"):
        image(Engine("docker", "v2"), "--privileged")


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/g/libpod_parent/libpod-abc123", "/g/libpod_parent/libpod-abc123"),
        ("/g/user.slice/libpod-abc123.scope/container", "/g/user.slice/libpod-abc123.scope"),
        ("/g/system.slice/docker-abc123.scope", "/g/system.slice/docker-abc123.scope"),
        ("/g/user.slice/session-1.scope", None),
    ],
)
def test_the_cgroup_that_has_the_limits(path: str, own: str | None) -> None:
    assert _own(Path(path), "abc123") == (Path(own) if own else None)


def test_the_dead_are_swept_and_the_living_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the owner in the name, among those that trials have marked."""
    mine = own_name("data0")
    dead = re.sub(r"\d+", "999999999", mine, count=1)
    listing = f"echo {dead}; echo {mine}; echo pgfit-trial-odd; echo pgfit-trial-999999999-00000000-data0"
    says(tmp_path, monkeypatch, "docker", f'echo "$@" >>{tmp_path}/said; [ "$1" != ps ] || {{ {listing}; }}')
    Engine("docker", "v2").sweep()
    Engine("docker", "v2").remove_own()
    said = (tmp_path / "said").read_text().splitlines()
    assert [line for line in said if line.startswith("rm")] == [f"rm -f -v {dead}", f"rm -f -v {mine}"]
    assert "--filter label=pgfit-trial" in said[0]
