"""A volume with a latency, as the benchmarks use it: every request waits, and nothing of it stays."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from real_server import installed
from trying import left_behind, limited
from volume import NoVolume, unavailable, volume

FACTORS = Path(__file__).parent.parent.parent / "benchmarks" / "factors.py"
READS, LATENCY = 20, 5
"""Of them, and milliseconds."""


mountable = pytest.mark.skipif(bool(unavailable()), reason=unavailable())


def mounts(directory: Path) -> list[str]:
    return [line for line in Path("/proc/mounts").read_text().splitlines() if str(directory) in line]


@mountable
def test_every_read_and_write_of_the_volume_waits(disk: Path) -> None:
    with volume(disk, LATENCY) as root:
        path = root / "file"
        path.write_bytes(os.urandom(READS * 4096))
        began = time.monotonic()
        with path.open("rb") as file:
            os.fsync(file.fileno())
            assert time.monotonic() - began >= LATENCY / 1000
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
            began = time.monotonic()
            for number in range(READS):
                os.pread(file.fileno(), 4096, number * 4096)
        assert time.monotonic() - began >= READS * LATENCY / 1000
        assert mounts(disk)
    assert not mounts(disk)
    assert not list(disk.iterdir())


@mountable
def test_a_volume_that_fails_halfway_leaves_nothing(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "PATH", f"{disk / 'bin'}:{os.environ['PATH']}")
    (disk / "bin").mkdir()
    (disk / "bin/losetup").write_text("#!/bin/sh\necho no loop device is free >&2\nexit 1\n")
    (disk / "bin/losetup").chmod(0o755)
    with pytest.raises(NoVolume, match="losetup: no loop device is free"), volume(disk, LATENCY):
        raise AssertionError
    assert not mounts(disk)
    assert [one.name for one in disk.iterdir()] == ["bin"]


def test_what_a_volume_needs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "PATH", str(tmp_path))
    with pytest.raises(NoVolume, match=r"nbdkit \(Debian: nbdkit\), nbdfuse \(Debian: libnbd-bin\)"), volume(tmp_path, LATENCY):
        raise AssertionError


@limited
@pytest.mark.skipif(os.getuid() != 0, reason="benchmarks bound the disk: only root may")
@pytest.mark.parametrize("latency", [0, pytest.param(1, marks=mountable)])
def test_a_benchmark_that_is_terminated_leaves_nothing(disk: Path, latency: int) -> None:
    command = [sys.executable, str(FACTORS), "--memory", "128M", "--postgres", str(max(installed())), "--workload", "reads"]
    command += ["--group", "none", "--rounds", "50", "--seconds", "1", "--directory", str(disk), "--latency", str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("1 reads")
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    assert not left_behind(disk, process.pid)
    assert not mounts(disk)
    assert not list(disk.iterdir())
