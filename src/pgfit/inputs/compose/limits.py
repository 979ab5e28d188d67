"""What a service may use, by either of compose's two ways to say it."""

import re
from typing import NamedTuple

from ...errors import BadValue
from ...model import Known, Unknown
from ...units import Bytes, Cpus, Duration, parse_cpus, parse_size
from ...yamltree import Mapping, Node, Scalar, Sequence
from .merge import target
from .project import Service
from .variables import Variables, expand, value

__all__ = ["DEPLOY", "Limits", "parse_duration", "read_limits"]

DEPLOY = ("deploy", "resources", "limits")
NOT_SET = Unknown("the file does not say")


class Limits(NamedTuple):
    """Unknown also where a variable that is not set would decide; `why` then names it."""

    memory: Known[Bytes] | Unknown
    cpus: Known[Cpus] | Unknown
    shm_size: Known[Bytes] | Unknown
    """The size of /dev/shm: by `shm_size`, or by a tmpfs mounted there."""
    shm_shared: bool
    """`ipc: host`, another's, or a tmpfs without a size: shm_size means nothing then."""
    stop_grace_period: Known[Duration] | Unknown
    replicas: int
    problems: tuple[str, ...]
    """What compose itself would refuse, or pgfit cannot read, with places."""


def read_limits(service: Service, variables: Variables) -> Limits:
    problems: list[str] = []
    reader = _Reader(service, variables, problems)
    memory = reader.agreed(("mem_limit",), (*DEPLOY, "memory"), _memory)
    cpus = reader.agreed(("cpus",), (*DEPLOY, "cpus"), _cpus)
    if isinstance(cpus, Unknown) and cpus == NOT_SET:
        cpus = reader.quota()
    if isinstance(cpuset := reader.read(("cpuset",), _cpuset), Known) and (
        isinstance(cpus, Unknown) or cpuset.value < cpus.value
    ):
        cpus = cpuset
    ipc = service.get("ipc")
    shared = isinstance(ipc, Scalar) and not ipc.null and ipc.text not in {"private", "shareable", "none"}
    shm_size = reader.dev_shm()
    replicas = reader.read(("deploy", "replicas"), int)
    if isinstance(replicas, Unknown):
        replicas = reader.read(("scale",), int)
    return Limits(
        memory=memory,
        cpus=cpus,
        shm_size=shm_size,
        shm_shared=shared or reader.unsized,
        stop_grace_period=reader.read(("stop_grace_period",), parse_duration),
        replicas=replicas.value if isinstance(replicas, Known) else 1,
        problems=tuple(problems),
    )


class _Reader:
    def __init__(self, service: Service, variables: Variables, problems: list[str]) -> None:
        self.service, self.variables, self.problems = service, variables, problems
        self.unsized = False
        """Whether a tmpfs without a size hides shm_size: half of the host's memory then."""

    def read(self, path: tuple[str, ...], parse) -> Known | Unknown:  # type: ignore[no-untyped-def, type-arg]  # noqa: ANN001  any value
        node = self.service.get(*path)
        if node is None or (isinstance(node, Scalar) and node.null):
            return NOT_SET
        if not isinstance(node, Scalar):
            self.problems.append(f"{node.place}: {path[-1]} is not a single value")
            return Unknown("it cannot be read")
        found = value(node, self.variables)
        if isinstance(found, Unknown):
            return found
        try:
            parsed = parse(found.value)
        except (BadValue, ValueError, OverflowError) as error:
            told = error.message if isinstance(error, BadValue) else f"{found.value!r} cannot be read"
            self.problems.append(f"{node.place}: {path[-1]}: {told}")
            return Unknown("it cannot be read")
        return NOT_SET if parsed is None else Known(parsed, found.where)

    def agreed(self, old: tuple[str, ...], new: tuple[str, ...], parse) -> Known | Unknown:  # type: ignore[no-untyped-def, type-arg]  # noqa: ANN001  any value
        """Both ways to say it must say the same: compose refuses anything else."""
        one, other = self.read(old, parse), self.read(new, parse)
        if isinstance(one, Known) and isinstance(other, Known) and one.value != other.value:
            self.problems.append(f"{one.where}: {old[0]} and {'.'.join(new)} ({other.where}) are distinct: compose refuses that")
        limits = self.service.get(*DEPLOY)
        if isinstance(one, Known) and other == NOT_SET and isinstance(limits, Mapping) and limits.entries:
            self.problems.append(
                f"{one.where}: {old[0]} beside deploy.resources.limits without {new[-1]}: compose takes them for distinct"
            )
        return other if isinstance(other, Known) or one == NOT_SET else one

    def quota(self) -> "Known[Cpus] | Unknown":
        quota, period = self.read(("cpu_quota",), _microseconds), self.read(("cpu_period",), _microseconds)
        if isinstance(quota, Unknown) or quota.value <= 0:
            return quota if isinstance(quota, Unknown) else NOT_SET
        if isinstance(period, Known) and period.value <= 0:
            return Unknown(f"{period.where}: a cpu_period of 0")
        return Known(quota.value / (period.value if isinstance(period, Known) else 100_000), quota.where)

    def dev_shm(self) -> "Known[Bytes] | Unknown":
        """A tmpfs mounted at /dev/shm hides shm_size."""
        for node in (self.service.get("tmpfs"), self.service.get("volumes")):
            for item in node.items if isinstance(node, Sequence) else [node]:
                found = self.tmpfs(item)
                if isinstance(found, Known):
                    return found
        return Unknown("a tmpfs without a size is mounted there") if self.unsized else self.read(("shm_size",), _memory)

    def tmpfs(self, item: Node | None) -> "Known[Bytes] | Unknown":
        if isinstance(item, Scalar) and (match := re.match(r"/dev/shm(?::.*?\bsize=([^,]+))?", item.text)):  # noqa: S108  the mount
            text = match[1] and expand(match[1], self.variables).text
        elif isinstance(item, Mapping) and target(item) == "/dev/shm":  # noqa: S108  as above
            options = item.get("tmpfs")
            size = options.get("size") if isinstance(options, Mapping) else None
            text = expand(size.text, self.variables).text if isinstance(size, Scalar) else None
        else:
            return NOT_SET
        try:
            self.unsized = self.unsized or not text
            return Known(parse_size(text), item.place) if text else NOT_SET
        except BadValue:
            return NOT_SET


def _memory(text: str) -> Bytes | None:
    """0 is no limit to Docker."""
    if re.fullmatch(r"-\d+|0+", text.strip(), re.ASCII):
        return None
    if re.search(r"\d\s*[kmgt]i$", text.strip(), re.IGNORECASE):
        raise BadValue(f"{text!r} has a unit compose does not know", hint="write 512m or 512mb")
    return parse_size(text, what="")


def _cpus(text: str) -> Cpus | None:
    if re.fullmatch(r"0+(\.0*)?", text.strip()):
        return None
    if text.strip().endswith("m"):
        raise BadValue(f"{text!r} is Kubernetes' spelling, which compose does not know", hint="write 0.5")
    return parse_cpus(text, what="")


def _cpuset(text: str) -> Cpus:
    total = 0
    for part in text.split(","):
        low, _, high = part.strip().partition("-")
        total += int(high or low) - int(low) + 1
    return float(total)


_SPAN = re.compile(r"(\d{1,12}(?:\.\d{1,12})?)(us|µs|ms|s|m|h|ns)", re.ASCII)
_MS = {"ns": 1e-6, "us": 1e-3, "µs": 1e-3, "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}


def parse_duration(text: str) -> Duration:
    """`1m30s`, `10s`, as Go and compose write them. Raises ValueError."""
    parts = _SPAN.findall(text.strip())
    if not parts or "".join(number + unit for number, unit in parts) != text.strip():
        raise ValueError(text)
    return Duration(sum(float(number) * _MS[unit] for number, unit in parts))


def _microseconds(text: str) -> int:
    """compose takes a number of microseconds, or a duration for cpu_period."""
    stripped = text.strip()
    return int(stripped) if re.fullmatch(r"-?\d{1,12}", stripped, re.ASCII) else parse_duration(stripped) * 1000
