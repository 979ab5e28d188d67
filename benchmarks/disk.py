"""The disk of a benchmark, as common disks are: the kernel reads ahead by its own default."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pgfit.trial.cgroup import device_of

__all__ = ["READ_AHEAD", "read_ahead", "read_ahead_of"]

READ_AHEAD = 128
"""Kilobytes: Linux's default, and so what most volumes have. A machine that is tuned for throughput may have megabytes, and
then the page cache keeps files in large folios, which random reads fill it with: it is worth far less then.
"""


def _file(directory: Path) -> Path:
    return Path("/sys/dev/block", device_of(directory), "queue/read_ahead_kb")


def read_ahead_of(directory: Path) -> int:
    """Kilobytes; 0 where it cannot be told."""
    try:
        return int(_file(directory).read_text())
    except (OSError, ValueError):
        return 0


@contextmanager
def read_ahead(directory: Path, kilobytes: int) -> Iterator[None]:
    """Set for the disk below a directory, and set back afterwards; 0 leaves it alone. Raises OSError."""
    before = read_ahead_of(directory)
    if kilobytes and before != kilobytes:
        _file(directory).write_text(str(kilobytes))
    try:
        yield
    finally:
        if kilobytes and before:
            _file(directory).write_text(str(before))
