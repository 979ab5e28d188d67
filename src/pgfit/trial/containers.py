"""Servers in containers of an image, by docker or podman; the clients outside their limit.

Directories have the same path inside as outside, and everything runs as the user that this process is (as an ordinary one
where it is root), so that the data can be read, copied and removed without the engine. The image's entrypoint is passed by:
it would do nothing more for data that are there.
"""

import contextlib
import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from ..errors import PgfitError
from ..units import MB, Bytes
from .bench import Client
from .cgroup import PREFIX, RELIEF, Controls, paths_of
from .engine import Image, complaint, label
from .local import LOADING, START_SECONDS, STOP_SECONDS, runs
from .place import Bench, Counters, Limits, NoPlace, NotStarted, Sample
from .programs import Programs
from .scratch import Scratch, end_of, forget, ordinary_user, panic_of

__all__ = ["DOCKER_SHM", "Containers"]

DOCKER_SHM = Bytes(64 * MB)
"""Of /dev/shm, where nothing is said: docker's and podman's own."""

LEAST = {"shared_buffers": "1MB", "max_connections": "5"}
"""For a server that only has to start."""


class Containers:
    """A place for an image's servers. Their files are on the disk that `directory` is on."""

    own_shm = True

    def __init__(self, image: Image, limits: Limits, directory: Path, device: str = "", client: Path | None = None) -> None:
        """`client` is where psql and pgbench are; the image's own run in a container without limits where that is None."""
        self.image, self.engine, self.limits, self.device = image, image.engine, limits, device
        self.engine.sweep()
        self.user = ordinary_user()
        self.scratch = Scratch(directory, self.user)
        self.servers: dict[str, ContainerServer] = {}
        try:
            self._prepare(client)
        except BaseException:
            self.remove()
            raise
        self.what = f"{self.engine.name}, PostgreSQL {image.major} ({image.name})"

    def _prepare(self, client: Path | None) -> None:
        if "," in str(self.scratch.root):
            raise PgfitError(f"{self.engine.name} takes no directory with a comma", place="--directory")
        self.passwd = self.scratch.root / "passwd"
        self.passwd.write_text(f"postgres:x:{self.ids[0]}:{self.ids[1]}::{self.scratch.root}:/bin/sh\n")
        self.passwd.chmod(0o644)
        where, within = client or Path(), ""
        if client is None:
            within = self.run("client", ["-i", "--stop-signal", "SIGKILL", "--user", f"{os.getuid()}:{os.getgid()}"], "cat")
        self.programs = Programs(where, self.image.major, where, "")
        self.within = within

    @property
    def ids(self) -> tuple[int, int]:
        return (self.user.pw_uid, self.user.pw_gid) if self.user else (os.getuid(), os.getgid())

    def run(self, name: str, options: Sequence[str], program: str, *arguments: str, wait: bool = False) -> str:
        """Start a container of the image without a network, and give its name. Raises PgfitError."""
        name = f"{PREFIX}{os.getpid()}-{name}"
        root, sockets = self.scratch.root, self.scratch.sockets
        words = ["run", "--rm" if wait else "-d", "--name", name, "--label", label()]
        words += [
            "--network",
            "none",
            "--log-driver",
            "json-file",
            "--security-opt",
            "label=disable",
        ]  # SELinux keeps containers from a user's files
        words += ["--userns", "keep-id" if self.engine.rootless else "host"]
        words += [word for one in (root, sockets) for word in ("--mount", f"type=bind,source={one},target={one}")]
        words += ["--mount", f"type=bind,source={self.passwd},target=/etc/passwd,readonly"]  # initdb wants a name
        words += [*options, "--entrypoint", program, self.image.name, *arguments]
        done = self.engine.ask(*words)
        if done.returncode:
            elsewhere = "does not exist" in done.stderr and str(root) in done.stderr
            hint = "does it run outside of the container that pgfit is in? Then it cannot be used" if elsewhere else ""
            raise PgfitError(f"{self.engine.name} run: {complaint(done.stderr)}", hint=hint)
        return name

    def load(self, scale: int, scripts: Sequence[str]) -> None:
        data = self.scratch.template
        data.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            os.chown(data, *self.ids)
        initdb = ["-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C"]
        self.run("initdb", ["--user", f"{self.ids[0]}:{self.ids[1]}"], "initdb", *initdb, wait=True)
        (data / "postgresql.conf").write_text("")  # the settings come as arguments, and nothing beside them
        server = ContainerServer(self, data)
        self.servers["template"] = server
        try:
            server.start(LEAST, self.limits)  # whether the limits hold is better known before an hour of loading
            server.start_unlimited(LOADING)
            server.client.load(scale, scripts)
        except NotStarted as error:
            raise PgfitError(f"the server for loading did not start: {error}") from error
        finally:
            server.stop()

    def server(self, name: str) -> "ContainerServer":
        self.servers[name] = ContainerServer(self, self.scratch.copy(name))
        return self.servers[name]

    def remove(self) -> None:
        with contextlib.suppress(PgfitError):  # an engine that has gone away: the next trial sweeps
            self.engine.remove_own()
        self.scratch.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


class ContainerServer:
    """A data directory, and the container that serves it at times: a new one for each start."""

    def __init__(self, place: Containers, data: Path) -> None:
        self.place, self.data, self.engine = place, data, place.engine
        self.client = _Client(place, data.name)
        self.name = ""
        self.pid = 0
        """Of the postmaster, as this machine counts."""
        self.asked = False
        """Whether its end was looked into."""
        self.controls: Controls | None = None
        self.last = Counters()

    def start(self, settings: Mapping[str, str], limits: Limits) -> None:
        self.stop()
        forget(self.data)
        self.last = Counters()
        try:
            self._start(settings, self._options(limits), limits)
        except (NotStarted, PgfitError):
            self.stop()
            raise

    def start_unlimited(self, settings: Mapping[str, str]) -> None:
        """For loading. Raises NotStarted."""
        self.stop()
        self._start(settings, [], None)

    def _options(self, limits: Limits) -> list[str]:
        sizes = {"--memory": limits.memory, "--memory-swap": limits.memory, "--shm-size": limits.shm_size or DOCKER_SHM}
        words = [word for name, size in sizes.items() for word in (name, f"{size}b")]
        if limits.cpus:
            words += ["--cpus", _cpus(limits.cpus)]
        if limits.iops:
            device = Path("/dev", Path("/sys/dev/block", self.place.device).resolve().name)
            words += [word for way in ("read", "write") for word in (f"--device-{way}-iops", f"{device}:{limits.iops}")]
        return words

    def _start(self, settings: Mapping[str, str], options: Sequence[str], limits: Limits | None) -> None:
        sockets, port = self.place.scratch.sockets, self.client.port
        for path in (self.data / "postmaster.pid", *sockets.glob(f".s.PGSQL.{port}*")):  # of one that was killed
            path.unlink(missing_ok=True)
        own = {"listen_addresses": "", "unix_socket_directories": str(sockets), "port": str(port)}
        words = [word for name, value in {**settings, **own}.items() for word in ("-c", f"{name}={value}")]
        ids = f"{self.place.ids[0]}:{self.place.ids[1]}"
        options = [*options, "--user", ids, "--stop-signal", "SIGINT"]
        self.name = f"{PREFIX}{os.getpid()}-{self.data.name}"
        self.place.run(self.data.name, options, "postgres", "-D", str(self.data), *words)
        pid, ident, *_ = *self._told("{{.State.Pid}} {{.Id}}").split(), "0", ""
        self.pid = int(pid)
        if limits is not None and runs(self.pid):
            self._adopt(ident, limits)
        self._wait()

    def _adopt(self, ident: str, limits: Limits) -> None:
        """Find the cgroup that the engine made, and see that it limits. Raises NoPlace."""
        try:
            found = {kind: _own(path, ident) for kind, path in paths_of(self.pid).items()}
        except OSError:
            return  # it ended meanwhile, and says why in its log
        paths = {kind: path for kind, path in found.items() if path is not None}
        controls = Controls(paths, limits, self.place.device)
        why = "its cgroup cannot be seen from here" if not paths else controls.lacks() and f"{controls.lacks()} is not in force"
        if why and runs(self.pid):
            hint = "a trial without a limit proves nothing: --limit-by names another way"
            raise NoPlace(f"{self.engine.name} started the server, but {why}", hint=hint)
        self.controls = controls

    def _wait(self) -> None:
        """Until it takes connections. Raises NotStarted."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                lines = (self.data / "postmaster.pid").read_text().splitlines()
                if len(lines) > 7 and lines[7].startswith("ready"):
                    return
            if not runs(self.pid):
                if self._told("{{.State.Running}}") == "true":
                    raise NoPlace(f"the processes of {self.engine.name} cannot be seen from here: it runs outside")
                raise NotStarted(self._why_it_ended())
            time.sleep(0.05)
        raise NotStarted(f"not ready after {START_SECONDS} s: {end_of(self._log())}")

    def _why_it_ended(self) -> str:
        if self._told("{{.State.ExitCode}}") == str(128 + signal.SIGKILL):
            return "it was killed at once, as the kernel does when memory is short"
        return end_of(self._log()) or "it ended without a word"

    def _told(self, form: str) -> str:
        """By the engine, of its container; '' where it is gone."""
        return self.engine.ask("inspect", "--type", "container", "--format", form, self.name).stdout.strip()

    def _log(self) -> list[str]:
        done = self.engine.ask("logs", self.name)
        return (done.stdout + done.stderr).splitlines()

    @property
    def alive(self) -> bool:
        return bool(self.pid) and runs(self.pid)

    def read(self) -> Counters:
        """A container's cgroup goes with its first process: what was read last stands, and the engine may know of a kill."""
        controls = self.controls
        if controls is not None and (seen := controls.read()).unreclaimable:
            self.last = seen
        elif self.name and not self.alive and not self.asked:
            self.asked = True
            killed = self._told("{{.State.OOMKilled}}") == "true"
            self.last = self.last._replace(oom_kills=max(self.last.oom_kills, int(killed)))
        return self.last

    def throttle(self, *, on: bool) -> None:
        controls = self.controls
        if controls is None:
            return
        if controls.writable:
            with contextlib.suppress(OSError):
                controls.throttle(on=on)
        elif controls.limits.cpus:  # the disk's bound cannot be changed by docker update
            self.engine.ask("update", "--cpus", _cpus(controls.limits.cpus if on else _machine_cpus()), self.name)

    def relieve(self) -> None:
        controls = self.controls
        if controls is None:
            return
        if controls.writable:
            controls.relieve()
        else:
            self.engine.ask("update", "--memory", f"{RELIEF}b", "--memory-swap", f"{RELIEF}b", self.name)
            self.throttle(on=False)

    def ask(self, sql: str) -> str:
        try:
            return self.client.ask(sql)
        except PgfitError as error:
            raise PgfitError(panic_of(self._log()) or error.message) from error

    def bench(self, arguments: Sequence[str], scripts: Sequence[Sample], bound: float) -> Bench:
        return self.client.bench(arguments, scripts, bound, relieve=self.relieve)

    def stop(self) -> None:
        if not self.name:
            return
        self.read()
        self.relieve()
        if self.alive and not panic_of(self._log()):  # a crashed server on a full disk waits for ever
            self.engine.ask("stop", "-t", str(STOP_SECONDS), self.name)
        self.engine.remove(self.name)
        self.name, self.pid, self.controls, self.asked = "", 0, None, False


class _Client(Client):
    """psql and pgbench of this machine, or the image's in a container that nothing limits."""

    def __init__(self, place: Containers, name: str) -> None:
        super().__init__(place.programs, place.scratch.sockets, name, place.scratch.root)
        self.place = place

    def program(self, name: str) -> list[str]:
        if not self.place.within:
            return super().program(name)
        variables = [word for pair in self.server().items() for word in ("--env", "=".join(pair))]
        return [self.place.engine.name, "exec", "-i", *variables, self.place.within, name]

    def environment(self) -> dict[str, str]:
        return dict(os.environ) if self.place.within else super().environment()


def _own(path: Path, ident: str) -> Path | None:
    """The container's own directory: some runtimes put its processes into one below."""
    return next((one for one in (*reversed(path.parents), path) if ident in one.name), None)


def _cpus(cpus: float) -> str:
    """docker refuses more than there are, which would limit nothing."""
    return f"{min(cpus, _machine_cpus()):g}"


def _machine_cpus() -> int:
    return os.cpu_count() or 1
