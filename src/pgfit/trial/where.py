"""Where on this machine a trial can take place; a refusal, with all that is missing, where it cannot."""

import os
import shutil
from pathlib import Path
from typing import NamedTuple

from ..errors import PgfitError
from ..units import GB, MB, Bytes, human
from . import cgroup
from .cgroup import Group
from .local import Local
from .place import Limits, NoPlace
from .programs import Programs
from .workloads import BYTES_PER_SCALE

__all__ = ["Wanted", "find_place"]

COPIES = 3
"""Of the data: what was loaded, and one for each configuration."""
WAL_ROOM = 3 * GB
"""Three servers with the default max_wal_size of 1 GB each."""
ELSEWHERE = "run it as root, or in a virtual machine of your own (a CI runner is one)"
IN_MEMORY = ("tmpfs", "ramfs")


class Wanted(NamedTuple):
    limits: Limits
    scale: int
    directory: Path


def find_place(programs: Programs, wanted: Wanted) -> Local:
    """Raises NoPlace where no limit can be set, PgfitError where the directory will not do."""
    why = cgroup.unavailable(wanted.limits)
    if why and wanted.limits.iops and not cgroup.unavailable(wanted.limits._replace(iops=None)):
        raise NoPlace(f"the disk cannot be slowed here: {why}", hint="leave out --iops", place="--iops")
    if why:
        hint = f"a trial without a limit proves nothing: {ELSEWHERE}"
        raise NoPlace(f"no memory limit can be set on this machine: {why}", hint=hint)
    if wanted.limits.memory > _machine():
        message = f"{human(wanted.limits.memory)} is more than this machine has: {human(_machine())}"
        raise NoPlace(message, hint="a smaller --memory", place="--memory")
    device = _check_directory(wanted)
    kind = "cgroup v1" if (cgroup.ROOT / "memory").is_dir() else "cgroup v2"
    return Local(programs, lambda name, limits: Group(name, limits, device), kind, wanted.directory)


def _check_directory(wanted: Wanted) -> str:
    """The disk's number, where it has one."""
    directory, place = wanted.directory, "--directory"
    if not directory.is_dir():
        raise PgfitError(f"{directory} is no directory", place=place)
    if not os.access(directory, os.W_OK | os.X_OK):
        raise PgfitError(f"{directory} may not be written by this user", place=place)
    if _kind_of(directory) in IN_MEMORY:
        hint = "its files would count as the server's memory; --directory /var/tmp"
        raise PgfitError(f"{directory} is in memory, not on a disk", hint=hint, place=place)
    need, free = COPIES * wanted.scale * BYTES_PER_SCALE + WAL_ROOM, shutil.disk_usage(directory).free
    if free < need:
        hint = f"--directory on another disk, or less data: --scale {max(1, wanted.scale // 4)}"
        raise PgfitError(f"{directory} has {human(free)} free; the trial needs {human(need)}", hint=hint, place=place)
    device = cgroup.device_of(directory)
    if wanted.limits.iops and not device:
        raise PgfitError(f"{directory} is on no disk that can be slowed", hint="leave out --iops", place=place)
    return device


def _kind_of(directory: Path) -> str:
    """The file system's type, by the longest mount point above it."""
    path, best = str(directory.resolve()), ("", "")
    for line in Path("/proc/mounts").read_text().splitlines():
        _, point, kind, *_ = line.split()
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best[0]):
            best = (point, kind)
    return best[1]


def _machine() -> Bytes:
    """MemTotal."""
    return Bytes(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MB * MB)
