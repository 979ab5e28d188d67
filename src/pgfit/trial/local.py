"""The machine's own PostgreSQL, started by pg_ctl in a limit: a cgroup that may be written, or a scope of systemd's."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, Self

from pgtoolkit.ctl import PGCtl

from ..errors import PgfitError
from . import cgroup
from .bench import Client
from .owned import gone, kill, runs
from .place import ASK_SECONDS, LOADING, START_SECONDS, STOP_SECONDS, Bench, Counters, Limits, NotStarted, Sample, loading
from .programs import Programs, reachable
from .scratch import Scratch, crash_told, end_of, forget, last_line, ordinary_user, panic_of, writing
from .signals import undisturbed

__all__ = ["Cage", "Local"]


class Cage(Protocol):
    """A limit that a process can be started in: cgroup.Group, scope.Scope."""

    prefix: Sequence[str]
    """Words in front of the command."""

    def enter(self) -> None:
        """Called in the new process."""

    def read(self) -> Counters: ...

    def lacks(self) -> str:
        """Which of its limits is not in force; '' if all are."""

    def throttle(self, *, on: bool) -> None: ...

    def relieve(self) -> None: ...

    def remove(self) -> None: ...


class Local:
    """A place in a directory of its own, on the disk that `directory` is on."""

    own_shm = False

    def __init__(
        self,
        programs: Programs,
        cage: Callable[[str, Limits], Cage],
        what: str,
        directory: Path,
        sweep: Callable[[], None] = cgroup.sweep,
    ) -> None:
        """`sweep` removes the cages of this kind that the dead left."""
        self.cage = cage
        sweep()
        user = ordinary_user()
        self.scratch = Scratch(directory, user)
        self.root, self.sockets = self.scratch.root, self.scratch.sockets
        try:
            with writing(self.root):
                programs = reachable(programs, self.root, other_user=user is not None)
        except BaseException:
            self.remove()
            raise
        self.runner = _Runner(programs, user, self.root)
        self.programs, self.servers = programs, dict[str, LocalServer]()
        self.what = f"{what}, PostgreSQL {programs.major} ({programs.origin})"

    def load(self, scale: int, scripts: Sequence[str]) -> None:
        data = self.scratch.template
        with writing(data):
            with contextlib.suppress(FileExistsError):
                data.mkdir()
            shutil.rmtree(data)
        try:
            self.runner.ctl.init(data, username="postgres", auth="trust", encoding="UTF8", no_sync=True, locale="C")
        except subprocess.CalledProcessError as error:
            raise PgfitError(f"initdb failed: {last_line(error.stderr or error.stdout)}") from error
        server = LocalServer(self, data)
        self.servers["template"] = server
        with loading(server):
            server.start_unlimited(LOADING)
            server.client.load(scale, scripts)

    def server(self, name: str) -> "LocalServer":
        self.servers[name] = LocalServer(self, self.scratch.copy(name))
        return self.servers[name]

    def remove(self) -> None:
        with undisturbed(), contextlib.ExitStack() as last:  # what comes last stands first, and comes whatever happens
            last.callback(self.scratch.remove)
            last.callback(_kill_in, self.root)
            for server in getattr(self, "servers", {}).values():
                last.callback(server.stop, quickly=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


class LocalServer:
    """A data directory, and the server that runs on it at times."""

    def __init__(self, place: Local, data: Path) -> None:
        self.place, self.data, self.runner = place, data, place.runner
        self.log = data.with_suffix(".log")
        self.limit: Cage | None = None
        self.last = Counters()
        self.client = Client(place.programs, place.sockets, data.name, place.root)

    def start(self, settings: Mapping[str, str], limits: Limits) -> None:
        self.stop()
        forget(self.data)
        self.last = Counters()
        self.limit = self.place.cage(self.data.name, limits)
        try:
            self._start(settings, self.limit)
        except NotStarted:
            self.stop()
            raise

    def start_unlimited(self, settings: Mapping[str, str]) -> None:
        """For loading. Raises NotStarted."""
        self._start(settings, None)

    def _start(self, settings: Mapping[str, str], limit: Cage | None) -> None:
        lines = [f"{name} = {_quoted(value)}\n" for name, value in {**settings, **self.client.listening()}.items()]
        try:
            (self.data / "postgresql.conf").write_text("".join(lines))
        except OSError as error:  # a disk that an earlier run has filled
            raise NotStarted(f"postgresql.conf cannot be written: {error.strerror}") from error
        self.log.unlink(missing_ok=True)
        if (
            self._postmaster() is None
        ):  # what a killed server left: PostgreSQL would believe a pid that is another's, or a zombie's
            for path in (self.data / "postmaster.pid", *self.place.sockets.glob(f".s.PGSQL.{self.client.port}*")):
                path.unlink(missing_ok=True)
        self.runner.limit = limit
        try:
            self.runner.ctl.start(self.data, wait=START_SECONDS, logfile=self.log)
        except subprocess.CalledProcessError as error:
            raise NotStarted(end_of(self._log()) or last_line(error.stderr or error.stdout)) from error
        finally:
            self.runner.limit = None

    def _log(self) -> list[str]:
        try:
            return self.log.read_text(errors="replace").splitlines()
        except OSError:
            return []

    @property
    def alive(self) -> bool:
        pid = self._postmaster()
        return pid is not None and runs(pid)

    def _postmaster(self) -> int | None:
        """Its pid, if it is this server's: after a kill the file stays, and its number may be anybody's by now."""
        try:
            first = (self.data / "postmaster.pid").read_text().split()[0]
            ours = (Path("/proc") / first / "cwd").readlink() == self.data
        except (OSError, IndexError):
            return None
        return int(first) if ours else None

    def read(self) -> Counters:
        if self.limit is not None:
            self.last = self.limit.read()
        return self.last

    def throttle(self, *, on: bool) -> None:
        if self.limit is None:
            return
        try:
            self.limit.throttle(on=on)
        except OSError as error:
            raise PgfitError(f"the limit cannot be changed: {error.strerror}") from error
        if on and (lacking := self.limit.lacks()):
            raise PgfitError(f"{lacking} is not in force again")

    def relieve(self) -> None:
        if self.limit is not None:
            self.limit.relieve()

    def ask(self, sql: str, seconds: float = ASK_SECONDS) -> str:
        with crash_told(self._log):
            return self.client.ask(sql, seconds)

    def bench(self, arguments: Sequence[str], scripts: Sequence[Sample], bound: float) -> Bench:
        return self.client.bench(arguments, scripts, bound, relieve=self.relieve)

    def stop(self, *, quickly: bool = False) -> None:
        self.read()
        self.relieve()
        pid = self._postmaster()
        if pid is not None and runs(pid):
            quickly = quickly or bool(panic_of(self._log()))  # a crashed server on a full disk waits for ever
            kill(pid, signal.SIGQUIT if quickly else signal.SIGINT)
            if not gone(pid, 10 if quickly else STOP_SECONDS):
                kill(pid, signal.SIGQUIT)
                if not gone(pid, 10):
                    kill(pid)
                    gone(pid, 10)
        if self.limit is not None:
            self.limit.remove()
            self.limit = None


class _Runner:
    """Runs pg_ctl for pgtoolkit: as an ordinary user (PostgreSQL refuses root), and in the limit of the moment."""

    def __init__(self, programs: Programs, user: pwd.struct_passwd | None, home: Path) -> None:
        self.user, self.home, self.programs = user, home, programs
        self.limit: Cage | None = None
        self.ctl = PGCtl(programs.bindir, run_command=self)

    def __call__(self, args: Sequence[str], *, check: bool = False, **_: Any) -> "subprocess.CompletedProcess[str]":
        prefix = list(self.limit.prefix) if self.limit else []
        with tempfile.TemporaryFile("w+") as output:  # no pipe: the server inherits it, and it would never end
            done = subprocess.run(
                [*prefix, *args],
                cwd=self.home,
                env=self.programs.environment(self.home),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                start_new_session=True,  # ctrl-C is for pgfit, which then cleans up
                preexec_fn=self._enter,
            )
            output.seek(0)
            said = output.read()
        if check and done.returncode:
            raise subprocess.CalledProcessError(done.returncode, list(args), said, said)
        return subprocess.CompletedProcess(list(args), done.returncode, said, said)

    def _enter(self) -> None:
        if self.limit is not None:
            self.limit.enter()
        if self.user is not None:
            os.setgroups([])
            os.setgid(self.user.pw_gid)
            os.setuid(self.user.pw_uid)


def _kill_in(root: Path) -> None:
    """Processes that work below it: a server that was interrupted before it had written its postmaster.pid."""
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (place / "cwd").readlink().is_relative_to(root) and int(place.name) != os.getpid():
                kill(int(place.name))


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
