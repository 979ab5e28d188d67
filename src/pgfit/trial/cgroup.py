"""A cgroup with a memory limit, a CPU quota and a bounded disk: version 1 or 2, where the machine allows it.

Controls are the files of one that is there, such as a container engine made. Group is one of our own. What can be read of
either is counters().
"""

import contextlib
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from ..units import GB
from .owned import PREFIX, abandoned, kill, own_name
from .place import Counters, Limits, NoPlace

__all__ = ["RELIEF", "Controls", "Group", "counters", "device_of", "paths_of", "swaps", "sweep", "unavailable"]

ROOT = Path("/sys/fs/cgroup")
SWAPS = Path("/proc/swaps")
"""A line of titles, then one for each file or partition."""
PERIOD = 100_000
"""Microseconds of a CPU quota's period, Docker's and the kernel's own."""
ROUNDING = 0.0051
"""CPUs: systemd's quotas are whole percents."""
RELIEF = 64 * GB
"""A limit that limits nothing here."""
V1 = ("memory", "cpu", "blkio")
OTHER_WAY = "--limit-by names another way"


def unavailable(limits: Limits, root: Path = ROOT) -> str:
    """Why no such limit can be set here by writing to cgroups; '' if it can."""
    if _is_v1(root):
        return _v1_lacks(limits, root)
    if not (root / "cgroup.controllers").exists():
        return f"no memory cgroup is mounted below {root}"
    wanted = [name for name, asked in (("memory", True), ("cpu", limits.cpus), ("io", limits.iops)) if asked]
    lacking = [name for name in wanted if name not in (root / "cgroup.controllers").read_text().split()]
    if lacking:
        return f"the cgroup at {root} has no {' and no '.join(lacking)} controller"
    return _v2_closed(root, wanted)


def _v1_lacks(limits: Limits, root: Path) -> str:
    for name in ("memory", *(["cpu"] if limits.cpus else []), *(["blkio"] if limits.iops else [])):
        if not (root / name).is_dir():
            return f"the {name} controller is not mounted at {root / name}"
        if not os.access(root / name, os.W_OK):
            return f"{root / name} may not be written by this user"
    return ""


def _v2_closed(root: Path, wanted: list[str]) -> str:
    if not os.access(root, os.W_OK) or not os.access(root / "cgroup.procs", os.W_OK):
        return f"{root} may not be written by this user"
    on = (root / "cgroup.subtree_control").read_text().split()
    missing = [name for name in wanted if name not in on]
    try:
        if missing:
            (root / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in missing))
    except OSError as error:
        return f"{', '.join(missing)} cannot be switched on in {root}: {error.strerror}"
    return ""


def _is_v1(root: Path) -> bool:
    return (root / "memory" / "memory.limit_in_bytes").exists()


class Controls:
    """The files of a cgroup that is there: limits to set and to lift, and what was counted. One directory for each controller
    in version 1, by its name; in version 2 one, whose name is ''. Sizes in bytes.
    """

    def __init__(self, paths: Mapping[str, Path], limits: Limits, device: str = "") -> None:
        self.v1 = "" not in paths
        self.paths, self.limits, self.device = paths, limits, device

    @property
    def writable(self) -> bool:
        """Whether this user may lift the limits."""
        names = {"memory": "memory.limit_in_bytes", "cpu": "cpu.cfs_quota_us"} if self.v1 else {"": "memory.max"}
        return all(os.access(self.paths.get(kind, Path("/nowhere")) / name, os.W_OK) for kind, name in names.items())

    def lacks(self) -> str:
        """Which of the limits is not in force; '' if all are."""
        read, cpus, iops = _reader(self.paths), self.limits.cpus, self.limits.iops
        memory = read("memory", "memory.limit_in_bytes" if self.v1 else "memory.max").strip()
        if not memory.isdigit() or abs(int(memory) - self.limits.memory) >= os.sysconf("SC_PAGE_SIZE"):
            return "the memory limit"
        if swaps() and not self._swap_limited(read):
            return "the limit of swap"
        names = ("cpu.cfs_quota_us", "cpu.cfs_period_us") if self.v1 else ("cpu.max",)
        if cpus and not _is_quota(cpus, " ".join(read("cpu", name) for name in names)):
            return "the CPU quota"
        bounds = read("blkio", "blkio.throttle.read_iops_device") if self.v1 else read("io", "io.max")
        if iops and not _bounds(iops, bounds, self.device):
            return "the disk's bound"
        return ""

    def _swap_limited(self, read: "Reader") -> bool:
        """Whether what does not fit is killed, and not swapped out: the kernel may be built or started without counting swap."""
        if not self.v1:
            return read("memory", "memory.swap.max").strip() == "0"
        both = read("memory", "memory.memsw.limit_in_bytes").strip()
        limited = both.isdigit() and abs(int(both) - self.limits.memory) < os.sysconf("SC_PAGE_SIZE")
        return limited or read("memory", "memory.swappiness").strip() == "0"

    def _write(self, kind: str, name: str, text: str) -> None:
        (self.paths[kind] / name).write_text(text)

    def _try(self, kind: str, name: str, text: str) -> None:
        with contextlib.suppress(OSError):
            self._write(kind, name, text)

    def _set_memory(self, limit: int) -> None:
        if not self.v1:
            self._write("", "memory.max", str(limit))
            return
        self._write("memory", "memory.limit_in_bytes", str(limit))
        counted = (self.paths["memory"] / "memory.memsw.limit_in_bytes").exists()
        self._try("memory", *(("memory.memsw.limit_in_bytes", str(limit)) if counted else ("memory.swappiness", "0")))

    def throttle(self, *, on: bool) -> None:
        """Set the CPU quota and the disk's bound, or lift them."""
        cpus, iops = self.limits.cpus, self.limits.iops
        if cpus and self.v1:
            self._write("cpu", "cpu.cfs_period_us", str(PERIOD))
            self._write("cpu", "cpu.cfs_quota_us", str(int(cpus * PERIOD)) if on else "-1")
        elif cpus:
            self._write("", "cpu.max", f"{int(cpus * PERIOD) if on else 'max'} {PERIOD}")
        if iops and self.v1:
            for name in ("read", "write"):
                self._write("blkio", f"blkio.throttle.{name}_iops_device", f"{self.device} {iops if on else 0}")
        elif iops:
            bound = iops if on else "max"
            self._write("", "io.max", f"{self.device} riops={bound} wiops={bound}")

    def relieve(self) -> None:
        if self.v1:
            self._try("memory", "memory.memsw.limit_in_bytes", str(RELIEF))
            self._try("memory", "memory.limit_in_bytes", str(RELIEF))
        else:
            self._try("", "memory.max", "max")
        with contextlib.suppress(OSError):
            self.throttle(on=False)

    def read(self) -> Counters:
        return counters(_reader(self.paths))


def swaps() -> bool:
    """Whether this machine swaps at all."""
    try:
        return len(SWAPS.read_text().splitlines()) > 1
    except OSError:
        return False


def _is_quota(cpus: float, told: str) -> bool:
    """Of `quota period`. Where more are asked for than there are, all of them are no less."""
    quota, period, *_ = *told.split(), "", ""
    here = os.cpu_count() or 1
    return quota.isdigit() and period.isdigit() and abs(min(int(quota) / int(period), here) - min(cpus, here)) < ROUNDING


def _bounds(iops: int, told: str, device: str) -> bool:
    """Of `8:0 3000` in version 1, of `8:0 rbps=max wbps=max riops=3000 wiops=3000` in 2."""
    found = re.search(rf"^{re.escape(device)} (?:.*\briops=)?(\d+)\b", told, re.MULTILINE)
    return found is not None and int(found[1]) == iops


class Group(Controls):
    """One of our own."""

    prefix: Sequence[str] = ()

    def __init__(self, name: str, limits: Limits, device: str = "", root: Path = ROOT) -> None:
        name = own_name(name)
        kinds = [kind for kind in V1 if (root / kind).is_dir()] if _is_v1(root) else [""]
        super().__init__({kind: root / kind / name for kind in kinds}, limits, device)
        self.made: list[Path] = []
        try:
            for path in self.paths.values():
                path.mkdir()
                self.made.append(path)
            self._set_memory(limits.memory)
            if not self.v1:
                self._try("", "memory.swap.max", "0")
            self.throttle(on=True)
        except OSError as error:
            self.remove()
            where = error.filename or root / name
            raise NoPlace(f"the limit cannot be set in {where}: {error.strerror}", hint=OTHER_WAY) from error
        except BaseException:
            self.remove()
            raise
        if lacking := self.lacks():
            self.remove()
            raise NoPlace(f"{lacking} is not in force in {self.made[0]}", hint=OTHER_WAY)

    def enter(self) -> None:
        """Called in a new process, before it becomes what it will be."""
        for path in self.paths.values():
            (path / "cgroup.procs").write_text("0")

    def remove(self) -> None:
        for path in self.made:
            remove(path)


def remove(path: Path) -> None:
    """Kill what is left in it, and remove it. A cgroup that is busy for 10 s is left."""
    for _ in range(100):
        if not path.is_dir():
            return
        with contextlib.suppress(OSError):
            for pid in (path / "cgroup.procs").read_text().split():
                kill(int(pid))
        with contextlib.suppress(OSError):
            path.rmdir()
            return
        time.sleep(0.1)


def sweep(root: Path = ROOT) -> None:
    """Remove what trials that were killed outright left behind."""
    for path in [*root.glob(f"{PREFIX}*"), *(one for kind in V1 for one in (root / kind).glob(f"{PREFIX}*"))]:
        if abandoned(path.name):
            remove(path)


# -- what it has counted ------------------------------------------------------------------------------------------


Reader = Callable[[str, str], str]
"""The text of a controller's file: ("memory", "memory.stat"); '' where there is none."""


def _reader(paths: Mapping[str, Path]) -> Reader:
    def read(kind: str, name: str) -> str:
        path = paths.get(kind, paths.get(""))
        try:
            return (path / name).read_text() if path else ""
        except OSError:
            return ""

    return read


def paths_of(pid: int, root: Path = ROOT) -> dict[str, Path]:
    """The directories of the cgroup that a process is in, as Controls wants them. Raises OSError where there is no process."""
    lines = (line.split(":", 2) for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines())
    paths: dict[str, Path] = {}
    for _, kinds, inside in lines:
        place = PurePosixPath(inside).relative_to("/")
        for kind in kinds.split(",") if kinds else [""]:
            base = root / kind if kind else root
            if not kinds and not (root / "cgroup.controllers").exists():
                base = root / "unified"
            paths[kind.removeprefix("name=")] = base / place
    if any(kind in paths for kind in V1):
        paths.pop("", None)
    return paths


def counters(read: Reader) -> Counters:
    """Of version 1 or 2, by which files are there."""
    stat, cpu = _words(read("memory", "memory.stat")), _words(read("cpu", "cpu.stat"))
    events = _words(read("memory", "memory.events") or read("memory", "memory.oom_control"))
    refaults = stat.get("workingset_refault_file", stat.get("workingset_refault", 0))
    if "anon" in stat:
        kernel = stat.get("kernel", stat.get("slab", 0) + stat.get("pagetables", 0) + stat.get("kernel_stack", 0))
        return Counters(
            stat["anon"], stat.get("shmem", 0), kernel, events.get("oom_kill", 0), refaults, cpu.get("throttled_usec", 0) / 1e6
        )
    kernel = int(read("memory", "memory.kmem.usage_in_bytes") or 0)
    return Counters(
        stat.get("rss", 0), stat.get("shmem", 0), kernel, events.get("oom_kill", 0), refaults, cpu.get("throttled_time", 0) / 1e9
    )


def _words(text: str) -> dict[str, int]:
    pairs: Iterable[list[str]] = (line.split() for line in text.splitlines())
    return {words[0]: int(words[1]) for words in pairs if len(words) == 2 and words[1].isdigit()}


def device_of(directory: Path) -> str:
    """`254:0`: the whole disk below a directory, as the I/O controllers name it. '' where there is none of that kind."""
    number = directory.stat().st_dev
    name = f"{os.major(number)}:{os.minor(number)}"
    block = Path("/sys/dev/block", name)
    if not block.exists():
        return ""
    if (block / "partition").exists():
        return (block.resolve().parent / "dev").read_text().strip()
    return name
