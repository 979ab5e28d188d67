"""Limits of every kind of cgroup, as files under a fake root; at the end the real ones of this machine."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from memory_cgroup import MemoryCgroup, unavailable
from pgfit.inputs.cgroup import Limits, Tree, detect, host
from pgfit.model import Known, Unknown
from pgfit.units import Bytes

MB, GB = 1024**2, 1024**3
MACHINE = 16000 * MB

MEMINFO = """\
MemTotal:       16384000 kB
MemFree:         1024000 kB
Active(anon):      51200 kB
HugePages_Total:       0
Hugepagesize:       2048 kB
"""
OTHER_MOUNTS = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
23 27 0:22 / /sys ro,nosuid,nodev,noexec,relatime - sysfs sysfs ro
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
31 23 0:28 / /sys/fs/cgroup ro,nosuid,nodev,noexec - tmpfs tmpfs rw,mode=755
"""
AT = "/sys/fs/cgroup"
ONLINE = "/sys/devices/system/cpu/online"
UNLIMITED = "9223372036854771712"

Files = Mapping[str, str | bytes | None]


def v1(controllers: str, top: str = "/", point: str = "") -> str:
    """A line of mountinfo: "cpu,cpuacct" is mounted at /sys/fs/cgroup/cpu,cpuacct."""
    point = point or f"{AT}/{controllers}"
    return f"35 31 0:32 {top} {point} ro,nosuid,nodev,noexec,relatime master:11 - cgroup cgroup rw,{controllers}\n"


def v2(top: str = "/", point: str = AT) -> str:
    return f"30 23 0:26 {top} {point} ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate\n"


def tree(root: Path, files: Files, own: str = "0::/\n", mounts: str = v2()) -> Path:
    """A machine of 16000 MB and 8 processors. None makes a directory in the place of a file: it cannot be read."""
    usual = {
        "/proc/meminfo": MEMINFO,
        "/proc/self/cgroup": own,
        "/proc/self/mountinfo": OTHER_MOUNTS + mounts,
        ONLINE: "0-7\n",
    }
    for name, content in {**usual, **files}.items():
        path = root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.mkdir()
        else:
            path.write_bytes(content if isinstance(content, bytes) else f"{content}\n".encode())
    return root


def docker(root: Path, files: Files) -> Limits:
    """Docker on version 2, with the cgroup namespace it makes today: the files of /sys/fs/cgroup."""
    usual = {"cgroup.controllers": "cpuset cpu io memory hugetlb pids rdma misc", "cpuset.cpus.effective": "0-7"}
    return detect(Tree(tree(root, {f"{AT}/{name}": content for name, content in {**usual, **files}.items()})))


def old_docker(root: Path, files: Files) -> Limits:
    """Docker on version 1, without a cgroup namespace: the files below /sys/fs/cgroup."""
    own = "12:memory:/docker/ab12\n4:cpu,cpuacct:/docker/ab12\n3:cpuset:/docker/ab12\n1:name=systemd:/docker/ab12\n"
    mounts = "".join(v1(name, top="/docker/ab12") for name in ("name=systemd", "memory", "cpu,cpuacct", "cpuset"))
    return detect(Tree(tree(root, {f"{AT}/{name}": content for name, content in files.items()}, own, mounts)))


@pytest.fixture(params=[docker, old_docker], ids=["v2", "v1"])
def limit_of(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str | bytes | None], Known[int] | Unknown]:
    """The memory of a container whose memory limit file says this."""
    name = "memory.max" if request.param is docker else "memory/memory.limit_in_bytes"
    return lambda content: request.param(tmp_path, {name: content}).memory


# -- one container ----------------------------------------------------------------------------------------------


def test_docker_on_v2(tmp_path: Path) -> None:
    files = {"memory.max": "268435456", "memory.high": "max", "cpu.max": "50000 100000"}
    assert docker(tmp_path, files) == Limits(
        memory=Known(Bytes(256 * MB), "/sys/fs/cgroup/memory.max"),
        cpus=Known(0.5, "/sys/fs/cgroup/cpu.max"),
        host_huge_pages=Known(False, "/proc/meminfo HugePages_Total"),
    )


def test_docker_on_v1_without_a_namespace(tmp_path: Path) -> None:
    files = {
        "memory/memory.limit_in_bytes": "268435456",
        "cpu,cpuacct/cpu.cfs_quota_us": "150000",
        "cpu,cpuacct/cpu.cfs_period_us": "100000",
        "cpuset/cpuset.cpus": "0-7",
    }
    found = old_docker(tmp_path, files)
    assert found.memory == Known(256 * MB, "/sys/fs/cgroup/memory/memory.limit_in_bytes")
    assert found.cpus == Known(1.5, "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us")


NO_LIMITS = [
    "max",
    "-1",
    UNLIMITED,
    "9223372036854775807",
    "9223372036854710272",
    "18446744073709551615",
    "8796093018112",
]


@pytest.mark.parametrize("text", NO_LIMITS)
def test_no_limit_is_no_number(limit_of: Callable[[str], object], text: str) -> None:
    assert limit_of(text) == Unknown("no cgroup limits memory here")


STRANGE = ["0", "-5", "1e9", "256M", "+1", "0x100", "1_000", "1 2", "Max", "٣٤٥", "9" * 21, "9" * 5000, "max\nmax"]


@pytest.mark.parametrize("text", STRANGE, ids=ascii)
def test_what_is_no_size_is_unknown_and_quoted(limit_of: Callable[[str], Unknown], text: str) -> None:
    assert f"says {text[:40]!a}" in limit_of(text).why


def test_an_empty_file_is_unknown(limit_of: Callable[[str], Unknown]) -> None:
    assert limit_of("").why.endswith(" is empty")


def test_bytes_that_are_no_text(limit_of: Callable[[bytes], Unknown]) -> None:
    assert r"says '\ufffd\ufffd\x00'" in limit_of(b"\xff\xfe\x00").why


def test_a_file_that_cannot_be_read_is_unknown(limit_of: Callable[[None], Unknown]) -> None:
    assert limit_of(None).why.endswith(" cannot be read: Is a directory")


def test_a_file_that_must_not_be_read_is_unknown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(path: Path, **_options: str) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    tree(tmp_path, {"/sys/fs/cgroup/memory.max": "1073741824"})
    monkeypatch.setattr(Path, "read_text", refuse)
    found = detect(Tree(tmp_path))
    assert found.memory == Unknown("/sys/fs/cgroup/memory.max cannot be read: Permission denied")
    assert found.cpus == Unknown("/sys/fs/cgroup/cpu.max cannot be read: Permission denied")
    assert isinstance(found.host_huge_pages, Unknown)


MAX, HIGH = f"{AT}/memory.max", f"{AT}/memory.high"


@pytest.mark.parametrize(
    ("most", "high", "expected"),
    [
        pytest.param("1073741824", "max", Known(GB, MAX), id="only max"),
        pytest.param("max", "805306368", Known(768 * MB, HIGH), id="only high"),
        pytest.param("1073741824", "805306368", Known(768 * MB, HIGH), id="high throttles first"),
        pytest.param("805306368", "1073741824", Known(768 * MB, MAX), id="high above max says nothing"),
        pytest.param("805306368", "805306368", Known(768 * MB, MAX), id="equal: the one that kills"),
        pytest.param("1073741824", "", Unknown(f"{HIGH} is empty"), id="high may be tighter"),
        pytest.param("", "805306368", Unknown(f"{MAX} is empty"), id="max may be tighter"),
    ],
)
def test_memory_high(tmp_path: Path, most: str, high: str, expected: Known[int] | Unknown) -> None:
    assert docker(tmp_path, {"memory.max": most, "memory.high": high}).memory == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (MACHINE - 1, Known(MACHINE - 1, MAX)),
        (MACHINE, Known(MACHINE, MAX)),
        (64 * GB, Known(MACHINE, "/proc/meminfo: the machine has 15.6 GB, less than the limit of 64 GB")),
    ],
)
def test_a_limit_above_the_machine(tmp_path: Path, size: int, expected: Known[int]) -> None:
    assert docker(tmp_path, {"memory.max": str(size)}).memory == expected


def test_a_limit_on_a_machine_that_does_not_tell_its_size(tmp_path: Path) -> None:
    root = tree(tmp_path, {MAX: "1073741824", "/proc/meminfo": ""})
    assert detect(Tree(root)).memory == Known(GB, MAX)


# -- where the own group is -------------------------------------------------------------------------------------

POD = "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod5f0c.slice"
UNIT = r"system.slice/dev-disk\x2dby\x2dlabel.scope"


@pytest.mark.parametrize(
    ("own", "mounts", "limits", "expected"),
    [
        pytest.param("0::/", v2(), {"": "1g"}, Known(GB, MAX), id="namespace"),
        pytest.param(
            f"0::/{POD}/cri-containerd-9e.scope",
            v2(),
            {POD: "1g", f"{POD}/cri-containerd-9e.scope": "2g"},
            Known(GB, f"{AT}/{POD}/memory.max"),
            id="kubernetes: pod tighter than container",
        ),
        pytest.param(
            f"0::/{POD}/cri-containerd-9e.scope",
            v2(),
            {POD: "2g", f"{POD}/cri-containerd-9e.scope": "1g", f"{POD}/sidecar.scope": "256m"},
            Known(GB, f"{AT}/{POD}/cri-containerd-9e.scope/memory.max"),
            id="kubernetes: container tighter than pod, the neighbour tighter still",
        ),
        pytest.param(
            "0::/kubepods-burstable.slice:cri-containerd:9e",
            v2(),
            {"kubepods-burstable.slice:cri-containerd:9e": "1g"},
            Known(GB, f"{AT}/kubepods-burstable.slice:cri-containerd:9e/memory.max"),
            id="a name with colons",
        ),
        pytest.param(
            "0::/system.slice/postgresql.service",
            v2(),
            {"system.slice": "1g", "system.slice/postgresql.service": "max"},
            Known(GB, f"{AT}/system.slice/memory.max"),
            id="systemd: the slice is limited",
        ),
        pytest.param("0::/system.slice", v2(), {"system.slice": "max"}, "no cgroup limits memory here", id="no limit"),
        pytest.param(f"0::/{UNIT}", v2(), {UNIT: "1g"}, Known(GB, f"{AT}/{UNIT}/memory.max"), id="backslashes in the own name"),
        pytest.param(
            f"0::/{UNIT}/inner",
            v2(top="/" + UNIT.replace("\\", r"\134")),
            {"": "2g", "inner": "1g"},
            Known(GB, f"{AT}/inner/memory.max"),
            id="mountinfo escapes backslashes",
        ),
        pytest.param(
            "0::/",
            v2(point=r"/mnt/c\040groups"),
            {"/mnt/c groups": "1g"},
            Known(GB, "/mnt/c groups/memory.max"),
            id="mountinfo escapes spaces",
        ),
        pytest.param("0::/lxc/büro", v2(), {"lxc/büro": "1g"}, Known(GB, f"{AT}/lxc/büro/memory.max"), id="UTF-8"),
        pytest.param("0::/docker/ab", v2("/docker/ab"), {"": "1g"}, Known(GB, MAX), id="the mount starts at the own group"),
        pytest.param(
            "0::/docker/ab/init.scope",
            v2("/docker/ab"),
            {"": "1g", "init.scope": "2g"},
            Known(GB, MAX),
            id="a group made inside the container",
        ),
        pytest.param("0::/docker/ab", v2("/docker/cd"), {"": "1g"}, Known(GB, MAX), id="another view: its top"),
        pytest.param("0::/docker/ab", v2(), {"": "1g", "docker": "256m"}, Known(GB, MAX), id="not there: the top"),
        pytest.param("0::/../../user.slice", v2(), {"": "1g"}, Known(GB, MAX), id="entered from outside: the top"),
        pytest.param("0::/../ab", v2("/.."), {"ab": "1g"}, Known(GB, f"{AT}/ab/memory.max"), id="found from above"),
        pytest.param(
            "0::/",
            v2("/../.."),
            {"": "1g"},
            "/sys/fs/cgroup shows /../.., from where the own cgroup cannot be found",
            id="the host's hierarchy mounted into a namespace",
        ),
        pytest.param(
            "0::/",
            v2() + v2("/../..", "/host/cgroup"),
            {"": "1g", "/host/cgroup": "256m"},
            Known(GB, MAX),
            id="the host's hierarchy mounted beside",
        ),
        pytest.param(
            "0::/docker/ab",
            v2("/docker/ab") + v2("/docker/cd", "/mnt/other"),
            {"": "1g", "/mnt/other": "256m"},
            Known(GB, MAX),
            id="another container's group mounted beside",
        ),
        pytest.param(
            "0::/docker/ab",
            v2() + v2("/docker/ab"),
            {"": "1g", "docker/ab": "256m"},
            Known(GB, MAX),
            id="two mounts at one place: the later",
        ),
        pytest.param("0::/", "", {"": "1g"}, Known(GB, MAX), id="mountinfo hidden"),
        pytest.param("", v2(), {"": "1g"}, Known(GB, MAX), id="own group hidden"),
        pytest.param("0::/" + "long" * 999, v2(), {"": "1g"}, Known(GB, MAX), id="a name that no file can have"),
    ],
)
def test_where_the_own_group_is(
    tmp_path: Path, own: str, mounts: str, limits: Mapping[str, str], expected: Known[int] | str
) -> None:
    sizes = {"1g": str(GB), "2g": str(2 * GB), "256m": str(256 * MB), "max": "max"}
    files = {str(Path(AT, group, "memory.max")): sizes[size] for group, size in limits.items()}
    assert detect(Tree(tree(tmp_path, files, own, mounts))).memory == (
        Unknown(expected) if isinstance(expected, str) else expected
    )


V1 = f"{AT}/memory"


@pytest.mark.parametrize(
    ("own", "mounts", "files", "expected"),
    [
        pytest.param(
            "9:memory:/kubepods/burstable/pod5f/9e",
            v1("memory"),
            {"kubepods/burstable/pod5f": GB, "kubepods/burstable/pod5f/9e": 2 * GB, "": int(UNLIMITED)},
            Known(GB, f"{V1}/kubepods/burstable/pod5f/memory.limit_in_bytes"),
            id="kubernetes: pod tighter than container",
        ),
        pytest.param(
            "9:memory:/kubepods/burstable/pod5f/9e",
            v1("memory", "/kubepods/burstable/pod5f/9e"),
            {"": 2 * GB},
            Known(2 * GB, f"{V1}/memory.limit_in_bytes"),
            id="kubernetes: only the container is mounted",
        ),
        pytest.param(
            "9:memory:/docker/ab12",
            v1("memory"),
            {"": GB},
            Known(GB, f"{V1}/memory.limit_in_bytes"),
            id="the own directory is not there",
        ),
        pytest.param(
            "9:memory,hugetlb:/docker/ab12",
            v1("memory,hugetlb", "/docker/ab12", V1),
            {"": GB},
            Known(GB, f"{V1}/memory.limit_in_bytes"),
            id="joined with another controller",
        ),
        pytest.param("9:memory:/", "", {"": GB}, Known(GB, f"{V1}/memory.limit_in_bytes"), id="mountinfo hidden"),
        pytest.param("8:cpu:/\n0::/", v1("cpu"), {}, Unknown("no cgroup with the memory controller is mounted here"), id="off"),
    ],
)
def test_where_the_own_group_is_in_v1(
    tmp_path: Path, own: str, mounts: str, files: Mapping[str, int], expected: Known[int] | Unknown
) -> None:
    named = {str(Path(V1, group, "memory.limit_in_bytes")): str(size) for group, size in files.items()}
    assert detect(Tree(tree(tmp_path, named, own, mounts))).memory == expected


@pytest.mark.parametrize(
    ("limit", "stat", "expected"),
    [
        (UNLIMITED, GB, Known(GB, f"{V1}/memory.stat hierarchical_memory_limit")),
        (str(2 * GB), GB, Known(GB, f"{V1}/memory.stat hierarchical_memory_limit")),
        (str(GB), GB, Known(GB, f"{V1}/memory.limit_in_bytes")),
        (str(GB), int(UNLIMITED), Known(GB, f"{V1}/memory.limit_in_bytes")),
        (UNLIMITED, int(UNLIMITED), Unknown("no cgroup limits memory here")),
    ],
)
def test_v1_tells_of_ancestors_that_are_not_mounted(
    tmp_path: Path, limit: str, stat: int, expected: Known[int] | Unknown
) -> None:
    lines = f"cache 0\nrss 4096\nhierarchical_memory_limit {stat}\nhierarchical_memsw_limit {UNLIMITED}"
    files = {"memory/memory.limit_in_bytes": limit, "memory/memory.stat": lines}
    assert old_docker(tmp_path, files).memory == expected


HYBRID = "".join(v1(name) for name in ("cpu", "cpuacct", "cpuset", "memory")) + v2(point=f"{AT}/unified")


def test_hybrid_with_memory_in_v1(tmp_path: Path) -> None:
    files = {
        f"{AT}/memory/app/memory.limit_in_bytes": str(GB),
        f"{AT}/unified/app/memory.pressure": "some avg10=0.00 avg60=0.00 avg300=0.00 total=0",
        f"{AT}/unified/cgroup.controllers": "hugetlb",
        f"{AT}/cpu/cpu.cfs_quota_us": "-1",
        f"{AT}/cpu/cpu.cfs_period_us": "100000",
        f"{AT}/cpuset/cpuset.effective_cpus": "0-1",
    }
    found = detect(Tree(tree(tmp_path, files, "4:memory:/app\n3:cpuset:/\n2:cpuacct:/\n1:cpu:/\n0::/app\n", HYBRID)))
    assert found.memory == Known(GB, f"{AT}/memory/app/memory.limit_in_bytes")
    assert found.cpus == Known(2.0, f"{AT}/cpuset/cpuset.effective_cpus")


def test_hybrid_without_a_limit_does_not_blame_v2(tmp_path: Path) -> None:
    files = {f"{AT}/memory/memory.limit_in_bytes": UNLIMITED, f"{AT}/unified/cgroup.controllers": "cpu"}
    root = tree(tmp_path, files, "4:memory:/\n0::/\n", HYBRID)
    assert detect(Tree(root)).memory == Unknown("no cgroup limits memory here")


def test_hybrid_with_memory_in_v2(tmp_path: Path) -> None:
    files = {f"{AT}/unified/app/memory.max": str(GB), f"{AT}/cpu/app/cpu.cfs_quota_us": "-1"}
    root = tree(tmp_path, files, "1:cpu:/app\n0::/app\n", v1("cpu") + v2(point=f"{AT}/unified"))
    assert detect(Tree(root)).memory == Known(GB, f"{AT}/unified/app/memory.max")


def test_podman_rootless(tmp_path: Path) -> None:
    """Systemd delegates memory and pids to users, not the CPUs."""
    files = {"memory.max": "536870912", "cgroup.controllers": "memory pids"}
    found = docker(tmp_path, files)
    assert found.memory == Known(512 * MB, MAX)
    assert found.cpus == Known(8.0, ONLINE)


def test_nothing_is_mounted(tmp_path: Path) -> None:
    found = detect(Tree(tmp_path))
    assert found.memory == Unknown("no cgroup with the memory controller is mounted here")
    assert found.cpus == Unknown("no CPU quota, and the number of processors cannot be read")
    assert found.host_huge_pages == Unknown("/proc/meminfo does not say, or cannot be read")


def test_a_file_where_a_directory_should_be(tmp_path: Path) -> None:
    root = tree(tmp_path, {"/sys/fs/cgroup": "not a directory"})
    assert detect(Tree(root)).memory == Unknown("no cgroup limits memory here")


# -- processors -------------------------------------------------------------------------------------------------

CPU_MAX = f"{AT}/cpu.max"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max 100000", Known(8.0, ONLINE)),
        ("50000 100000", Known(0.5, CPU_MAX)),
        ("30000 20000", Known(1.5, CPU_MAX)),
        ("100000 1000000", Known(0.1, CPU_MAX)),
        ("1000 1000000", Known(0.001, CPU_MAX)),
        ("800000 100000", Known(8.0, CPU_MAX)),
        ("1600000 100000", Known(8.0, ONLINE)),
        ("0 100000", Unknown(f"{CPU_MAX} says '0 100000'")),
        ("50000 0", Unknown(f"{CPU_MAX} says '50000 0'")),
        ("50000", Unknown(f"{CPU_MAX} says '50000'")),
        ("-50000 100000", Unknown(f"{CPU_MAX} says '-50000 100000'")),
        ("", Unknown(f"{CPU_MAX} is empty")),
        (None, Unknown(f"{CPU_MAX} cannot be read: Is a directory")),
    ],
)
def test_quota(tmp_path: Path, text: str | None, expected: Known[float] | Unknown) -> None:
    assert docker(tmp_path, {"cpu.max": text}).cpus == expected


def test_the_tightest_quota_of_the_ancestors(tmp_path: Path) -> None:
    files = {f"{AT}/a/b/cpu.max": "200000 100000", f"{AT}/a/cpu.max": "150000 100000", f"{AT}/x/cpu.max": "1000 100000"}
    assert detect(Tree(tree(tmp_path, files, "0::/a/b\n"))).cpus == Known(1.5, f"{AT}/a/cpu.max")


@pytest.mark.parametrize(
    ("quota", "period", "expected"),
    [
        ("-1", "100000", Known(8.0, ONLINE)),
        ("25000", "50000", Known(0.5, f"{AT}/cpu/cpu.cfs_quota_us")),
        ("25000", "", Unknown(f"{AT}/cpu/cpu.cfs_quota_us says '25000 '")),
        ("25000", None, Unknown(f"{AT}/cpu/cpu.cfs_quota_us says '25000 '")),
        ("", "100000", Unknown(f"{AT}/cpu/cpu.cfs_quota_us says ' 100000'")),
    ],
)
@pytest.mark.parametrize("controllers", ["cpu", "cpu,cpuacct", "cpuacct,cpu"])
def test_quota_of_v1_mounted_alone_or_joined(
    tmp_path: Path, controllers: str, quota: str, period: str | None, expected: Known[float] | Unknown
) -> None:
    files = {f"{AT}/cpu/cpu.cfs_quota_us": quota, f"{AT}/cpu/cpu.cfs_period_us": period}
    mounts = v1(controllers, "/docker/ab12", f"{AT}/cpu")
    assert detect(Tree(tree(tmp_path, files, f"4:{controllers}:/docker/ab12\n", mounts))).cpus == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 1.0),
        ("3", 1.0),
        ("0-3", 4.0),
        ("0-1,4,6-7", 5.0),
        ("0,2,4", 3.0),
        ("", 8.0),
        ("0-7", 8.0),
        ("0-63", 8.0),
        *((text, None) for text in ("7-0", "-1", "0-", "0-3,", "all", "0;1", "9" * 400, "0-" + "9" * 400)),
    ],
)
@pytest.mark.parametrize("run", [docker, old_docker], ids=["v2", "v1"])
def test_cpuset(tmp_path: Path, run: Callable[[Path, Files], Limits], text: str, expected: float | None) -> None:
    name = "cpuset.cpus.effective" if run is docker else "cpuset/cpuset.cpus"
    cpus = run(tmp_path, {name: text}).cpus
    if expected is None:
        assert cpus == Unknown(f"{AT}/{name} says {text[:40]!r}")
    else:
        assert cpus == Known(expected, ONLINE if expected == 8 else f"{AT}/{name}")


def test_effective_cpus_of_v1(tmp_path: Path) -> None:
    files = {"cpuset/cpuset.effective_cpus": "0-1", "cpuset/cpuset.cpus": "0-3"}
    assert old_docker(tmp_path, files).cpus == Known(2.0, f"{AT}/cpuset/cpuset.effective_cpus")


# -- the machine ------------------------------------------------------------------------------------------------


def test_host_does_not_look_at_cgroups(tmp_path: Path) -> None:
    root = tree(tmp_path, {MAX: "268435456", CPU_MAX: "50000 100000"})
    assert host(Tree(root)) == Limits(
        memory=Known(Bytes(MACHINE), "/proc/meminfo MemTotal"),
        cpus=Known(8.0, ONLINE),
        host_huge_pages=Known(False, "/proc/meminfo HugePages_Total"),
    )


def test_host_that_hides_everything(tmp_path: Path) -> None:
    assert host(Tree(tmp_path)) == Limits(
        memory=Unknown("/proc/meminfo does not say, or cannot be read"),
        cpus=Unknown(f"{ONLINE} does not say"),
        host_huge_pages=Unknown("/proc/meminfo does not say, or cannot be read"),
    )


@pytest.mark.parametrize("text", ["", "MemTotal: kB", "MemTotal: 0 kB", "MemTotal: -5 kB", "MemTotal: " + "9" * 5000])
def test_host_with_a_strange_meminfo(tmp_path: Path, text: str) -> None:
    assert isinstance(host(Tree(tree(tmp_path, {"/proc/meminfo": text}))).memory, Unknown)


@pytest.mark.parametrize(("count", "expected"), [("0", False), ("512", True)])
def test_huge_pages_of_the_host(tmp_path: Path, count: str, expected: bool) -> None:  # noqa: FBT001  the expectation
    files = {"/proc/meminfo": MEMINFO.replace("HugePages_Total:       0", f"HugePages_Total:     {count}")}
    assert detect(Tree(tree(tmp_path, files))).host_huge_pages == Known(expected, "/proc/meminfo HugePages_Total")


# -- thirteen ways others got it wrong --------------------------------------------------------------------------
# The numbers are issues of timescale/timescaledb-docker unless another project is named.


def test_sees_the_container_not_the_host(tmp_path: Path) -> None:
    """timescaledb-tune#58: 125 GB and 32 CPUs in a container of 1 GB and one CPU."""
    found = docker(tmp_path, {"memory.max": "1073741824", "cpu.max": "100000 100000"})
    assert (found.memory, found.cpus) == (Known(GB, MAX), Known(1.0, CPU_MAX))


def test_never_takes_the_host_silently(tmp_path: Path) -> None:
    """#52, #53: where the limit was hidden, the host's memory was taken instead."""
    assert isinstance(docker(tmp_path, {}).memory, Unknown)


def test_no_limit_is_not_petabytes(tmp_path: Path) -> None:
    """#54: 8388608 TB, and shared_buffers = 2147483647GB."""
    assert isinstance(old_docker(tmp_path, {"memory/memory.limit_in_bytes": UNLIMITED}).memory, Unknown)


def test_reads_version_2(tmp_path: Path) -> None:
    """#262: for years only the paths of version 1 were looked at."""
    assert docker(tmp_path, {"memory.max": "536870912"}).memory == Known(512 * MB, MAX)


def test_max_is_a_word(tmp_path: Path) -> None:
    """#262 again, and SORMAS-Foundation/SORMAS-Docker#221: `integer expression expected`."""
    found = docker(tmp_path, {"memory.max": "max", "cpu.max": "max 100000"})
    assert (found.memory, found.cpus) == (Unknown("no cgroup limits memory here"), Known(8.0, ONLINE))


def test_memory_max_is_missing(tmp_path: Path) -> None:
    """#266, #297: `bytes must be at least 1 byte (got 0)`."""
    assert docker(tmp_path, {"cpu.max": "max 100000"}).memory == Unknown("no cgroup limits memory here")


def test_the_memory_controller_is_off(tmp_path: Path) -> None:
    """#342: Raspberry Pi OS starts its kernel without it."""
    memory = docker(tmp_path, {"cgroup.controllers": "cpuset cpu io pids"}).memory
    assert memory == Unknown(
        "/sys/fs/cgroup has no memory controller: the kernel was started without it "
        "(on a Raspberry Pi: cgroup_enable=memory in cmdline.txt) or withholds it"
    )


def test_the_quota_counts_not_the_nodes_cpuset(tmp_path: Path) -> None:
    """#173: all 8 processors of the node's cpuset were used in a container with a quota of two."""
    files = {"cpu.max": "200000 100000", "cpuset.cpus.effective": "0-7"}
    assert docker(tmp_path, files).cpus == Known(2.0, CPU_MAX)


def test_any_period(tmp_path: Path) -> None:
    """#306: only a period of 100000 was understood."""
    assert docker(tmp_path, {"cpu.max": "100000 50000"}).cpus == Known(2.0, CPU_MAX)


def test_half_a_processor_stays_half(tmp_path: Path) -> None:
    """#306 again: 0.5 became 1."""
    assert docker(tmp_path, {"cpu.max": "50000 100000"}).cpus == Known(0.5, CPU_MAX)


def test_a_limit_changed_later_is_seen(tmp_path: Path) -> None:
    """#87, #134: tuned once for 20 GB, then started with 1 GB."""
    docker(tmp_path, {"memory.max": "8589934592"})
    (tmp_path / "sys/fs/cgroup/memory.max").write_text("1073741824\n")
    assert detect(Tree(tmp_path)).memory == Known(GB, MAX)


def test_more_than_64_bits(tmp_path: Path) -> None:
    """timescale/timescaledb#4127: a value that `overflows size_t` came of it."""
    assert isinstance(docker(tmp_path, {"memory.max": "18446744073709551616"}).memory, Unknown)


def test_the_limit_not_the_peak(tmp_path: Path) -> None:
    """zalando/spilo#155: max_usage was read for the limit."""
    names = ("limit_in_bytes", "max_usage_in_bytes", "usage_in_bytes", "soft_limit_in_bytes", "memsw.limit_in_bytes")
    files = {f"memory/memory.{name}": str(GB + place) for place, name in enumerate(reversed(names))}
    assert old_docker(tmp_path, files).memory == Known(GB + 4, f"{AT}/memory/memory.limit_in_bytes")


# -- whatever the files say -------------------------------------------------------------------------------------

PLACES = [
    *("/proc/meminfo", "/proc/self/cgroup", "/proc/self/mountinfo", ONLINE, MAX, HIGH, CPU_MAX),
    *(f"{AT}/{name}" for name in ("cgroup.controllers", "cpuset.cpus.effective", "memory/memory.limit_in_bytes")),
    *(f"{AT}/memory/memory.stat", f"{AT}/cpu/cpu.cfs_quota_us", f"{AT}/cpu/cpu.cfs_period_us"),
    *(f"{AT}/cpuset/cpuset.cpus", f"{AT}/cpuset/cpuset.effective_cpus"),
]
WORDS = ["max", "-1", "0", "7", "268435456", "50000 100000", "0-3,7", "9" * 20, "9" * 5000, UNLIMITED, " ", "\n", ","]
LINES = [
    v2(),
    v2("/.."),
    v1("memory"),
    v1("cpu,cpuset", r"/a\000"),
    "0::/\n",
    "4:memory:/a/..\n",
    MEMINFO,
    "- cgroup2 ",
]
NEARLY = st.lists(st.sampled_from([*WORDS, *LINES]), max_size=4).map(lambda parts: "".join(parts).encode())
CONTENT = st.none() | st.binary(max_size=60) | NEARLY


@settings(deadline=None)
@given(files=st.dictionaries(st.sampled_from(PLACES), CONTENT))
@example(files={"/proc/self/mountinfo": b"1 1 0:1 / /a\\000b rw - cgroup2 c rw\n"})
@example(files={CPU_MAX: b"1 " + b"9" * 400})
def test_nothing_raises_and_nothing_is_zero_or_negative(files: Files) -> None:
    with tempfile.TemporaryDirectory() as home:
        root = tree(Path(home), files)
        found, machine = detect(Tree(root)), host(Tree(root))
    for one in (found.memory, found.cpus, machine.memory, machine.cpus):
        assert one.value > 0 if isinstance(one, Known) else one.why
    for text in (one.where if isinstance(one, Known) else one.why for one in (*found, *machine)):
        text.encode()


# -- the real ones ----------------------------------------------------------------------------------------------


@pytest.fixture
def memory_group() -> Iterator[MemoryCgroup]:
    if reason := unavailable():
        pytest.skip(reason)
    with MemoryCgroup(300 * MB) as group:
        yield group


@pytest.fixture
def cpu_group() -> Iterator[Path]:
    top = Path("/sys/fs/cgroup/cpu")
    if not (top / "cgroup.procs").exists():
        pytest.skip("no CPU controller of version 1 is mounted in the usual place")
    try:
        path = Path(tempfile.mkdtemp(prefix="pgfit-", dir=top))
    except OSError as error:
        pytest.skip(f"no CPU group can be made: {error.strerror}")
    yield path
    path.rmdir()


def recommended(*groups: Path) -> dict[str, object]:
    """The limits that pgfit finds when it is started inside these groups."""
    enter = "".join(f"echo 0 > {group}/cgroup.procs && " for group in groups)
    command = f"{enter}exec {sys.executable} -m pgfit recommend --format json"
    run = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True, timeout=60)
    limits = json.loads(run.stdout)["limits"]
    assert isinstance(limits, dict)
    return limits


def limit_file(group: Path, version: int) -> str:
    return str(group / ("memory.limit_in_bytes" if version == 1 else "memory.max"))


def test_a_real_memory_limit(memory_group: MemoryCgroup) -> None:
    limits = recommended(memory_group.path)
    assert limits["memory"] == 300 * MB
    assert limits["memory_from"] == limit_file(memory_group.path, memory_group.version)


@pytest.mark.parametrize(("size", "expected"), [(280 * MB, 280 * MB), (500 * MB, 300 * MB)], ids=["child", "parent"])
def test_the_tighter_of_a_real_child_and_its_parent(memory_group: MemoryCgroup, size: int, expected: int) -> None:
    if memory_group.version == 2:
        (memory_group.path / "cgroup.subtree_control").write_text("+memory")
    child = memory_group.path / "child"
    child.mkdir()
    try:
        Path(limit_file(child, memory_group.version)).write_text(str(size))
        limits = recommended(child)
    finally:
        child.rmdir()
    binding = child if size == expected else memory_group.path
    assert (limits["memory"], limits["memory_from"]) == (expected, limit_file(binding, memory_group.version))


def test_a_real_quota(memory_group: MemoryCgroup, cpu_group: Path) -> None:
    (cpu_group / "cpu.cfs_period_us").write_text("20000")
    (cpu_group / "cpu.cfs_quota_us").write_text("15000")
    limits = recommended(memory_group.path, cpu_group)
    assert (limits["cpus"], limits["cpus_from"]) == (0.75, str(cpu_group / "cpu.cfs_quota_us"))
