"""The disk of a benchmark, as common disks are: the kernel reads ahead by its own default."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pgfit.trial.disk import read_ahead_file, read_ahead_of
from pgfit.units import KB

__all__ = ["READ_AHEAD", "read_ahead", "read_ahead_kb"]

READ_AHEAD = 128
"""Kilobytes: Linux's default, and so what most volumes have."""


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
