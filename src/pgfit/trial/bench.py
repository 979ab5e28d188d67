"""psql and pgbench on this machine, against a server's Unix socket; and what pgbench says, read."""

import re
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from ..errors import PgfitError
from .place import ASK_SECONDS, Bench, Sample, Stalled
from .programs import Programs

__all__ = ["Client", "Said", "latencies_of", "said"]

LOAD_SECONDS = 3600
"""For data of any size, beside what their scale takes."""
LOAD_SECONDS_PER_SCALE = 2
"""15 MB of tables and indexes, and their WAL, on a disk that is slow."""


class Said(NamedTuple):
    """The figures in pgbench's output."""

    transactions: int
    tps: float
    latency_ms: float
    failed: int
    """Transactions that failed, or clients that were cut off."""


def said(output: str) -> Said:
    """Zeros for what it does not say, as after an abort. The figures of all scripts come first, those of each after them."""

    def number(pattern: str) -> float:
        found = re.search(pattern, output)
        return float(found[1]) if found else 0.0

    failed = int(number(r"number of failed transactions: (\d+)")) + len(re.findall(r"client \d+ (?:script \d+ )?aborted", output))
    return Said(
        int(number(r"number of transactions actually processed: (\d+)")),
        number(r"tps = ([\d.]+)"),
        number(r"latency average = ([\d.]+) ms"),
        failed,
    )


def latencies_of(lines: Iterable[str]) -> list[int]:
    """Microseconds, from pgbench's log of transactions: client, number, time, script, …"""
    times = (line.split(" ", 3)[2] for line in lines if line.count(" ") >= 2)
    return [int(time) for time in times if time.isdigit()]


class Client:
    """Connects outside the limit, so that the client's memory and CPU are not the server's."""

    def __init__(self, programs: Programs, sockets: Path, name: str, scratch: Path) -> None:
        self.programs, self.sockets, self.scratch = programs, sockets, scratch
        self.port = 50000 + zlib.crc32(name.encode()) % 10000  # only names the socket's file

    def listening(self) -> dict[str, str]:
        """Settings of a server that only this user finds: whoever is let in is its superuser, without a password."""
        where = {"unix_socket_directories": str(self.sockets), "port": str(self.port)}
        return {"listen_addresses": "", "unix_socket_permissions": "0700", **where}

    def server(self) -> dict[str, str]:
        """How libpq finds it."""
        own = {"PGHOST": str(self.sockets), "PGPORT": str(self.port), "PGUSER": "postgres", "PGDATABASE": "postgres"}
        return {**own, "PGCONNECT_TIMEOUT": "60"}

    def program(self, name: str) -> list[str]:
        """The words that start psql or pgbench."""
        return [str(self.programs.client / name)]

    def environment(self) -> dict[str, str]:
        return {**self.programs.environment(self.scratch, client=True), **self.server()}

    def ask(self, sql: str, seconds: float = ASK_SECONDS) -> str:
        """Raises PgfitError."""
        command = [*self.program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", "-"]
        try:
            done = subprocess.run(
                command, input=sql, env=self.environment(), capture_output=True, text=True, check=False, timeout=seconds
            )
        except subprocess.TimeoutExpired as error:
            raise PgfitError(f"the server did not answer within {seconds:.0f} s") from error
        if done.returncode:
            lines = done.stderr.strip().splitlines()
            raise PgfitError(re.sub(r"^psql:[^:]*:\d*:? ?", "", lines[0]) if lines else "psql failed")
        return done.stdout.strip()

    def load(self, scale: int, scripts: Sequence[str]) -> None:
        """pgbench's own tables, then the scripts. Raises PgfitError."""
        command = [*self.program("pgbench"), "-i", "-q", "-s", str(scale)]
        bound = LOAD_SECONDS + LOAD_SECONDS_PER_SCALE * scale
        try:
            done = subprocess.run(command, env=self.environment(), capture_output=True, text=True, check=False, timeout=bound)
        except subprocess.TimeoutExpired as error:
            hint = "--directory on a faster disk, or less data: a smaller --scale"
            raise PgfitError(f"the data were not loaded within {bound:.0f} s", hint=hint) from error
        if done.returncode:
            raise PgfitError(f"loading failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
        for script in scripts:
            self.ask(script, bound)

    def bench(self, arguments: Sequence[str], scripts: Sequence[Sample], bound: float, relieve: Callable[[], None]) -> Bench:
        """Raises Stalled; then the limit was relieved, so that the server can be stopped. Raises PgfitError for a full disk."""
        try:
            return self._bench(arguments, scripts, bound, relieve)
        except OSError as error:
            raise PgfitError(f"pgbench's scripts and its log: {error.strerror}") from error

    def _bench(self, arguments: Sequence[str], scripts: Sequence[Sample], bound: float, relieve: Callable[[], None]) -> Bench:
        home = Path(tempfile.mkdtemp(prefix="bench-", dir=self.scratch))
        try:
            command = [*self.program("pgbench"), "-n", "-l", f"--log-prefix={home / 'log'}", *arguments]
            for number, script in enumerate(scripts):
                path = home / f"{number}.sql"
                path.write_text(script.text)
                command += ["-f", f"{path}@{script.weight}"]
            with (home / "output").open("w+") as output:
                process = subprocess.Popen(
                    command, env=self.environment(), stdout=output, stderr=subprocess.STDOUT, start_new_session=True
                )
                try:
                    process.wait(bound)
                except subprocess.TimeoutExpired as error:
                    relieve()
                    raise Stalled(f"not done after {bound:.0f} s") from error
                finally:
                    process.kill()
                    process.wait()
                output.seek(0)
                text = output.read()
            latencies: list[int] = []
            for path in home.glob("log*"):
                with path.open() as log:
                    latencies += latencies_of(log)
            return Bench(text, process.returncode, latencies)
        finally:
            shutil.rmtree(home, ignore_errors=True)
