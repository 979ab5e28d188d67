"""How far the kernel reads a disk ahead, which decides what the page cache is worth to single rows."""

from pathlib import Path

from ..units import KB, MB, Bytes, human
from .cgroup import device_of

__all__ = ["FAR", "note_on", "read_ahead_file", "read_ahead_of"]

FAR = Bytes(1 * MB)
"""From here on a trial says so. With 1 GB of memory and 128 MB of shared_buffers, single rows from data of 1.5 GB took 1.1 reads
of the disk each at 8 MB, and 0.66 at Linux's default of 128 kB (docs/memory-model.md, section 5).
"""
BLOCK = Path("/sys/dev/block")


def read_ahead_file(directory: Path) -> Path | None:
    """The kernel's file for the disk below a directory, in kilobytes; None where there is no such disk, or no directory."""
    try:
        device = device_of(directory)
    except OSError:
        return None
    path = BLOCK / device / "queue/read_ahead_kb"
    return path if device and path.exists() else None


def read_ahead_of(directory: Path) -> Bytes | None:
    """None where it cannot be told."""
    path = read_ahead_file(directory)
    try:
        return Bytes(int(path.read_text()) * KB) if path else None
    except (OSError, ValueError):
        return None


def note_on(directory: Path) -> str:
    """For whoever reads the figures of a trial whose data lie there; '' if there is nothing to say."""
    ahead = read_ahead_of(directory)
    if ahead is None or ahead < FAR:
        return ""
    return f"this disk is read ahead by {human(ahead)}, not by Linux's usual 128 kB: large shared_buffers gain more from that"
