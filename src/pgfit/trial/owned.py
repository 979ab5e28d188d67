"""Whose the things of a trial are: each carries its owner in its name, so that the next trial can remove what the dead left.

Process ids mean something in one pid namespace of one machine only: the name says which.
"""

import contextlib
import os
import platform
import re
import signal
import time
import zlib
from pathlib import Path

__all__ = ["PREFIX", "abandoned", "gone", "kill", "own_name", "runs"]

PREFIX = "pgfit-trial-"


def own_name(what: str = "") -> str:
    """The name of something that this process makes; with nothing, how all of them begin."""
    return f"{PREFIX}{os.getpid()}-{_here()}-{what}"


def abandoned(name: str) -> bool:
    """Whether its owner is known to be dead. What another machine, or another pid namespace, has made is not ours to judge."""
    found = re.match(rf"{PREFIX}([1-9]\d{{0,8}})-{_here()}-", name)
    return found is not None and not _exists(int(found[1]))


def _here() -> str:
    """The machine and the pid namespace, short enough for a socket's path."""
    place = f"{platform.node()} {Path('/proc/self/ns/pid').readlink()}"
    return f"{zlib.crc32(place.encode()):08x}"


def _exists(pid: int) -> bool:
    """Asked of the kernel: /proc may hide the processes of others."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def kill(pid: int, how: signal.Signals = signal.SIGKILL) -> None:
    """Never our own group, which is what 0 means here: cgroup.procs has it for a process of another pid namespace."""
    if pid > 0:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # where nobody reaps, the dead stay listed


def gone(pid: int, seconds: float) -> bool:
    """Whether it ends within this time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not runs(pid):
            return True
        time.sleep(0.05)
    return not runs(pid)
