"""A volume with a latency: every read and write of it waits, as on a cloud's, and only so many wait at once.

    with volume(Path("/var/tmp"), latency=1) as directory: …

`--iops` bounds what the processes of a cgroup ask for by themselves: on version 1 the kernel's own writeback passes by it, and
a read below the bound does not wait at all. Here the device itself is slow, to whoever asks. It is an ext4 in a sparse file,
served by nbdkit with its delay filter, made a file again by nbdfuse, and a disk by a loop device.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

__all__ = ["AT_ONCE", "NoVolume", "unavailable", "volume"]

AT_ONCE = 4
"""Requests that the volume works on at a time. With 1 ms each: 760 reads of 8 kB a second one after the other, 2330 with four
waiting, 3770 with 32, which the layers between merge (fio, libaio, direct).
"""
SIZE = 64 * 1024**3
"""Of the sparse file: it takes what is written."""
PROGRAMS = {"nbdkit": "nbdkit", "nbdfuse": "libnbd-bin", "losetup": "mount", "mkfs.ext4": "e2fsprogs"}
"""And the Debian packages that have them."""
DEVICES = ("/dev/fuse", "/dev/loop-control")
PATIENCE = 10.0
"""Seconds for a layer to appear, or to go."""


class NoVolume(SystemExit):
    """Says what is missing."""


def unavailable() -> str:
    """Why no volume can be made here; '' if one can."""
    missing = [f"{name} (Debian: {package})" for name, package in PROGRAMS.items() if not shutil.which(name)]
    missing += [path for path in DEVICES if not Path(path).exists()]
    if missing:
        return f"a volume with a latency needs {', '.join(missing)}"
    return "a volume with a latency is mounted: only root may" if os.getuid() else ""


@contextmanager
def volume(directory: Path, latency: int) -> Iterator[Path]:
    """The root of a new, empty volume whose data lie in `directory`; `latency` in milliseconds. Nothing of it stays.

    Raises NoVolume: why it is unavailable, or a layer that does not come up.
    """
    if why := unavailable():
        raise NoVolume(why)
    with ExitStack() as layers:
        own = Path(layers.enter_context(tempfile.TemporaryDirectory(prefix="pgfit-volume-", dir=directory)))
        own.chmod(0o755)  # the server is an ordinary user's
        image, socket, slow, root = (own / name for name in ("image", "socket", "slow", "root"))
        image.touch()
        log = layers.enter_context((own / "log").open("wb"))
        os.truncate(image, SIZE)
        _run("mkfs.ext4", "-q", "-F", "-E", "nodiscard,lazy_itable_init=1,lazy_journal_init=1", str(image))
        delay = [f"rdelay={latency}ms", f"wdelay={latency}ms"]
        _serve(layers, ["nbdkit", "-f", "-U", str(socket), "-t", str(AT_ONCE), "--filter=delay", "file", str(image), *delay], log)
        _until(socket.exists, "nbdkit", own / "log")
        slow.touch()
        _serve(layers, ["nbdfuse", "-C", str(AT_ONCE), str(slow), "--unix", str(socket)], log)
        layers.callback(_gone, "umount", str(slow))
        _until(lambda: slow.stat().st_size == SIZE, "nbdfuse", own / "log")
        device = _run("losetup", "--direct-io=on", "-f", "--show", str(slow))
        layers.callback(_gone, "losetup", "-d", device)
        root.mkdir()
        _run("mount", "-o", "noinit_itable", device, str(root))
        layers.callback(_gone, "umount", str(root))
        yield root


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoVolume(f"{command[0]}: {done.stderr.strip() or done.returncode}")
    return done.stdout.strip()


def _serve(layers: ExitStack, command: list[str], log: BinaryIO) -> None:
    """Not in the terminal's process group: what ctrl-C ends first must be the server on it, not the volume below."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    layers.callback(process.wait)
    layers.callback(process.terminate)


def _until(there: Callable[[], bool], name: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not there():
        if time.monotonic() > end:
            raise NoVolume(f"{name} does not come up: {log.read_text().strip()}")
        time.sleep(0.05)


def _gone(*command: str) -> None:
    """Tried again while something is still busy with it."""
    end = time.monotonic() + PATIENCE
    while subprocess.run(command, capture_output=True, check=False).returncode and time.monotonic() < end:
        time.sleep(0.2)
