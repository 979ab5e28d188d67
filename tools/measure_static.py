"""The static shared memory to the byte, for the same settings that tests/measurements holds of the other majors.

From 13 on the server logs the size before it asks the kernel for it, also in single-user mode and however large it is:
the memory is not touched, so no more than a megabyte is really taken.
"""

import csv
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from measure_server import Row
from real_server import RealServer

__all__ = ["SIZE", "measure"]

MEASUREMENTS = Path(__file__).parent.parent / "tests" / "measurements"
SIZE = re.compile(r"IpcMemoryCreate\(size=(\d+)\)")
"""In the log of a server that starts with DEBUG3."""
NOT_SETTINGS = {"bytes", "C_mb", "hp"}


def grid(major: int) -> list[dict[str, str]]:
    """The settings of every measured server: those of 18 for it and later, those of 14 for the others."""
    with (MEASUREMENTS / f"shared_memory_{18 if major >= 18 else 14}.csv").open() as file:
        return [{name: text for name, text in row.items() if name not in NOT_SETTINGS} for row in csv.DictReader(file)]


def size_of(server: RealServer, settings: Mapping[str, str]) -> int:
    """Bytes; 0 where the server does not accept the settings."""
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = [str(server.home / "bin" / "postgres"), "--single", "-D", str(server.data), "-c", "log_min_messages=debug3"]
    done = subprocess.run(
        [*command, "-c", "huge_pages=off", *words, "postgres"],
        env=server.environment,
        cwd=server.root,
        user=server.user.pw_uid if server.user else None,
        group=server.user.pw_gid if server.user else None,
        extra_groups=[] if server.user else None,
        input="",
        capture_output=True,
        text=True,
        check=False,
    )
    found = SIZE.search(done.stderr)
    return int(found[1]) if found else 0


def measure(major: int, home: Path) -> Iterator[Row]:
    with RealServer(home) as server:
        for settings in grid(major):
            if size := size_of(server, settings):
                yield {"part": "static", "major": major, **settings, "bytes": size}
