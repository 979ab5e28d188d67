"""An audit as metrics, for node_exporter's textfile collector: what is unknown has no line."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..audit.budget import Claims
from ..model import Known
from .audited import Audited
from .finding import SEVERITIES, Finding

__all__ = ["as_prometheus"]


class Metric(NamedTuple):
    name: str
    about: str
    samples: tuple[tuple[tuple[tuple[str, str], ...], float | None], ...]
    """Labels and value each."""


def as_prometheus(audited: Audited, findings: Iterable[Finding]) -> Iterator[str]:
    """Lines of the text exposition format; every sample carries the server's address."""
    address = audited.server.snapshot.server
    server = (("server", f"{address.get('host') or 'local'}:{address.get('port', '')}"),)
    for metric in _metrics(audited, list(findings)):
        known = [(labels, value) for labels, value in metric.samples if value is not None]
        if not known:
            continue
        yield f"# HELP pgfit_{metric.name} {metric.about}"
        yield f"# TYPE pgfit_{metric.name} gauge"
        for labels, value in known:
            told = ",".join(f'{name}="{_escaped(text)}"' for name, text in (*server, *labels))
            yield f"pgfit_{metric.name}{{{told}}} {value:.15g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _metrics(audited: Audited, findings: list[Finding]) -> Iterator[Metric]:
    server, claims = audited.server, audited.claims
    number = server.snapshot.version_num
    version = (("version", f"{number // 10000}.{number % 10000}"),)
    yield Metric("up", "1 if the server answered.", ((version, 1.0),))
    counts = [sum(one.severity == severity for one in findings) for severity in SEVERITIES]
    yield Metric(
        "findings",
        "Findings by severity.",
        tuple(((("severity", severity),), float(count)) for severity, count in zip(SEVERITIES, counts, strict=True)),
    )
    each = sorted({(one.check, one.severity) for one in findings})
    yield Metric(
        "finding",
        "How often a check found something.",
        tuple(
            (
                (("check", check), ("severity", severity)),
                float(sum((one.check, one.severity) == (check, severity) for one in findings)),
            )
            for check, severity in each
        ),
    )
    memory = server.memory.value if isinstance(server.memory, Known) else None
    yield Metric("memory_limit_bytes", "The memory limit of the container.", (((), memory),))
    cpus = server.cpus.value if isinstance(server.cpus, Known) else None
    yield Metric("cpu_limit", "The CPU limit of the container.", (((), cpus),))
    if isinstance(claims, Claims):
        yield Metric("worst_case_bytes", "What the running settings may claim at once.", (((), float(claims.worst_case)),))
        yield Metric("idle_bytes", "Shared memory once touched, processes and present sessions.", (((), float(claims.idle)),))
        yield Metric(
            "worst_case_part_bytes",
            "The parts of the worst case.",
            tuple(((("part", part.name),), float(part.size)) for part in claims.parts),
        )
    if (split := server.container.split) is not None:
        kinds = split._asdict().items()
        yield Metric(
            "memory_bytes",
            "Memory charged to the container now.",
            tuple(((("kind", kind),), float(size)) for kind, size in kinds),
        )
    yield Metric("oom_kills", "OOM kills since the container started.", (((), _float(server.container.oom_kills)),))
    yield Metric("sessions", "Client sessions now.", (((), _float(server.sessions)),))
    yield Metric("sessions_allowed", "max_connections.", (((), server.number("max_connections")),))
    yield Metric("temp_bytes", "Temporary files since the last reset.", (((), server.count("databases", "temp_bytes")),))
    if server.container.throttling is not None:
        stopped, periods = server.container.throttling
        yield Metric("cpu_periods", "CPU periods of the container.", (((), float(periods)),))
        yield Metric("cpu_periods_throttled", "Those that the CPU limit cut short.", (((), float(stopped)),))


def _float(number: int | None) -> float | None:
    return None if number is None else float(number)
