"""A running container as `docker inspect` (or `podman inspect`) tells it: its limits, its past, and how to reach it.

inspect(name) asks the runtimes that are here; parse(document, runtime) only reads, and needs none. An answer holds all
passwords of the container: nothing of its environment stands in any repr or message.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any, NamedTuple

from ..errors import PgfitError, nearest
from ..model import Known, Unknown
from ..units import Bytes, Cpus

__all__ = ["Inspected", "Mount", "Secrets", "inspect", "parse"]

RUNTIMES = ("docker", "podman")
PLACE = "--container"
SECONDS = 10
NAME = re.compile(r"/?[A-Za-z0-9][\w.-]*", re.ASCII)
"""Names and ids as both runtimes allow them: none can be taken for an option."""
NO_DAEMON = ("cannot connect to", "failed to connect to", "error during connect", "connection refused")
"""Docker's words before and since 29, those on Windows, and podman's where it runs in a virtual machine."""
MOST_NAMES = 8
CONFIGURATION = "in the container's configuration"


class Secrets(Mapping[str, str]):
    """The environment of a container: to be read by name. It shows how many variables there are, never one."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<{len(self)} variables>"


class Mount(NamedTuple):
    type: str
    """bind, volume or tmpfs."""
    source: str
    """On the host; '' for a tmpfs."""
    destination: str


class Inspected(NamedTuple):
    """What is not set is Unknown, with the reason; its fields are named as Docker's own."""

    runtime: str
    """docker or podman."""
    name: str
    image: str
    command: tuple[str, ...]
    """The arguments, without the entrypoint."""
    environment: Mapping[str, str]
    memory: Known[Bytes] | Unknown
    memory_swap: Known[Bytes] | Unknown
    """Memory and swap together."""
    memory_reservation: Known[Bytes] | Unknown
    cpus: Known[Cpus] | Unknown
    """The quota alone; how many processors `cpuset` leaves is not in it."""
    cpuset: str
    """`0-3,6`; '' for all."""
    shm_size: Known[Bytes] | Unknown
    oom_kill_disable: bool
    oom_killed: bool
    exit_code: int
    restart_count: int
    started_at: str
    """'' for never."""
    status: str
    ports: Mapping[str, tuple[str, str]]
    """By `5432/tcp`: address and port on the host, the address '' for all. The first, where there are more."""
    addresses: tuple[str, ...]
    """Its own, in the networks it is in."""
    network_mode: str
    mounts: tuple[Mount, ...]
    ulimits: Mapping[str, tuple[int, int]]
    """Soft and hard, -1 for none, by `nofile` as --ulimit spells it."""
    security_opt: tuple[str, ...]
    cap_add: tuple[str, ...]
    """Without `CAP_`, which the runtimes add or not."""


def inspect(name: str) -> Inspected:
    """Ask docker, then podman. Raises PgfitError where there is neither, or no such container, or it does not run."""
    if not NAME.fullmatch(name):
        raise PgfitError(f"{name!r} is no container's name", hint="docker ps shows the names", place=PLACE)
    here = [one for one in RUNTIMES if shutil.which(one)]
    if not here:
        hint = "give the limits and a connection string instead: --memory 512M --cpus 1 postgresql://…"
        raise PgfitError("neither docker nor podman is on PATH", hint=hint, place=PLACE)
    failures = {}
    for runtime in here:
        answer = _ask(runtime, "inspect", "--type", "container", name)
        if isinstance(answer, str):
            return _running(parse(_decoded(answer, runtime), runtime))
        failures[runtime] = answer
    raise _not_found(name, failures)


class _Failure(NamedTuple):
    why: str
    hint: str = ""
    absent: bool = False
    """It was asked, and knows no such container."""


def _ask(runtime: str, *words: str) -> str | _Failure:
    try:
        done = subprocess.run(  # noqa: S603  a list, no shell
            [runtime, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _Failure(f"{runtime} did not answer in {SECONDS} s", f"is its service up? Try: {runtime} ps")
    except OSError as error:
        return _Failure(f"{runtime} cannot be run: {error.strerror}")
    return _failure(runtime, done.stderr) if done.returncode else done.stdout


def _failure(runtime: str, said: str) -> _Failure:
    """Of a refusal in words. A socket that is not there is `no such file` to both: so that is asked for first."""
    lower = said.lower()
    if "permission denied" in lower:
        hint = "run pgfit as a user who may, or with sudo" + (": the group docker may" if runtime == "docker" else "")
        return _Failure(f"this user may not use {runtime}", hint)
    if any(words in lower for words in NO_DAEMON):
        return _Failure(f"the daemon of {runtime} cannot be reached", f"is it running? Try: {runtime} ps")
    if "no such" in lower:
        return _Failure(f"{runtime} knows no such container", absent=True)
    last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "nothing")
    return _Failure(f"{runtime} says: {last[:200]}", f"try: {runtime} ps")


def _not_found(name: str, failures: Mapping[str, _Failure]) -> PgfitError:
    """All that was tried, and the nearest names that run."""
    what = f"there is no container {name!r} to be found: {'; '.join(one.why for one in failures.values())}"
    absent = [runtime for runtime, one in failures.items() if one.absent]
    if not absent:
        return PgfitError(what, hint=next((one.hint for one in failures.values() if one.hint), ""), place=PLACE)
    answers = [_ask(runtime, "ps", "--format", "{{.Names}}") for runtime in absent]
    names = list(dict.fromkeys(one for answer in answers if isinstance(answer, str) for one in answer.split()))
    guess = nearest(name, names)
    others = ", ".join(one for one in names[:MOST_NAMES] if one != guess)
    hints = [f"did you mean {guess}?" if guess else "", f"running: {others}" if others else ""]
    return PgfitError(what, hint=" ".join(filter(None, hints)) or "no container runs", place=PLACE)


def _decoded(text: str, runtime: str) -> object:
    """The text holds the environment: neither it nor the decoder's error, which quotes it, is shown."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise PgfitError(f"{runtime} inspect does not answer in JSON", hint="try it by hand", place=PLACE) from None


def _running(found: Inspected) -> Inspected:
    """A paused one is none: it would take the connection and never answer."""
    if found.status == "running":
        return found
    killed = ", killed for lack of memory" if found.oom_killed else ""
    what = f"{found.name} does not run: it is {found.status or 'in no state'}, exit code {found.exit_code}{killed}"
    do = ("unpause",) if found.status == "paused" else ("logs", "start")
    raise PgfitError(what, hint="; ".join(f"{found.runtime} {one} {found.name}" for one in do), place=PLACE)


# -- the document -------------------------------------------------------------------------------------------------


def parse(document: object, runtime: str) -> Inspected:
    """From the decoded answer: a list of one, or the one. Raises PgfitError for anything else."""
    one = document[0] if isinstance(document, list) and document else document
    if not isinstance(one, dict):
        raise _strange(runtime, "it tells of no container")
    host, config, state = one.get("HostConfig"), one.get("Config"), one.get("State")
    if not (isinstance(host, dict) and isinstance(config, dict) and isinstance(state, dict)):
        raise _strange(runtime, "HostConfig, Config or State is missing")
    network = _table(one.get("NetworkSettings"))
    name = _text(one.get("Name")).lstrip("/")
    numbers = _Numbers(host, runtime, f"{runtime} inspect {name}")
    mounted = (
        Mount(*(_text(mount.get(key)) for key in ("Type", "Source", "Destination"))) for mount in _tables(one.get("Mounts"))
    )
    mounts = (*mounted, *(Mount("tmpfs", "", path) for path in _table(host.get("Tmpfs"))))
    return Inspected(
        runtime=runtime,
        name=name,
        image=_text(config.get("Image")),
        command=tuple(_texts(config.get("Cmd"))),
        environment=Secrets(dict(item.partition("=")[::2] for item in _texts(config.get("Env")))),
        memory=numbers.size("Memory", "memory limit"),
        memory_swap=numbers.size("MemorySwap", "limit on memory and swap"),
        memory_reservation=numbers.size("MemoryReservation", "memory reservation"),
        cpus=numbers.cpus(),
        cpuset=_text(host.get("CpusetCpus")),
        shm_size=_shm_size(numbers, _text(host.get("IpcMode")), mounts),
        oom_kill_disable=host.get("OomKillDisable") is True,
        oom_killed=state.get("OOMKilled") is True,
        exit_code=_whole(state.get("ExitCode")) or 0,
        restart_count=_whole(one.get("RestartCount")) or 0,
        started_at="" if _text(state.get("StartedAt")).startswith("0001-") else _text(state.get("StartedAt")),
        status=_text(state.get("Status")) or ("running" if state.get("Running") is True else ""),
        ports=MappingProxyType(dict(_ports(network.get("Ports")))),
        addresses=tuple(dict.fromkeys(_addresses(network))),
        network_mode=_text(host.get("NetworkMode")),
        mounts=mounts,
        ulimits=MappingProxyType(dict(_ulimits(host.get("Ulimits")))),
        security_opt=tuple(_texts(host.get("SecurityOpt"))),
        cap_add=tuple(one.removeprefix("CAP_") for one in _texts(host.get("CapAdd"))),
    )


def _strange(runtime: str, why: str) -> PgfitError:
    return PgfitError(f"{runtime} inspect answers something unknown: {why}", hint="try it by hand", place=PLACE)


class _Numbers(NamedTuple):
    """Those of HostConfig: 0 is not set, a negative one no limit. Anything else is refused: a limit misread is worse."""

    host: Mapping[str, Any]
    runtime: str
    where: str

    def get(self, key: str) -> int:
        value = self.host.get(key)
        number = 0 if value is None else _whole(value)
        if number is None:
            raise _strange(self.runtime, f"HostConfig.{key} is no whole number")
        return number

    def size(self, key: str, what: str) -> Known[Bytes] | Unknown:
        size = self.get(key)
        if size < 0:
            return Unknown(f"{what}: unlimited {CONFIGURATION}")
        return Known(Bytes(size), self.where) if size else Unknown(f"no {what} set {CONFIGURATION}")

    def cpus(self) -> Known[Cpus] | Unknown:
        """podman tells both, docker what was asked for: --cpus or --cpu-quota. A period of 0 is the kernel's."""
        nano, quota, period = self.get("NanoCpus"), self.get("CpuQuota"), self.get("CpuPeriod")
        if nano > 0:
            return Known(nano / 1e9, self.where)
        if quota > 0:
            return Known(quota / (period if period > 0 else 100_000), self.where)
        return Unknown(f"no CPU limit set {CONFIGURATION}")


def _shm_size(numbers: _Numbers, ipc_mode: str, mounts: tuple[Mount, ...]) -> Known[Bytes] | Unknown:
    """ShmSize is told even where it has no effect: in another's IPC namespace, or below a mount of one's own."""
    if ipc_mode.startswith(("host", "container:", "ns:")):
        return Unknown(f"ipc {ipc_mode.partition(':')[0]}: it is another's")
    if any(one.destination == "/dev/shm" for one in mounts):  # noqa: S108  the mount
        return Unknown("something is mounted at /dev/shm")
    return numbers.size("ShmSize", "size of /dev/shm")


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _tables(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _ulimits(value: object) -> Iterator[tuple[str, tuple[int, int]]]:
    """podman calls `nofile` RLIMIT_NOFILE."""
    for one in _tables(value):
        soft, hard = _whole(one.get("Soft")), _whole(one.get("Hard"))
        if soft is not None and hard is not None:
            yield _text(one.get("Name")).lower().removeprefix("rlimit_"), (soft, hard)


def _ports(value: object) -> Iterator[tuple[str, tuple[str, str]]]:
    """A port that is exposed and not published has no bindings."""
    for port, bindings in _table(value).items():
        published = [one for one in _tables(bindings) if _text(one.get("HostPort"))]
        yield from ((port, (_text(one.get("HostIp")), one["HostPort"])) for one in published[:1])


def _addresses(network: Mapping[str, Any]) -> Iterator[str]:
    """Docker up to 28 repeats the default network's at the top; none is `` or, of some versions, words."""
    for key in ("IPAddress", "GlobalIPv6Address"):
        for one in (network, *map(_table, _table(network.get("Networks")).values())):
            with suppress(ValueError):
                yield str(ip_address(_text(one.get(key))))
