"""One server in containers of an image: a new one for each start, and its clients outside of the limit."""

import contextlib
import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import PgfitError
from ..tune.container import DOCKER_SHM
from .bench import Client
from .cgroup import RELIEF, Controls, paths_of
from .owned import runs
from .place import ASK_SECONDS, START_SECONDS, STOP_SECONDS, Bench, Counters, Limits, NoPlace, NotStarted, Sample
from .scratch import crash_told, end_of, forget, panic_of

if TYPE_CHECKING:
    from .containers import Containers

__all__ = ["ContainerServer"]

LOADING_SHM = "1g"
"""Of /dev/shm, while data are loaded: a parallel build of a vector index takes its maintenance_work_mem there."""
HEARD_SECONDS = 5.0
"""Until an engine has heard of a container's end, which /proc knows at once."""


class ContainerServer:
    """A data directory, and the container that serves it at times."""

    def __init__(self, place: "Containers", data: Path) -> None:
        self.place, self.data, self.engine = place, data, place.engine
        self.client = _Client(place, data.name)
        self.id = ""
        """As the engine gave it; a name might be somebody else's."""
        self.pid = 0
        """Of the postmaster, as this machine counts."""
        self.asked = False
        """Whether its end was looked into, when the engine knew of it."""
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
        self._start(settings, ["--shm-size", LOADING_SHM], None)

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
        own = self.client.listening()
        words = [word for name, value in {**settings, **own}.items() for word in ("-c", f"{name}={value}")]
        ids = f"{self.place.ids[0]}:{self.place.ids[1]}"
        options = [*options, "--user", ids, "--stop-signal", "SIGINT"]
        self.id = self.place.run(self.data.name, options, "postgres", "-D", str(self.data), *words)
        self.pid = int(self._told("{{.State.Pid}}") or 0)
        if self.pid and not Path("/proc", str(self.pid)).exists() and not self._has_ended():
            raise NoPlace(f"the processes of {self.engine.name} cannot be seen from here: it runs outside")
        if limits is not None and runs(self.pid):
            self._adopt(limits)
        self._wait()

    def _adopt(self, limits: Limits) -> None:
        """Find the cgroup that the engine made, and see that it limits. Raises NoPlace."""
        try:
            found = {kind: _own(path, self.id) for kind, path in paths_of(self.pid).items()}
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
                self._has_ended()  # only then it knows how
                raise NotStarted(self._why_it_ended())
            time.sleep(0.05)
        raise NotStarted(f"not ready after {START_SECONDS} s: {end_of(self._log())}")

    def _has_ended(self) -> bool:
        """Whether the engine says so, in a while."""
        end = time.monotonic() + HEARD_SECONDS
        while self._told("{{.State.Running}}") == "true":
            if time.monotonic() > end:
                return False
            time.sleep(0.1)
        return True

    def _why_it_ended(self) -> str:
        if self._told("{{.State.ExitCode}}") == str(128 + signal.SIGKILL):
            return "it was killed at once, as the kernel does when memory is short"
        return end_of(self._log()) or "it ended without a word"

    def _told(self, form: str) -> str:
        """By the engine, of its container; '' where it is gone."""
        return self.engine.ask("inspect", "--type", "container", "--format", form, self.id).stdout.strip()

    def _log(self) -> list[str]:
        done = self.engine.ask("logs", self.id)
        return (done.stdout + done.stderr).splitlines()

    @property
    def alive(self) -> bool:
        return bool(self.pid) and runs(self.pid)

    def read(self) -> Counters:
        """A container's cgroup goes with its first process: what was read last stands, and the engine may know of a kill."""
        controls = self.controls
        if controls is not None and (seen := controls.read()).unreclaimable:
            self.last = seen
        elif self.id and not self.alive and not self.asked:
            self.asked = self._has_ended()
            killed = self._told("{{.State.OOMKilled}}") == "true"
            self.last = self.last._replace(oom_kills=max(self.last.oom_kills, int(killed)))
        return self.last

    def throttle(self, *, on: bool) -> None:
        controls = self.controls
        if controls is None:
            return
        if controls.writable:
            try:
                controls.throttle(on=on)
            except OSError as error:
                raise PgfitError(f"the container's limit cannot be changed: {error.strerror}") from error
        elif controls.limits.cpus:  # the disk's bound cannot be changed by docker update
            self.engine.do("update", "--cpus", _cpus(controls.limits.cpus if on else _machine_cpus()), self.id)
        if on and (lacking := controls.lacks()):
            raise PgfitError(f"{lacking} is not in force again")

    def relieve(self) -> None:
        controls = self.controls
        if controls is None:
            return
        if controls.writable:
            controls.relieve()
        else:
            self.engine.ask("update", "--memory", f"{RELIEF}b", "--memory-swap", f"{RELIEF}b", self.id)
            with contextlib.suppress(PgfitError):  # it may have ended meanwhile
                self.throttle(on=False)

    def ask(self, sql: str, seconds: float = ASK_SECONDS) -> str:
        with crash_told(self._log):
            return self.client.ask(sql, seconds)

    def bench(self, arguments: Sequence[str], scripts: Sequence[Sample], bound: float) -> Bench:
        return self.client.bench(arguments, scripts, bound, relieve=self.relieve)

    def stop(self) -> None:
        if not self.id:
            return
        self.read()
        self.relieve()
        if self.alive and not panic_of(self._log()):  # a crashed server on a full disk waits for ever
            self.engine.ask("stop", "-t", str(STOP_SECONDS), self.id)
        self.engine.remove(self.id)
        self.id, self.pid, self.controls, self.asked = "", 0, None, False


class _Client(Client):
    """psql and pgbench of this machine, or the image's in a container that nothing limits."""

    def __init__(self, place: "Containers", name: str) -> None:
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
