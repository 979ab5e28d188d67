"""What a cgroup has counted, of either version; and what a trial's own cgroup is given."""

import os
from pathlib import Path

import pytest

from pgfit.trial import cgroup
from pgfit.trial.cgroup import Controls, Group, counters, sweep, unavailable
from pgfit.trial.owned import own_name
from pgfit.trial.place import Limits, NoPlace
from pgfit.units import MB, Bytes

LIMITS = Limits(Bytes(256 * MB), 0.5, 3000)
V1 = {
    "memory.stat": "cache 900\nrss 100\nshmem 40\nworkingset_refault_file 7\ntotal_rss 100\n",
    "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
    "memory.kmem.usage_in_bytes": "30\n",
    "cpu.stat": "nr_periods 1\nthrottled_time 2500000000\n",
}
V2 = {
    "memory.stat": "anon 100\nfile 900\nkernel 30\nshmem 40\nworkingset_refault_file 7\n",
    "memory.events": "low 0\noom 3\noom_kill 2\noom_group_kill 0\n",
    "cpu.stat": "usage_usec 1\nthrottled_usec 2500000\n",
}


@pytest.fixture(autouse=True)
def swap(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The list of what is swapped to: nothing."""
    path = tmp_path_factory.mktemp("proc") / "swaps"
    path.write_text("Filename\tType\tSize\tUsed\tPriority\n")
    monkeypatch.setattr(cgroup, "SWAPS", path)
    return path


def test_both_versions_count_the_same() -> None:
    for files in (V1, V2):
        seen = counters(lambda _, name, files=files: files.get(name, ""))  # type: ignore[misc]
        assert (seen.anon, seen.shmem, seen.kernel, seen.oom_kills, seen.refaults, seen.throttled) == (100, 40, 30, 2, 7, 2.5)
        assert seen.unreclaimable == 170


def test_old_kernels_of_version_2_tell_the_kernels_share_in_parts() -> None:
    text = "anon 1\nshmem 0\nslab 10\npagetables 5\nkernel_stack 2\n"
    assert counters(lambda _, name: text if name == "memory.stat" else "").kernel == 17


def _v2(root: Path) -> Path:
    (root / "cgroup.controllers").write_text("cpu io memory")
    (root / "cgroup.subtree_control").write_text("cpu io memory")
    (root / "cgroup.procs").write_text("")
    return root


def test_version_2_is_given_its_limits(tmp_path: Path) -> None:
    assert unavailable(LIMITS, _v2(tmp_path)) == ""
    group = Group("x", LIMITS, "8:0", tmp_path)
    written = {one.name: one.read_text() for one in group.paths[""].iterdir()}
    assert written == {
        "memory.max": str(256 * MB),
        "memory.swap.max": "0",
        "cpu.max": "50000 100000",
        "io.max": "8:0 riops=3000 wiops=3000",
    }
    group.throttle(on=False)
    written = {one.name: one.read_text() for one in group.paths[""].iterdir()}
    assert (written["cpu.max"], written["io.max"]) == ("max 100000", "8:0 riops=max wiops=max")
    assert written["memory.max"] == str(256 * MB)


def test_version_1_is_given_its_limits(tmp_path: Path) -> None:
    for name in ("memory", "cpu", "blkio"):
        (tmp_path / name).mkdir()
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text("")
    assert unavailable(LIMITS, tmp_path) == ""
    group = Group("x", LIMITS, "8:0", tmp_path)
    assert (group.paths["memory"] / "memory.limit_in_bytes").read_text() == str(256 * MB)
    assert (group.paths["cpu"] / "cpu.cfs_quota_us").read_text() == "50000"
    assert (group.paths["blkio"] / "blkio.throttle.read_iops_device").read_text() == "8:0 3000"
    group.throttle(on=False)
    assert (group.paths["cpu"] / "cpu.cfs_quota_us").read_text() == "-1"
    assert (group.paths["blkio"] / "blkio.throttle.write_iops_device").read_text() == "8:0 0"
    group.throttle(on=True)
    assert (group.paths["cpu"] / "cpu.cfs_quota_us").read_text() == "50000"


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    assert "no memory cgroup is mounted" in unavailable(LIMITS, tmp_path)
    (_v2(tmp_path) / "cgroup.controllers").write_text("cpu")
    assert "no memory and no io controller" in unavailable(LIMITS, tmp_path)


def test_what_a_killed_trial_left_is_swept(tmp_path: Path) -> None:
    mine = tmp_path / own_name("data0")
    left = tmp_path / mine.name.replace(str(os.getpid()), "999999999", 1)
    mine.mkdir()
    left.mkdir()
    sweep(tmp_path)
    assert not left.exists()
    assert mine.exists()


def test_a_cgroup_that_is_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    there = _v2(tmp_path) / own_name("x")
    there.mkdir()
    with pytest.raises(NoPlace, match=f"the limit cannot be set in {there}: File exists"):
        Group("x", LIMITS, "8:0", tmp_path)
    assert there.exists()


@pytest.mark.parametrize(
    ("quota", "bound", "lacking"),
    [
        ("50000 100000", "8:0 rbps=max wbps=max riops=3000 wiops=3000", ""),
        ("25000 50000", "8:16 rbps=max wbps=max riops=1 wiops=1\n8:0 rbps=max wbps=max riops=3000 wiops=max", ""),
        ("50400 100000", "8:0 riops=3000", ""),
        ("max 100000", "8:0 riops=3000", "the CPU quota"),
        ("200000 100000", "8:0 riops=3000", "the CPU quota"),
        ("", "8:0 riops=3000", "the CPU quota"),
        ("50000 100000", "8:0 rbps=max wbps=max riops=30000 wiops=30000", "the disk's bound"),
        ("50000 100000", "8:0 rbps=3000 wbps=max riops=max wiops=max", "the disk's bound"),
        ("50000 100000", "8:16 riops=3000", "the disk's bound"),
        ("50000 100000", "", "the disk's bound"),
    ],
)
def test_limits_in_force_are_compared_as_numbers(tmp_path: Path, quota: str, bound: str, lacking: str) -> None:
    (tmp_path / "memory.max").write_text(f"{256 * MB}\n")
    (tmp_path / "cpu.max").write_text(f"{quota}\n")
    (tmp_path / "io.max").write_text(f"{bound}\n")
    assert Controls({"": tmp_path}, LIMITS, "8:0").lacks() == lacking


@pytest.mark.parametrize(
    ("quota", "bound", "lacking"),
    [("50000", "8:0 3000", ""), ("-1", "8:0 3000", "the CPU quota"), ("50000", "8:0 300", "the disk's bound")],
)
def test_limits_in_force_of_version_1(tmp_path: Path, quota: str, bound: str, lacking: str) -> None:
    (tmp_path / "memory.limit_in_bytes").write_text(f"{256 * MB}\n")
    (tmp_path / "cpu.cfs_quota_us").write_text(f"{quota}\n")
    (tmp_path / "cpu.cfs_period_us").write_text("100000\n")
    (tmp_path / "blkio.throttle.read_iops_device").write_text(f"{bound}\n")
    assert Controls(dict.fromkeys(("memory", "cpu", "blkio"), tmp_path), LIMITS, "8:0").lacks() == lacking


def test_more_cpus_than_there_are_are_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text(f"{256 * MB}\n")
    (tmp_path / "cpu.max").write_text(f"{(os.cpu_count() or 1) * 100000} 100000\n")
    assert Controls({"": tmp_path}, LIMITS._replace(cpus=4096.0, iops=None)).lacks() == ""


SWAPPED = "Filename\tType\tSize\tUsed\tPriority\n/dev/vdb partition 8388604 0 -2\n"


@pytest.mark.parametrize(
    ("name", "text", "lacking"),
    [
        ("memory.memsw.limit_in_bytes", str(256 * MB), ""),
        ("memory.memsw.limit_in_bytes", str(512 * MB), "the limit of swap"),
        ("memory.swappiness", "0", ""),
        ("memory.swappiness", "60", "the limit of swap"),
    ],
)
def test_where_version_1_swaps_a_limit_that_may_be_swapped_past_is_none(
    tmp_path: Path, swap: Path, name: str, text: str, lacking: str
) -> None:
    limits = Limits(Bytes(256 * MB), None)
    (tmp_path / "memory.limit_in_bytes").write_text(f"{256 * MB}\n")
    (tmp_path / name).write_text(f"{text}\n")
    controls = Controls({"memory": tmp_path}, limits)
    assert controls.lacks() == ""
    swap.write_text(SWAPPED)
    assert controls.lacks() == lacking


@pytest.mark.parametrize(("text", "lacking"), [("0", ""), ("max", "the limit of swap"), (None, "the limit of swap")])
def test_where_version_2_swaps_too(tmp_path: Path, swap: Path, text: str | None, lacking: str) -> None:
    swap.write_text(SWAPPED)
    (tmp_path / "memory.max").write_text(f"{256 * MB}\n")
    if text is not None:
        (tmp_path / "memory.swap.max").write_text(f"{text}\n")
    assert Controls({"": tmp_path}, Limits(Bytes(256 * MB), None)).lacks() == lacking


def test_processes_are_kept_from_being_swapped_out_where_the_kernel_does_not_count_swap(tmp_path: Path, swap: Path) -> None:
    swap.write_text(SWAPPED)
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text("")
    group = Group("x", Limits(Bytes(256 * MB), None), "", tmp_path)
    assert (group.paths["memory"] / "memory.swappiness").read_text() == "0"


def test_a_limit_that_does_not_take_hold_is_refused_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Group, "_set_memory", lambda *_: None)
    with pytest.raises(NoPlace, match="the memory limit is not in force in "):
        Group("x", Limits(Bytes(256 * MB), None), "", _v2(tmp_path))
    assert not [one for one in tmp_path.glob("pgfit-trial-*") if (one / "cgroup.procs").exists()]
