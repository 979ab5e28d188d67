"""The container out of the files that a server read for us: version 1, version 2, and what is not there."""

from collections.abc import Mapping

import pytest

from pgfit.audit.container import Container, Split
from pgfit.model import Known, Unknown
from pgfit.units import Bytes

MB = 1024**2
V2 = {
    "/proc/self/cgroup": "0::/\n",
    "/proc/self/mountinfo": "30 20 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw",
    "/sys/fs/cgroup/memory.max": f"{512 * MB}\n",
    "/sys/fs/cgroup/memory.stat": "anon 100\nfile 900\nkernel 80\nshmem 300\nslab_reclaimable 50\n",
}
V1 = {
    "/proc/self/cgroup": "5:memory:/docker/ab\n4:cpu,cpuacct:/docker/ab\n3:pids:/docker/ab\n",
    "/proc/self/mountinfo": "\n".join(
        f"3{number} 20 0:2{number} /docker/ab /sys/fs/cgroup/{name} ro - cgroup cgroup rw,{name}"
        for number, name in enumerate(("memory", "cpu,cpuacct", "pids"))
    ),
    "/sys/fs/cgroup/memory/memory.limit_in_bytes": f"{256 * MB}\n",
    "/sys/fs/cgroup/memory/memory.stat": "cache 900\nrss 1\nshmem 2\ntotal_cache 1000\ntotal_rss 100\ntotal_shmem 300\n",
    "/sys/fs/cgroup/memory/memory.kmem.usage_in_bytes": "70\n",
}


def made(*parts: Mapping[str, str]) -> Container:
    whole = {path: text for part in parts for path, text in part.items()}
    return Container([{"path": path, "text": text} for path, text in whole.items()])


def v2(**more: str) -> Container:
    return made(V2, {f"/sys/fs/cgroup/{name}": text for name, text in more.items()})


def v1(**more: str) -> Container:
    return made(V1, {f"/sys/fs/cgroup/{path}": text for path, text in more.items()})


def test_the_limit_of_version_2() -> None:
    assert v2().limits.memory == Known(Bytes(512 * MB), "/sys/fs/cgroup/memory.max")


def test_the_limit_of_version_1() -> None:
    assert v1().limits.memory == Known(Bytes(256 * MB), "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def test_memory_is_split_and_what_can_be_given_back_is_not_held() -> None:
    assert v2().split == Split(anon=100, shmem=300, kernel=30, file=600)
    assert v1().split == Split(anon=100, shmem=300, kernel=70, file=700)
    assert Split(1, 2, 3, 100).held == 6


def test_an_older_kernel_tells_its_own_memory_in_parts() -> None:
    stat = "anon 1\nfile 5\nshmem 2\nkernel_stack 10\npagetables 20\nslab 30\nslab_reclaimable 25\nsock 1\n"
    assert made(V2, {"/sys/fs/cgroup/memory.stat": stat}).split == Split(1, 2, 36, 3)


@pytest.mark.parametrize("missing", ["/sys/fs/cgroup/memory.stat", "/sys/fs/cgroup/memory.max"])
def test_without_numbers_of_its_own_there_is_no_split(missing: str) -> None:
    assert made({path: text for path, text in V2.items() if path != missing}).split is None


def test_the_root_group_of_version_1_is_the_whole_machine() -> None:
    root = {"/proc/self/cgroup": "5:memory:/\n", "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}
    assert made(V1, root).split is None


def test_nothing_readable_is_unknown() -> None:
    nothing = Container(())
    assert isinstance(nothing.limits.memory, Unknown)
    assert (nothing.split, nothing.current, nothing.peak, nothing.oom_kills, nothing.throttling) == (None,) * 5
    assert (nothing.shm_size, nothing.seccomp, nothing.memlock, nothing.oom_score_adj, nothing.pressure()) == (None,) * 5
    assert (nothing.most_processes, nothing.swap_used, nothing.swap_allowed, nothing.oom_group, nothing.mount_of("/a")) == (
        None,
    ) * 5


@pytest.mark.parametrize(
    ("name", "text", "attribute", "value"),
    [
        ("memory.current", "123\n", "current", 123),
        ("memory.peak", "456\n", "peak", 456),
        ("memory.high", "max\n", "high", None),
        ("memory.high", "1000\n", "high", 1000),
        ("memory.events", "low 0\noom 9\noom_kill 3\noom_group_kill 1\n", "oom_kills", 3),
        ("memory.oom.group", "1\n", "oom_group", True),
        ("memory.swap.current", "77\n", "swap_used", 77),
        ("memory.swap.max", "88\n", "swap_allowed", 88),
        ("memory.swap.max", "max\n", "swap_unlimited", True),
        ("cpu.stat", "usage_usec 5\nnr_periods 100\nnr_throttled 20\n", "throttling", (20, 100)),
        ("cpu.stat", "usage_usec 5\n", "throttling", None),
        ("pids.peak", "40\n", "most_processes", 40),
        ("memory.current", "-5\n", "current", None),
        ("memory.current", "１２\n", "current", None),
    ],
)
def test_numbers_of_version_2(name: str, text: str, attribute: str, value: object) -> None:
    assert getattr(v2(**{name: text}), attribute) == value


@pytest.mark.parametrize(
    ("name", "text", "attribute", "value"),
    [
        ("memory/memory.usage_in_bytes", "123\n", "current", 123),
        ("memory/memory.max_usage_in_bytes", "456\n", "peak", 456),
        ("memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n", "oom_kills", 2),
        ("memory/memory.memsw.limit_in_bytes", str(300 * MB), "swap_allowed", 44 * MB),
        ("memory/memory.memsw.limit_in_bytes", str(256 * MB), "swap_allowed", 0),
        ("cpu,cpuacct/cpu.stat", "nr_periods 10\nnr_throttled 1\nthrottled_time 5\n", "throttling", (1, 10)),
        ("pids/pids.peak", "7\n", "most_processes", 7),
    ],
)
def test_numbers_of_version_1(name: str, text: str, attribute: str, value: object) -> None:
    assert getattr(v1(**{name: text}), attribute) == value


@pytest.mark.parametrize(
    ("options", "size"),
    [
        ("rw,size=65536k", 64 * MB),
        ("rw,size=256m,mode=1777", 256 * MB),
        ("rw", None),
        ("rw,size=50%", None),
        ("rw,size=1g", 1024 * MB),
    ],
)
def test_the_size_of_dev_shm(options: str, size: int | None) -> None:
    line = f"40 20 0:40 / /dev/shm rw - tmpfs shm {options}"
    assert made(V2, {"/proc/self/mountinfo": f"{V2['/proc/self/mountinfo']}\n{line}"}).shm_size == size


@pytest.mark.parametrize(
    ("path", "point"),
    [("/a/b/c", "/a/b"), ("/a/bc", "/a"), ("/a/b", "/a/b"), ("/x", "/")],
)
def test_the_mount_that_holds_a_path(path: str, point: str) -> None:
    lines = "\n".join(f"4{number} 1 8:1 / {at} rw - ext4 /dev/sda rw" for number, at in enumerate(("/", "/a", "/a/b")))
    found = made({"/proc/self/mountinfo": lines}).mount_of(path)
    assert found is not None
    assert (found.point, found.kind) == (point, "ext4")


@pytest.mark.parametrize(
    ("path", "text", "attribute", "value"),
    [
        ("/proc/1/oom_score_adj", "-900\n", "oom_score_adj", -900),
        ("/proc/self/oom_score_adj", "600\n", "oom_score_adj", None),
        ("/proc/self/status", "Name:\tpostgres\nSeccomp:\t2\n", "seccomp", True),
        ("/proc/self/status", "Seccomp:\t0\n", "seccomp", False),
        ("/proc/self/limits", "Max locked memory         8388608              8388608              bytes\n", "memlock", 8388608),
        ("/proc/self/limits", "Max locked memory         unlimited            unlimited            bytes\n", "memlock", -1),
    ],
)
def test_the_process_itself(path: str, text: str, attribute: str, value: object) -> None:
    assert getattr(made({path: text}), attribute) == value


def test_pressure_is_told_only_of_a_group_of_ones_own() -> None:
    line = {"/sys/fs/cgroup/memory.pressure": "some avg10=1.00 avg60=12.34 avg300=0.50 total=5\nfull avg10=0.00 avg60=0.00\n"}
    assert made(V2, line).pressure() == 12.34
    below = {"/proc/self/cgroup": "0::/docker/ab\n", "/sys/fs/cgroup/docker/ab/memory.max": "1000\n"}
    assert made(V2, line, below).pressure() is None


def test_huge_pages_and_sizes_of_the_machine() -> None:
    machine = made({"/proc/meminfo": "MemTotal: 1000 kB\nHugePages_Total: 5\nHugepagesize: 2048 kB\n"}).machine
    assert machine == {"MemTotal": 1_024_000, "HugePages_Total": 5, "Hugepagesize": 2 * MB}
