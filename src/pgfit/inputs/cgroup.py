"""The limits of the cgroup this process runs in: version 1, version 2, or both mounted side by side.

The memory that binds is the least of memory.max and memory.high (v2) or memory.limit_in_bytes (v1) over the own group
and all its ancestors that can be seen, and of the machine itself. The CPUs are the least quota over period on the
same way, and never more than the processors of the cpuset. What cannot be read is Unknown, with the reason.
"""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from ..model import Known, Unknown
from ..units import Bytes, Cpus, human

__all__ = ["Limits", "detect", "host"]

NO_LIMIT = 1 << 60
"""v1 writes 9223372036854771712 (or what a 32-bit page counter holds) where there is no limit; nobody has an exabyte."""


class Limits(NamedTuple):
    memory: Known[Bytes] | Unknown
    cpus: Known[Cpus] | Unknown
    host_huge_pages: Known[bool] | Unknown


def detect(root: Path = Path("/")) -> Limits:
    """The limits of this process, read under `root` (another one only in tests)."""
    mounts = _mounts(root)
    own = _own_groups(root)
    total = _meminfo(root).get("MemTotal")
    groups = list(_memory_groups(root, mounts, own))
    found = [limit for group in groups for limit in _memory_limits(group)]
    readable = [limit for limit in found if isinstance(limit, Known)]
    memory: Known[Bytes] | Unknown
    if readable:
        memory = min(readable, key=lambda limit: limit.value)
        if total and memory.value > total:
            where = f"/proc/meminfo: the machine has {human(total)}, less than the limit of {human(memory.value)}"
            memory = Known(Bytes(total), where)
        else:
            memory = Known(memory.value, _visible(root, memory.where))
    else:
        why = next((limit.why for limit in found if isinstance(limit, Unknown)), "no cgroup limits memory here")
        memory = Unknown(_visible(root, why))
    return Limits(memory, _cpus(root, mounts, own), _huge_pages(root))


def host(root: Path = Path("/")) -> Limits:
    """The whole machine: only for those who ask for it."""
    total = _meminfo(root).get("MemTotal")
    memory = Known(Bytes(total), "/proc/meminfo MemTotal") if total else Unknown("/proc/meminfo cannot be read")
    return Limits(memory, Known(float(_processors()), "the machine's processors"), _huge_pages(root))


def _processors() -> int:
    return os.cpu_count() or 1


def _visible(root: Path, text: str) -> str:
    return text.replace(str(root).rstrip("/"), "", 1) if str(root) != "/" else text


def _read(path: Path) -> str | Unknown:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return Unknown("")
    except OSError as error:
        return Unknown(f"{path} cannot be read: {error.strerror}")


def _meminfo(root: Path) -> dict[str, int]:
    """Sizes in bytes, counts (HugePages_Total) as they are."""
    text = _read(root / "proc/meminfo")
    found: dict[str, int] = {}
    for line in "" if isinstance(text, Unknown) else text.splitlines():
        name, _, rest = line.partition(":")
        words = rest.split()
        if words and words[0].isdigit():
            found[name] = int(words[0]) * (1024 if words[-1] == "kB" else 1)
    return found


def _huge_pages(root: Path) -> Known[bool] | Unknown:
    total = _meminfo(root).get("HugePages_Total")
    return Unknown("/proc/meminfo does not say") if total is None else Known(total > 0, "/proc/meminfo HugePages_Total")


# -- where the groups are ---------------------------------------------------------------------------------------


class _Mount(NamedTuple):
    point: Path
    """Where it is mounted."""
    top: PurePosixPath
    """Which group is mounted there; in a container without a cgroup namespace not the root."""
    controllers: frozenset[str]
    """Of v1; empty for v2."""
    version: int


def _mounts(root: Path) -> list[_Mount]:
    text = _read(root / "proc/self/mountinfo")
    mounts = []
    for line in "" if isinstance(text, Unknown) else text.splitlines():
        left, _, right = line.partition(" - ")
        fields, kinds = left.split(), right.split()
        if len(fields) < 5 or not kinds or kinds[0] not in {"cgroup", "cgroup2"}:
            continue
        point = root / fields[4].replace("\\040", " ").lstrip("/")
        options = frozenset(kinds[2].split(",")) if len(kinds) > 2 and kinds[0] == "cgroup" else frozenset[str]()
        mounts.append(_Mount(point, PurePosixPath(fields[3]), options, 1 if kinds[0] == "cgroup" else 2))
    if not mounts:  # mountinfo hidden: the places every distribution and container runtime uses
        base = root / "sys/fs/cgroup"
        mounts = [_Mount(base / name, PurePosixPath("/"), frozenset({name}), 1) for name in ("memory", "cpu", "cpuset")]
        mounts.append(_Mount(base, PurePosixPath("/"), frozenset(), 2))
    return mounts


def _own_groups(root: Path) -> dict[str, PurePosixPath]:
    """Controller -> the own group; '' is version 2's."""
    text = _read(root / "proc/self/cgroup")
    own = {}
    for line in "" if isinstance(text, Unknown) else text.splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        for name in controllers.split(",") if controllers else [""]:
            own[name] = PurePosixPath(path or "/")
    return own


def _chain(mount: _Mount, own: PurePosixPath) -> Iterator[Path]:
    """The own group's directory and those above it, as far up as the mount shows."""
    try:
        inside = own.relative_to(mount.top)
    except ValueError:  # a cgroup namespace shows `/..` or another view: the mount's top is the own group
        inside = PurePosixPath()
    if ".." in inside.parts:
        inside = PurePosixPath()
    parts = [part for part in inside.parts if part != "/"]
    for depth in range(len(parts), -1, -1):
        directory = mount.point.joinpath(*parts[:depth])
        if directory.is_dir():
            yield directory


def _groups(mounts: list[_Mount], own: dict[str, PurePosixPath], controller: str) -> Iterator[tuple[int, Path]]:
    for mount in mounts:
        if mount.version == 2:
            path = own.get("", PurePosixPath("/"))
        elif controller in mount.controllers:
            path = own.get(controller, PurePosixPath("/"))
        else:
            continue
        for directory in _chain(mount, path):
            yield mount.version, directory


def _memory_groups(root: Path, mounts: list[_Mount], own: dict[str, PurePosixPath]) -> Iterator[tuple[int, Path]]:
    del root
    yield from _groups(mounts, own, "memory")


# -- what they say ----------------------------------------------------------------------------------------------


def _memory_limits(group: tuple[int, Path]) -> Iterator[Known[Bytes] | Unknown]:
    version, directory = group
    names = ("memory.max", "memory.high") if version == 2 else ("memory.limit_in_bytes",)
    for name in names:
        path = directory / name
        text = _read(path)
        if isinstance(text, Unknown):
            if text.why:
                yield text
            elif version == 2 and name == "memory.max":
                off = _controller_off(directory)
                if off is not None:
                    yield off
        elif text.isascii() and text.isdigit() and 0 < int(text) < NO_LIMIT:
            yield Known(Bytes(int(text)), str(path))
        elif text not in {"max", "-1"} and not text.isdigit():
            yield Unknown(f"{path} is empty" if not text else f"{path} says {text[:40]!r}")


def _controller_off(directory: Path) -> Unknown | None:
    """memory.max is missing in the root group, which is normal, or because the memory controller is off."""
    controllers = _read(directory / "cgroup.controllers")
    if isinstance(controllers, str) and "memory" not in controllers.split() and "cpu" in controllers.split():
        hint = "the kernel was started without it (on a Raspberry Pi: cgroup_enable=memory in cmdline.txt)"
        return Unknown(f"{directory} has no memory controller: {hint}")
    return None


def _cpus(root: Path, mounts: list[_Mount], own: dict[str, PurePosixPath]) -> Known[Cpus] | Unknown:
    found = [limit for group in _groups(mounts, own, "cpu") for limit in _quota(*group)]
    found += [limit for group in _groups(mounts, own, "cpuset") for limit in _cpuset(*group)]
    if found:
        best = min(found, key=lambda limit: limit.value)
        processors = _processors() if root == Path("/") else best.value
        if best.value <= processors:
            return Known(best.value, _visible(root, best.where))
    if root == Path("/"):
        return Known(float(_processors()), "no CPU quota: the machine's processors")
    return Unknown("no CPU quota")


def _quota(version: int, directory: Path) -> Iterator[Known[Cpus]]:
    if version == 2:
        path = directory / "cpu.max"
        words = str(_read(path)).split() if isinstance(_read(path), str) else []
        quota, period = (words[0], words[1] if len(words) > 1 else "100000") if words else ("", "")
    else:
        path = directory / "cpu.cfs_quota_us"
        quota, period = _text(path), _text(directory / "cpu.cfs_period_us")
    if quota.isdigit() and period.isdigit() and int(quota) > 0 and int(period) > 0:
        yield Known(int(quota) / int(period), str(path))


def _text(path: Path) -> str:
    text = _read(path)
    return text if isinstance(text, str) else ""


def _cpuset(version: int, directory: Path) -> Iterator[Known[Cpus]]:
    for name in ("cpuset.cpus.effective",) if version == 2 else ("cpuset.effective_cpus", "cpuset.cpus"):
        count = _count(_text(directory / name))
        if count:
            yield Known(float(count), str(directory / name))
            return


def _count(ranges: str) -> int:
    """How many processors `0-3,7,9-10` names; 0 for anything else."""
    count = 0
    for one in ranges.split(",") if ranges else []:
        first, _, last = one.strip().partition("-")
        if not first.isdigit() or (last and not last.isdigit()):
            return 0
        count += int(last or first) - int(first) + 1
    return count
