"""The disk of a benchmark: as common disks are, which the kernel reads ahead by its own default, and as slow as is asked."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from pgfit.trial.disk import read_ahead_file, read_ahead_of
from pgfit.units import KB
from volume import volume

__all__ = [
    "READ_AHEAD",
    "Disk",
    "described",
    "disk_of",
    "disk_options",
    "prepared",
    "read_ahead",
    "read_ahead_kb",
]

READ_AHEAD = 128
"""Kilobytes: Linux's default, and so what most volumes have."""


class Disk(NamedTuple):
    directory: Path
    read_ahead: int = READ_AHEAD
    """Kilobytes; 0 leaves it alone."""
    iops: int | None = 3000
    """What the cgroup is bound to."""
    latency: int = 0
    """Milliseconds that every request waits, on a volume made for it."""


def disk_options(parser: argparse.ArgumentParser) -> None:
    """What `disk_of` reads."""
    parser.add_argument("--read-ahead", type=int, default=READ_AHEAD, help="kB; 0 leaves the disk alone")
    parser.add_argument("--iops", type=int, default=3000, help="that the cgroup is bound to; 0: no bound")
    parser.add_argument("--latency", type=int, default=0, help="ms for each request, on a volume made for it, instead of --iops")
    parser.add_argument("--directory", type=Path, default=Path("/var/tmp"))  # noqa: S108  a directory of its own is made there


def disk_of(given: argparse.Namespace) -> Disk:
    """A volume that is slow by itself needs no bound."""
    return Disk(given.directory, given.read_ahead, None if given.latency else given.iops or None, given.latency)


def described(disk: Disk) -> dict[str, Any]:
    """For the stored results."""
    return {"read_ahead_kb": disk.read_ahead, "iops": disk.iops, "latency_ms": disk.latency}


@contextmanager
def prepared(disk: Disk) -> Iterator[Path]:
    """A directory on it; everything is as before afterwards. Raises OSError, and what `volume` does."""
    there = volume(disk.directory, disk.latency) if disk.latency else nullcontext(disk.directory)
    with there as directory, read_ahead(directory, disk.read_ahead):
        yield directory


def read_ahead_kb(directory: Path) -> int:
    """0 where it cannot be told."""
    return (read_ahead_of(directory) or 0) // KB


@contextmanager
def read_ahead(directory: Path, kilobytes: int) -> Iterator[None]:
    """Set for the disk below a directory, and set back afterwards; 0 leaves it alone. Raises OSError."""
    path, before = read_ahead_file(directory), read_ahead_kb(directory)
    if not path or not kilobytes or before == kilobytes:
        yield
        return
    path.write_text(str(kilobytes))
    try:
        yield
    finally:
        path.write_text(str(before))
