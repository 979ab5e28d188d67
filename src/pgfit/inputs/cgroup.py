"""The limits of the cgroup this process runs in: version 1, version 2, or both mounted side by side.

The memory that binds is the least of memory.max and memory.high (v2) or memory.limit_in_bytes (v1) over the own group
and all its ancestors that can be seen, and of the machine itself. The CPUs are the least quota over period on the
same way, and never more than the processors of the cpuset and of the machine. A limit that cannot be read may be the
tightest: then the answer is Unknown, with the reason. A file that is not there limits nothing.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol, TypeVar

from ..model import Known, Unknown
from ..units import Bytes, Cpus, human

__all__ = ["Files", "Groups", "Limits", "Tree", "detect", "groups_of", "host"]

MEMINFO = PurePosixPath("/proc/meminfo")
ONLINE = PurePosixPath("/sys/devices/system/cpu/online")

NO_LIMIT = 1 << 60
"""v1 writes 9223372036854771712 or 18446744073709551615 where there is no limit; nobody has an exabyte."""
NO_LIMIT_32_BIT = (2**31 - 1) * 4096
"""What a 32-bit kernel writes there."""

T = TypeVar("T", Bytes, Cpus)


class Limits(NamedTuple):
    memory: Known[Bytes] | Unknown
    cpus: Known[Cpus] | Unknown
    host_huge_pages: Known[bool] | Unknown


class Files(Protocol):
    """Where the files are read: this process' own file system, or what a server told of its own."""

    def read(self, path: PurePosixPath) -> str | Unknown | None:
        """What the file says; None where there is no such file, which may happen to all of them."""

    def is_directory(self, path: PurePosixPath) -> bool: ...


class Tree(NamedTuple):
    """The file system below `root`, which is another one than / only in tests."""

    root: Path

    def read(self, path: PurePosixPath) -> str | Unknown | None:
        try:
            return (self.root / str(path).lstrip("/")).read_text(encoding="utf-8", errors="replace").strip()
        except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: no file can have this path
            return None
        except OSError as error:
            return Unknown(f"{path} cannot be read: {error.strerror}")

    def is_directory(self, path: PurePosixPath) -> bool:
        return os.path.isdir(self.root / str(path).lstrip("/"))  # noqa: PTH112  Path.is_dir raises where it must not look


HERE = Tree(Path("/"))


def detect(files: Files = HERE) -> Limits:
    """The limits of this process, or of the one whose files these are."""
    machine = host(files)
    return Limits(_memory(files, machine.memory), _cpus(files), machine.host_huge_pages)


def host(files: Files = HERE) -> Limits:
    """The whole machine: only for those who ask for it."""
    lines = re.findall(r"^(\w+):[ \t]*([0-9]{1,15})( kB)?$", _text(files, MEMINFO), re.MULTILINE)
    sizes = {name: int(number) * (1024 if unit else 1) for name, number, unit in lines}
    total, huge_pages = sizes.get("MemTotal"), sizes.get("HugePages_Total")
    silent = Unknown(f"{MEMINFO} does not say, or cannot be read")
    return Limits(
        Known(Bytes(total), f"{MEMINFO} MemTotal") if total else silent,
        _least([*_limit(files, _count, ONLINE)], f"{ONLINE} does not say"),
        silent if huge_pages is None else Known(huge_pages > 0, f"{MEMINFO} HugePages_Total"),
    )


# -- files ------------------------------------------------------------------------------------------------------


def _text(files: Files, path: PurePosixPath) -> str:
    text = files.read(path)
    return text if isinstance(text, str) else ""


def _limit(
    files: Files, meaning: Callable[[str], T | None], path: PurePosixPath, *more: PurePosixPath
) -> Iterator[Known[T] | Unknown]:
    """What `path` says, completed by `more`: a number, None for no limit, 0 for nonsense. Nothing if it is missing."""
    text = files.read(path)
    if isinstance(text, Unknown):
        yield text
    elif text is not None:
        text = " ".join([text, *(_text(files, one) for one in more)])
        value = meaning(text)
        if value is not None:
            strange = f"{path} says {text[:40]!a}" if text else f"{path} is empty"
            yield Known(value, str(path)) if value > 0 else Unknown(strange)


def _least(found: list[Known[T] | Unknown], otherwise: str) -> Known[T] | Unknown:
    """The tightest, and the first of equals; Unknown if one of them is, or if there is none."""
    known = [limit for limit in found if isinstance(limit, Known)]
    unknown = [limit for limit in found if isinstance(limit, Unknown)]
    return unknown[0] if unknown else min(known, key=lambda limit: limit.value, default=Unknown(otherwise))


# -- where the groups are ---------------------------------------------------------------------------------------


class _Mount(NamedTuple):
    point: PurePosixPath
    """Where it is mounted."""
    top: PurePosixPath
    """Which group is mounted there; in a container without a cgroup namespace not the root."""
    controllers: frozenset[str]
    """Of v1; empty for v2."""


class Groups(NamedTuple):
    """Of one controller: the own group's directory and those above it, as far up as the mounts show them."""

    version: int
    directories: list[PurePosixPath]
    why_none: str


def _mounts(files: Files) -> list[_Mount]:
    mounts: dict[PurePosixPath, _Mount] = {}  # of two mounts at one place the later hides the earlier
    for line in _text(files, PurePosixPath("/proc/self/mountinfo")).split("\n"):
        left, _, right = line.partition(" - ")
        match left.split(" "), right.split(" "):
            case [_, _, _, top, point, *_], [("cgroup" | "cgroup2") as kind, _, options, *_]:
                controllers = frozenset(options.split(",") if kind == "cgroup" else ())
                mounts[_unescaped(point)] = _Mount(_unescaped(point), _unescaped(top), controllers)
    if mounts:
        return list(mounts.values())
    # mountinfo is hidden: the places every distribution and container runtime uses
    base, root_group = PurePosixPath("/sys/fs/cgroup"), PurePosixPath("/")
    usual = [_Mount(base / name, root_group, frozenset({name})) for name in ("memory", "cpu", "cpuset")]
    usual.append(_Mount(base, root_group, frozenset()))
    return [mount for mount in usual if files.is_directory(mount.point)]


def _unescaped(path: str) -> PurePosixPath:
    r"""Mountinfo writes a space as \040 and a backslash as \134, of which systemd's names have many."""
    return PurePosixPath(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), path))


def _own_group(files: Files, controller: str) -> PurePosixPath:
    """`4:memory:/docker/ab12` in v1; `0::/` in v2, whose controller is ''."""
    lines = re.findall(r"^[0-9]+:([^:\n]*):(/.*)$", _text(files, PurePosixPath("/proc/self/cgroup")), re.MULTILINE)
    return PurePosixPath(next((path for names, path in lines if controller in names.split(",")), "/"))


def groups_of(files: Files, controller: str) -> Groups:
    """A controller belongs to v1 or to v2, never to both.

    Where no mount shows the own group, the tops of the mounts stand for it: in a container its own group is what is
    mounted. Only a mount that starts above the own namespace (`/..`) does not say which of its groups is the own.
    """
    mounts = _mounts(files)
    v1 = [mount for mount in mounts if controller in mount.controllers]
    own = _own_group(files, controller if v1 else "")
    shown, tops, why_none = [], [], f"no cgroup with the {controller} controller is mounted here"
    for mount in v1 or [mount for mount in mounts if not mount.controllers]:
        below = own.parts[len(mount.top.parts) :]
        if own.is_relative_to(mount.top) and ".." not in below and files.is_directory(mount.point.joinpath(*below)):
            shown += [mount.point.joinpath(*below[:depth]) for depth in range(len(below), -1, -1)]
        elif ".." not in mount.top.parts:
            tops.append(mount.point)
        else:
            why_none = f"{mount.point} shows {mount.top}, from where the own cgroup cannot be found"
    return Groups(1 if v1 else 2, shown or tops, why_none)


# -- what they say ----------------------------------------------------------------------------------------------


def _memory(files: Files, machine: Known[Bytes] | Unknown) -> Known[Bytes] | Unknown:
    groups = groups_of(files, "memory")
    names = ("memory.limit_in_bytes",) if groups.version == 1 else ("memory.max", "memory.high")
    found = [one for group in groups.directories for name in names for one in _limit(files, _bytes, group / name)]
    if groups.version == 1:
        found += [one for group in groups.directories[:1] for one in _hidden_limit(files, group / "memory.stat")]
    limit = _least(found, _why_no_limit(files, groups))
    if isinstance(limit, Known) and isinstance(machine, Known) and limit.value > machine.value:
        has = f"the machine has {human(machine.value)}, less than the limit of {human(limit.value)}"
        return Known(machine.value, f"{MEMINFO}: {has}")
    return limit


def _hidden_limit(files: Files, path: PurePosixPath) -> Iterator[Known[Bytes]]:
    """v1 also tells the least limit of all ancestors, those above the mount's top included."""
    for size in map(_bytes, re.findall(r"^hierarchical_memory_limit ([0-9]+)$", _text(files, path), re.MULTILINE)):
        if size:
            yield Known(size, f"{path} hierarchical_memory_limit")


def _why_no_limit(files: Files, groups: Groups) -> str:
    """memory.max is missing in the root group, which is normal, or because the controller is off."""
    if not groups.directories:
        return groups.why_none
    controllers = files.read(groups.directories[-1] / "cgroup.controllers")
    if groups.version == 1 or not isinstance(controllers, str) or "memory" in controllers.split():
        return "no cgroup limits memory here"
    why = "the kernel was started without it (on a Raspberry Pi: cgroup_enable=memory in cmdline.txt) or withholds it"
    return f"{groups.directories[-1]} has no memory controller: {why}"


def _cpus(files: Files) -> Known[Cpus] | Unknown:
    quotas, sets = groups_of(files, "cpu"), groups_of(files, "cpuset")
    names = ("cpu.max",) if quotas.version == 2 else ("cpu.cfs_quota_us", "cpu.cfs_period_us")
    found = [one for group in quotas.directories for one in _limit(files, _quota, *(group / name for name in names))]
    found += _limit(files, _count, ONLINE)
    lists = ("cpuset.cpus.effective",) if sets.version == 2 else ("cpuset.effective_cpus", "cpuset.cpus")
    found += [one for group in sets.directories for name in lists for one in _limit(files, _count, group / name)]
    return _least(found, "no CPU quota, and the number of processors cannot be read")


def _number(text: str) -> int:
    """0 for anything that is not a number of some 64 bits."""
    return int(text) if re.fullmatch(r"[0-9]{1,20}", text) else 0


def _bytes(text: str) -> Bytes | None:
    size = _number(text)
    return None if text in {"max", "-1"} or size >= NO_LIMIT or size == NO_LIMIT_32_BIT else Bytes(size)


def _quota(text: str) -> Cpus | None:
    """`50000 100000`: quota and period."""
    quota, _, period = text.partition(" ")
    if quota in {"max", "-1"}:
        return None
    return _number(quota) / _number(period) if _number(period) else 0.0


def _count(text: str) -> Cpus | None:
    """How many processors `0-3,7,9-10` names. An empty cpuset is one not filled in: its parent's holds."""
    if not text:
        return None
    ranges = [re.fullmatch(r"([0-9]{1,5})(?:-([0-9]{1,5}))?", one) for one in text.split(",")]
    counts = [int(one[2] or one[1]) - int(one[1]) + 1 if one else 0 for one in ranges]
    return float(sum(counts)) if min(counts) > 0 else 0.0
