"""Parallel workers and extensions share too few worker processes.

max_worker_processes is the number of all background workers together. Beyond it workers are silently not started:
queries run without the parallelism that was planned for them, and extensions' jobs wait.

Fails:
    settings:
      max_worker_processes: 8
      max_parallel_workers: 8
      shared_preload_libraries: timescaledb
      timescaledb.max_background_workers: 16

Passes:
    settings:
      max_worker_processes: 8
      max_parallel_workers: 2
"""

from collections.abc import Iterator

from ...tune import extensions
from ..audited import Audited
from ..finding import LIKELY, WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "workers-without-slots"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-MAX-WORKER-PROCESSES"

SPARE = 2
"""The launcher of logical replication and one worker of its own."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    slots, parallel = server.number("max_worker_processes"), server.number("max_parallel_workers")
    preloaded = server.value("shared_preload_libraries")
    if slots is None or parallel is None or not isinstance(preloaded, str):
        return
    own = _of_extensions(audited, preloaded)
    if not own or slots >= parallel + own:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"max_worker_processes {slots:.0f} for {parallel:.0f} parallel workers and {own} of extensions",
        settings={"max_worker_processes": int(parallel) + own + SPARE},
        where="max_worker_processes",
        arithmetic=f"{parallel:.0f} + {own} + {SPARE} for logical replication = {parallel + own + SPARE:.0f} > {slots:.0f}",
        evidence={"max_worker_processes": int(slots), "max_parallel_workers": int(parallel), "extensions": own},
        confidence=LIKELY,
    )


def _of_extensions(audited: Audited, preloaded: str) -> int:
    """The workers of those that are loaded: what their own setting says, or what is known of them."""
    total = 0
    for one in extensions.wanted((), preloaded):
        said = audited.server.value(f"{one.name}.max_background_workers")
        total += int(said) if isinstance(said, str) and said.isascii() and said.isdigit() and len(said) < 6 else one.workers
    return total
