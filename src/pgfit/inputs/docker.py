"""A container as `docker inspect` (or `podman inspect`) tells it: its limits, its past, how to reach it."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ..errors import PgfitError, nearest
from ..model import Known, Unknown
from ..units import Bytes, Cpus

__all__ = ["Inspected", "Secrets", "inspect", "parse"]

RUNTIMES = ("docker", "podman")
PLACE = "--container"
SECONDS = 10


class Secrets(dict[str, str]):
    """The environment of a container: for reading by name. Its values never show."""

    def __repr__(self) -> str:
        return f"<{len(self)} variables>"

    __str__ = __repr__


class Inspected(NamedTuple):
    """What is not set is Unknown, with the reason."""

    runtime: str
    """docker or podman."""
    name: str
    image: str
    command: tuple[str, ...]
    """The arguments, without the entrypoint."""
    environment: Secrets
    memory: Known[Bytes] | Unknown
    memory_swap: Known[Bytes] | Unknown
    """Memory and swap together."""
    cpus: Known[Cpus] | Unknown
    shm_size: Known[Bytes] | Unknown
    oom_killed: bool
    restart_count: int
    status: str
    exit_code: int
    ports: Mapping[str, tuple[str, str]]
    """By `5432/tcp`: address and port on the host, the address '' for all."""
    addresses: tuple[str, ...]
    """Its own, in the networks it is in."""
    network_mode: str


def inspect(name: str) -> Inspected:
    """Ask docker, then podman. Raises PgfitError where there is none, or no such container, or it does not run."""
    if name.startswith("-") or not name.strip():
        raise PgfitError(f"{name!r} is no container's name", hint="docker ps shows the names", place=PLACE)
    here = [one for one in RUNTIMES if shutil.which(one)]
    if not here:
        raise PgfitError("neither docker nor podman is here", hint="give the limits: --memory 512M --cpus 1", place=PLACE)
    failures = []
    for runtime in here:
        done = _run(runtime, "inspect", "--type", "container", name)
        if done is not None and done.returncode == 0:
            return _running(parse(_decoded(done.stdout, runtime), runtime))
        failures.append((runtime, "" if done is None else done.stderr))
    raise _no_such(name, failures)


def _run(*command: str) -> "subprocess.CompletedProcess[str] | None":
    """None where it takes too long."""
    try:
        return subprocess.run(  # noqa: S603  a list, no shell
            command, capture_output=True, text=True, errors="replace", timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    except OSError as error:
        raise PgfitError(f"{command[0]} cannot be run: {error.strerror}", place=PLACE) from error


def _decoded(text: str, runtime: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise PgfitError(f"{runtime} inspect does not answer in JSON", hint="try it by hand", place=PLACE) from error


def _running(found: Inspected) -> Inspected:
    if found.status not in {"running", "paused", ""}:
        killed = ", killed for lack of memory" if found.oom_killed else ""
        what = f"{found.name} is {found.status} (exit code {found.exit_code}{killed})"
        raise PgfitError(what, hint=f"{found.runtime} start {found.name}; {found.runtime} logs {found.name}", place=PLACE)
    return found


def _no_such(name: str, failures: list[tuple[str, str]]) -> PgfitError:
    """What was tried, and the nearest name that runs."""
    silent = [runtime for runtime, said in failures if not said]
    if len(silent) == len(failures):
        return PgfitError(f"{' and '.join(silent)} did not answer in {SECONDS} s", hint="is its service up?", place=PLACE)
    refused = [runtime for runtime, said in failures if "permission denied" in said.lower() or "cannot connect" in said.lower()]
    if len(refused) == len(failures):
        hint = f"is it running, and may this user use it? Try: {refused[0]} ps"
        return PgfitError(f"{' and '.join(refused)} cannot be asked", hint=hint, place=PLACE)
    names = [one for runtime, _ in failures for one in _names(runtime)]
    guess = nearest(name, names)
    hint = f"did you mean {guess}?" if guess else f"running: {', '.join(names[:8])}" if names else "no container runs"
    return PgfitError(f"there is no container {name!r}", hint=hint, place=PLACE)


def _names(runtime: str) -> list[str]:
    done = _run(runtime, "ps", "--format", "{{.Names}}")
    return done.stdout.split() if done is not None and done.returncode == 0 else []


# -- the document -------------------------------------------------------------------------------------------------


def parse(document: object, runtime: str) -> Inspected:
    """From the decoded answer, a list of one. Raises PgfitError for anything else."""
    one = document[0] if isinstance(document, list) and document else None
    if not isinstance(one, dict):
        raise PgfitError(f"{runtime} inspect answers something unknown", hint="try it by hand", place=PLACE)
    host, config, state, network = (_table(one, key) for key in ("HostConfig", "Config", "State", "NetworkSettings"))
    name = str(one.get("Name") or "").lstrip("/")
    where = f"{runtime} inspect {name}"
    return Inspected(
        runtime=runtime,
        name=name,
        image=str(config.get("Image") or ""),
        command=tuple(str(word) for word in config.get("Cmd") or () if isinstance(word, str)),
        environment=Secrets(_environment(config)),
        memory=_size(host, "Memory", where),
        memory_swap=_size(host, "MemorySwap", where),
        cpus=_cpus(host, where),
        shm_size=_size(host, "ShmSize", where),
        oom_killed=state.get("OOMKilled") is True,
        restart_count=_number(one.get("RestartCount")),
        status=str(state.get("Status") or ""),
        exit_code=_number(state.get("ExitCode")),
        ports=MappingProxyType(dict(_ports(network))),
        addresses=tuple(_addresses(network)),
        network_mode=str(host.get("NetworkMode") or ""),
    )


def _table(document: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _size(host: Mapping[str, Any], key: str, where: str) -> Known[Bytes] | Unknown:
    size = _number(host.get(key))
    return Known(Bytes(size), where) if size > 0 else Unknown(f"{where} names no limit" if size == 0 else "it is unlimited")


def _cpus(host: Mapping[str, Any], where: str) -> Known[Cpus] | Unknown:
    nano, quota, period = (_number(host.get(key)) for key in ("NanoCpus", "CpuQuota", "CpuPeriod"))
    if nano > 0:
        return Known(nano / 1e9, where)
    if quota > 0:
        return Known(quota / (period or 100_000), where)
    return Unknown(f"{where} names no limit")


def _environment(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for item in config.get("Env") or ():
        if isinstance(item, str):
            name, _, value = item.partition("=")
            yield name, value


def _ports(network: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    for port, bindings in _table(network, "Ports").items():
        for one in bindings if isinstance(bindings, list) else ():
            if isinstance(one, dict) and one.get("HostPort"):
                yield port, (str(one.get("HostIp") or ""), str(one["HostPort"]))
                break


def _addresses(network: Mapping[str, Any]) -> Iterator[str]:
    for one in (network, *_table(network, "Networks").values()):
        if isinstance(one, dict) and one.get("IPAddress"):
            yield str(one["IPAddress"])
