"""Which server is tried and what limits it; and that a refusal names all that is missing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pgfit.trial import cgroup, scope, where
from pgfit.trial.engine import Engine, Image
from pgfit.trial.place import Limits, NoPlace
from pgfit.trial.programs import Programs
from pgfit.trial.where import Asked, Wanted, find_place, find_server
from pgfit.units import MB, Bytes

LIMITS = Limits(Bytes(128 * MB), 1.0)
PROGRAMS = Programs(Path("/nowhere"), 17, Path("/nowhere"), "nowhere")
DOCKER = Engine("docker", "v2")

Machine = Callable[..., None]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """One on which these are missing, for these reasons; its docker has these images."""

    def make(cgroup_: str = "", systemd: str = "", docker: str = "", podman: str = "it is not installed", *here: int) -> None:
        monkeypatch.setattr(cgroup, "unavailable", lambda _: cgroup_)
        monkeypatch.setattr(scope, "unavailable", lambda _: systemd)
        monkeypatch.setattr(where, "connect", lambda name: podman if name == "podman" else docker or DOCKER)
        found = [Image(DOCKER, f"postgres:{major}", major) for major in here]
        monkeypatch.setattr(where, "images", lambda _, major: [one for one in found if major in (None, one.major)])
        monkeypatch.setattr(where, "image", lambda engine, name: Image(engine, name, int(name.partition(":")[2])))
        for name in ("_local", "_containers"):
            monkeypatch.setattr(where, name, lambda *given: given)

    return make


def wanted(limits: Limits = LIMITS, limit_by: str | None = None) -> Wanted:
    return Wanted(limits, 1, Path("/var/tmp"), limit_by)  # noqa: S108  nothing is made there


def place(limit_by: str | None = None) -> object:
    """What would be opened, for an installed server."""
    return find_place(PROGRAMS, wanted(limit_by=limit_by))


def test_the_installed_server_takes_the_first_limit_that_can_be_set(machine: Machine) -> None:
    machine()
    assert place() == (PROGRAMS, wanted(), "cgroup")
    machine("closed")
    assert place() == (PROGRAMS, wanted(), "systemd")
    machine("closed", "none", "", "", 16, 17)
    assert place() == (Image(DOCKER, "postgres:17", 17), wanted())


def test_a_source_that_was_named_is_the_only_one(machine: Machine) -> None:
    machine()
    assert place("systemd") == (PROGRAMS, wanted(limit_by="systemd"), "systemd")
    machine("closed", "", "", "", 17)
    with pytest.raises(NoPlace, match="no limit can be set by cgroup: closed") as caught:
        find_place(PROGRAMS, wanted(limit_by="cgroup"))
    assert "proves nothing" in caught.value.hint


def test_a_refusal_names_every_way_and_what_it_lacks(machine: Machine) -> None:
    machine("/sys/fs/cgroup may not be written by this user", "memory is not delegated to this user", "", "no", 13)
    with pytest.raises(NoPlace, match="no memory limit can be set on this machine") as caught:
        find_place(PROGRAMS, wanted())
    assert caught.value.hint.splitlines() == [
        "a trial without a limit proves nothing; one of these would do, here or on a machine of your own",
        "  cgroup: /sys/fs/cgroup may not be written by this user",
        "  systemd: memory is not delegated to this user",
        "  docker: it has no postgres:17 here; --image postgres:17 pulls it",
        "  podman: no",
    ]


def test_a_disk_that_cannot_be_slowed(monkeypatch: pytest.MonkeyPatch, machine: Machine) -> None:
    machine("", "it does not slow disks for users", "not there")
    monkeypatch.setattr(cgroup, "unavailable", lambda limits: "no blkio" if limits.iops else "")
    with pytest.raises(NoPlace, match="the disk cannot be slowed here: no blkio"):
        find_place(PROGRAMS, wanted(LIMITS._replace(iops=3000)))


def test_a_disk_is_not_blamed_for_what_is_missing_without_it_too(monkeypatch: pytest.MonkeyPatch, machine: Machine) -> None:
    """A cgroup would do, but it was not what was asked for."""
    machine("", "it is for users; root writes to cgroups")
    monkeypatch.setattr(cgroup, "unavailable", lambda limits: "no blkio" if limits.iops else "")
    with pytest.raises(NoPlace, match="no limit can be set by systemd: it is for users"):
        find_place(PROGRAMS, wanted(LIMITS._replace(iops=3000), "systemd"))


def test_an_engine_that_cannot_slow_a_disk(machine: Machine) -> None:
    machine()
    poor = Image(Engine("podman", "v2", rootless=True, lacking={"io": "this user was not given the io controller"}), "x", 17)
    with pytest.raises(NoPlace, match="the disk cannot be slowed here: this user was not given the io controller"):
        find_place(poor, wanted(LIMITS._replace(iops=3000)))


def test_an_engine_that_cannot_limit(machine: Machine) -> None:
    machine()
    poor = Image(Engine("podman", "v2", rootless=True, lacking={"cpu": "this user was not given the cpu controller"}), "x", 17)
    assert find_place(poor, wanted(LIMITS._replace(cpus=None)))
    with pytest.raises(NoPlace, match="by podman: this user was not given the cpu controller"):
        find_place(poor, wanted())


def test_more_memory_than_there_is(machine: Machine) -> None:
    machine()
    with pytest.raises(NoPlace, match="is more than this machine has"):
        find_place(PROGRAMS, wanted(LIMITS._replace(memory=Bytes(2**60))))


def test_which_server(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine("", "", "", "", 16, 18)
    monkeypatch.setattr(where, "find", lambda _major, _bindir: PROGRAMS)
    assert find_server(Asked()) == PROGRAMS
    assert find_server(Asked(limit_by="cgroup")) == PROGRAMS
    assert find_server(Asked(limit_by="docker")) == Image(DOCKER, "postgres:16", 16)
    assert find_server(Asked(18, limit_by="docker")) == Image(DOCKER, "postgres:18", 18)


def _nothing(major: int | None, bindir: Path | None) -> Programs:
    raise NoPlace(f"no PostgreSQL {major} on this machine", hint="install it", place="--postgres")


def test_an_image_where_nothing_is_installed(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(where, "find", _nothing)
    machine("", "", "", "", 16)
    assert find_server(Asked()) == Image(DOCKER, "postgres:16", 16)
    for asked in (Asked(17), Asked(16, limit_by="cgroup"), Asked(16, bindir=Path("/x"))):
        with pytest.raises(NoPlace, match="no PostgreSQL 1"):
            find_server(asked)
    with pytest.raises(NoPlace) as caught:
        find_server(Asked(17))
    assert caught.value.hint == "install it; or, with docker or podman: --image postgres:17"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(bindir=Path("/x"), image="y"), "two different things"),
        (Asked(image="y", limit_by="cgroup"), "an image is not run by cgroup"),
        (Asked(image="y", limit_by="podman"), "podman cannot be used: it is not installed"),
        (Asked(image="y"), "neither docker nor podman can be used here"),
        (Asked(bindir=Path("/x"), limit_by="docker"), "docker runs images"),
        (Asked(limit_by="docker"), "docker cannot be used: its daemon"),
    ],
)
def test_what_does_not_go_together(machine: Machine, asked: Asked, said: str) -> None:
    machine("", "", "its daemon does not answer")
    with pytest.raises(NoPlace, match=said):
        find_server(asked)


def test_as_much_memory_as_there_is(machine: Machine) -> None:
    machine()
    everything = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal:"))
    assert find_place(PROGRAMS, wanted(LIMITS._replace(memory=Bytes(int(everything.split()[1]) * 1024))))
