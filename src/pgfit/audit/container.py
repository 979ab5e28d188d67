"""The container, as the server's own process sees it: limits, memory split, throttling, /dev/shm.

All of it comes from files that the server read for us; what it would not read is unknown, never assumed.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import PurePosixPath
from typing import NamedTuple

from ..inputs.cgroup import Groups, Limits, detect, groups_of
from ..model import Known, Unknown
from ..units import KB, Bytes
from .record import Row

__all__ = ["Container", "Mount", "Split", "Told"]

NO_LIMIT = 1 << 60


class Told(NamedTuple):
    """The files that a server read for us, in the place of a file system."""

    texts: Mapping[str, str]

    def read(self, path: PurePosixPath) -> str | None:
        text = self.texts.get(str(path))
        return None if text is None else text.strip()

    def is_directory(self, path: PurePosixPath) -> bool:
        below = f"{path}/"
        return any(name.startswith(below) for name in self.texts)


class Split(NamedTuple):
    """The memory that is charged to the container now, in bytes."""

    anon: int
    """Private memory of processes: what work_mem and sessions take."""
    shmem: int
    """Shared memory that was touched, /dev/shm among it."""
    kernel: int
    """Page tables, sockets, inodes: what the kernel keeps for these processes."""
    file: int
    """Page cache: given back under pressure, harmless."""

    @property
    def held(self) -> int:
        """What the kernel cannot take back."""
        return self.anon + self.shmem + self.kernel


class Mount(NamedTuple):
    point: str
    kind: str
    """ext4, overlay, tmpfs, nfs4, …"""
    options: str


class Container:
    """Numbers are None where the server would not tell them."""

    def __init__(self, files: Iterable[Row], more: Iterable[Row] = ()) -> None:
        rows = [*files, *more]
        self.texts = {str(row.get("path")): str(row.get("text") or "") for row in rows if row.get("text") is not None}
        self.files = Told(self.texts)

    @cached_property
    def limits(self) -> Limits:
        if not self.texts:
            silent = Unknown("the server's role may not read the cgroup's files")
            return Limits(silent, silent, silent)
        return detect(self.files)

    @cached_property
    def memory(self) -> Groups:
        return groups_of(self.files, "memory")

    # -- numbers out of files -----------------------------------------------------------------------------------

    def _own(self, groups: Groups, name: str) -> str | None:
        """A file of the server's own group."""
        return self.texts.get(str(groups.directories[0] / name)) if groups.directories else None

    def _number(self, groups: Groups, *names: str) -> int | None:
        for name in names:
            text = (self._own(groups, name) or "").strip()
            if re.fullmatch(r"\d{1,20}", text, re.ASCII) and int(text) < NO_LIMIT:
                return int(text)
        return None

    def _table(self, groups: Groups, name: str) -> dict[str, int]:
        """`oom_kill 3`, a line each."""
        lines = re.findall(r"^(\w+) (\d{1,20})$", self._own(groups, name) or "", re.MULTILINE)
        return {key: int(number) for key, number in lines}

    @property
    def _is_the_machine(self) -> bool:
        """The root group: version 2 has no memory.max there, version 1 no limit and no path. Its numbers are everybody's."""
        if self.memory.version == 2:
            return self._own(self.memory, "memory.max") is None
        own = re.search(r"^\d+:(?:\S*,)?memory(?:,\S*)?:(.*)$", self.texts.get("/proc/self/cgroup", ""), re.MULTILINE)
        return self.hard is None and own is not None and own[1] == "/"

    @cached_property
    def split(self) -> Split | None:
        """None also where the server is in no group of its own."""
        if self._is_the_machine:
            return None
        stat = self._table(self.memory, "memory.stat")
        if self.memory.version == 2 and {"anon", "shmem", "file"} <= stat.keys():
            parts = ("kernel_stack", "pagetables", "percpu", "slab", "sock", "vmalloc")
            kernel = stat.get("kernel", sum(stat.get(name, 0) for name in parts))
            kernel = max(0, kernel - stat.get("slab_reclaimable", 0))  # inodes and names of files: given back like page cache
            return Split(stat["anon"], stat["shmem"], kernel, max(0, stat["file"] - stat["shmem"]))
        total = {name: stat.get(f"total_{name}", stat.get(name)) for name in ("rss", "shmem", "cache")}
        rss, shmem, cache = total["rss"], total["shmem"], total["cache"]
        if rss is None or shmem is None or cache is None:
            return None
        return Split(rss, shmem, self._number(self.memory, "memory.kmem.usage_in_bytes") or 0, max(0, cache - shmem))

    @property
    def current(self) -> int | None:
        return self._number(self.memory, "memory.current", "memory.usage_in_bytes")

    @property
    def peak(self) -> int | None:
        """Since the container started; page cache included."""
        return self._number(self.memory, "memory.peak", "memory.max_usage_in_bytes")

    @property
    def high(self) -> int | None:
        return self._number(self.memory, "memory.high")

    @property
    def hard(self) -> int | None:
        return self._number(self.memory, "memory.max", "memory.limit_in_bytes")

    @property
    def oom_kills(self) -> int | None:
        name = "memory.events" if self.memory.version == 2 else "memory.oom_control"
        return self._table(self.memory, name).get("oom_kill")

    @property
    def oom_group(self) -> bool | None:
        number = self._number(self.memory, "memory.oom.group")
        return None if number is None else number == 1

    @property
    def swap_used(self) -> int | None:
        together, memory = self._number(self.memory, "memory.memsw.usage_in_bytes"), self.current
        if together is not None and memory is not None:
            return max(0, together - memory)
        return self._number(self.memory, "memory.swap.current")

    @property
    def swap_allowed(self) -> int | None:
        """Bytes beside the memory limit; None where it is unknown or unlimited (see swap_unlimited)."""
        together, limit = self._number(self.memory, "memory.memsw.limit_in_bytes"), self.hard
        if together is not None and limit is not None:
            return max(0, together - limit)
        return self._number(self.memory, "memory.swap.max")

    @property
    def swap_unlimited(self) -> bool:
        return (self._own(self.memory, "memory.swap.max") or "").strip() == "max"

    @property
    def machine(self) -> Mapping[str, int]:
        """/proc/meminfo: sizes in bytes, huge pages as numbers."""
        text = self.texts.get("/proc/meminfo", "")
        lines = re.findall(r"^(\w+):[ \t]*(\d{1,15})( kB)?$", text, re.MULTILINE)
        return {name: int(number) * (KB if unit else 1) for name, number, unit in lines}

    @cached_property
    def throttling(self) -> tuple[int, int] | None:
        """Periods in which the quota stopped the container, of all periods."""
        stat = self._table(groups_of(self.files, "cpu"), "cpu.stat")
        return (stat["nr_throttled"], stat["nr_periods"]) if {"nr_throttled", "nr_periods"} <= stat.keys() else None

    @cached_property
    def most_processes(self) -> int | None:
        """How many ran at once at most, since the container started."""
        return self._number(groups_of(self.files, "pids"), "pids.peak")

    def pressure(self, what: str = "memory") -> float | None:
        """Percent of the last minute in which some process waited for memory, cpu or io.

        None where /sys/fs/cgroup is not the server's own group: then the file is the machine's.
        """
        if self.memory.version != 2 or self.memory.directories[:1] != [PurePosixPath("/sys/fs/cgroup")]:
            return None
        match = re.search(r"^some .*avg60=(\d+\.\d+)", self.texts.get(f"/sys/fs/cgroup/{what}.pressure", ""), re.MULTILINE)
        return float(match[1]) if match else None

    # -- mounts and processes -------------------------------------------------------------------------------------

    @cached_property
    def mounts(self) -> tuple[Mount, ...]:
        found = []
        for line in self.texts.get("/proc/self/mountinfo", "").splitlines():
            left, _, right = line.partition(" - ")
            words, more = left.split(" "), right.split(" ")
            if len(words) > 5 and len(more) > 2:
                found.append(Mount(words[4], more[0], f"{words[5]},{more[2]}"))
        return tuple(found)

    @property
    def shm_size(self) -> Bytes | None:
        """Of /dev/shm; None also where it has no size of its own."""
        for mount in self.mounts:
            match = re.search(r"(?:^|,)size=(\d{1,15})([kmg]?)(?:,|$)", mount.options) if mount.point == "/dev/shm" else None  # noqa: S108  the mount
            if match:
                return Bytes(int(match[1]) * {"": 1, "k": KB, "m": KB**2, "g": KB**3}[match[2]])
        return None

    def mount_of(self, path: str) -> Mount | None:
        """The one that holds this path: the longest that begins it."""
        files = (one for one in self.mounts if not one.kind.startswith("cgroup"))
        found = [one for one in files if f"{path}/".startswith(one.point.rstrip("/") + "/")]
        return max(found, key=lambda one: len(one.point), default=None)

    @property
    def oom_score_adj(self) -> int | None:
        """The postmaster's."""
        for path, text in self.texts.items():
            if re.fullmatch(r"/proc/\d+/oom_score_adj", path) and re.fullmatch(r"-?\d{1,4}", text.strip()):
                return int(text)
        return None

    @property
    def seccomp(self) -> bool | None:
        """Whether system calls are filtered, as container runtimes do by default."""
        match = re.search(r"^Seccomp:\s*(\d)$", self.texts.get("/proc/self/status", ""), re.MULTILINE)
        return None if match is None else match[1] == "2"

    @property
    def memlock(self) -> int | None:
        """Bytes a process may lock; -1 without a bound."""
        match = re.search(r"^Max locked memory\s+(\d{1,20}|unlimited)", self.texts.get("/proc/self/limits", ""), re.MULTILINE)
        return None if match is None else -1 if match[1] == "unlimited" else int(match[1])

    @property
    def tightest(self) -> str:
        """The file the memory limit stands in; '' where there is none."""
        return self.limits.memory.where if isinstance(self.limits.memory, Known) else ""
