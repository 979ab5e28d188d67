"""What others say of the container: the command line, docker inspect, the compose file. Kept in the snapshot as rows.

What was typed comes first and wins over what the server sees; the rest only stands in for what it cannot see, and is
compared with what it can.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..model import Known, Unknown
from ..units import parse_cpus, parse_size
from .record import Row, Scalar

if TYPE_CHECKING:
    from ..inputs.compose.limits import Limits
    from ..inputs.docker import Inspected

__all__ = ["by_compose", "by_inspection", "by_options"]


def by_options(memory: str | None, cpus: str | None, shm_size: str | None) -> Iterator[Row]:
    """Raises BadValue for what cannot be read."""
    if memory is not None:
        yield _row("memory", int(parse_size(memory, what="--memory")), "--memory")
    if cpus is not None:
        yield _row("cpus", parse_cpus(cpus, what="--cpus"), "--cpus")
    if shm_size is not None:
        yield _row("shm_size", int(parse_size(shm_size, what="--shm-size")), "--shm-size")


def by_inspection(inspected: "Inspected") -> Iterator[Row]:
    """Its limits and its past; never its environment."""
    where = f"{inspected.runtime} inspect {inspected.name}"
    for what in ("memory", "cpus", "shm_size", "memory_swap"):
        yield from _known(what, getattr(inspected, what), where)
    yield _row("oom_killed", int(inspected.oom_killed), where)
    yield _row("restart_count", inspected.restart_count, where)


def by_compose(limits: "Limits", where: str) -> Iterator[Row]:
    """The service's limits, as the file and its variables say."""
    for what in ("memory", "cpus", *(() if limits.shm_shared else ("shm_size",))):
        yield from _known(what, getattr(limits, what), where)


def _known(what: str, fact: Known[int] | Known[float] | Unknown, where: str) -> Iterator[Row]:
    if isinstance(fact, Known):
        yield _row(what, fact.value, where)


def _row(what: str, value: Scalar, where: str) -> Row:
    return {"what": what, "value": value, "where": where}
