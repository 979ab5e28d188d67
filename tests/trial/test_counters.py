"""What a cgroup has counted, of either version; and what a trial's own cgroup is given."""

from pathlib import Path

from pgfit.trial.cgroup import Group, counters, sweep, unavailable
from pgfit.trial.place import Limits
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
    left = tmp_path / "pgfit-trial-999999999-data0"
    left.mkdir()
    (tmp_path / "pgfit-trial-1-data0").mkdir()
    sweep(tmp_path)
    assert not left.exists()
    assert (tmp_path / "pgfit-trial-1-data0").exists()
