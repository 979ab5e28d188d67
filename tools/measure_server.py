"""A real server alone in a memory cgroup, and what its sessions and workers add to it.

What counts is what no pressure can take away: private memory, shared memory, the kernel's. The clients run outside the
cgroup. The kernel brings its statistics up to date every two seconds, so every reading waits a little longer.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import psycopg

from memory_cgroup import MemoryCgroup
from real_server import PORT, RealServer

__all__ = ["QUIET", "Db", "MeasuredServer", "Memory", "Row", "malloc_settings", "peak_while", "row", "running"]

Db = psycopg.Connection[tuple[Any, ...]]
Row = dict[str, str | int | float]

ENOUGH = 16 << 30
"""A limit that is never met."""
SETTLE = 2.6
"""Seconds."""
QUIET = ("-c", "fsync=off", "-c", "autovacuum=off", "-c", "max_wal_size=4GB", "-c", "jit=off")
"""Nothing happens in the server but what is measured."""

MALLOC = tuple(
    f"MALLOC_{name}"
    for name in ("ARENA_MAX", "ARENA_TEST", "MMAP_MAX_", "MMAP_THRESHOLD_", "PERTURB_", "TOP_PAD_", "TRIM_THRESHOLD_")
)
"""glibc's own variables."""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Memory(NamedTuple):
    """Bytes, by kind."""

    private: float
    kernel: float
    shared: float

    def over(self, before: "Memory", count: int = 1) -> "Memory":
        return Memory(*((now - then) / count for now, then in zip(self, before, strict=True)))

    @property
    def total(self) -> float:
        return self.private + self.kernel + self.shared


def row(part: str, major: int, case: str, count: int, memory: Memory, **more: str | float) -> Row:
    """One line of the result: kB for each of `count` sessions or workers."""
    kinds = {f"{kind}_kb": round(size / 1024, 1) for kind, size in memory._asdict().items()}
    return {"part": part, "major": major, "case": case, "n": count, **kinds, **more}


class _Kinds(MemoryCgroup):
    def memory(self) -> Memory:
        stat = self._words("memory.stat")
        if self.version == 2:
            kernel = stat.get("kernel", stat.get("slab", 0) + stat.get("pagetables", 0) + stat.get("kernel_stack", 0))
            return Memory(stat["anon"], kernel, stat["shmem"])
        kernel = int((self.path / "memory.kmem.usage_in_bytes").read_text())
        return Memory(stat["rss"], kernel, stat["shmem"])


class _Server(RealServer):
    """Hands on what the environment tells glibc's malloc."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, **malloc_settings()}


def malloc_settings() -> dict[str, str]:
    """Those that change what is measured, and are numbers: MALLOC_TRACE is a path, which is nobody's business."""
    return {name: os.environ[name] for name in MALLOC if os.environ.get(name, "").isdigit()}


class MeasuredServer:
    """`prepare` is given the data directory before the start; with `tcp` it listens on a port of 127.0.0.1 too."""

    def __init__(
        self, home: Path, arguments: Sequence[str] = (), *, prepare: Callable[[Path], None] | None = None, tcp: bool = False
    ) -> None:
        self.port = _free_port() if tcp else PORT
        arguments = [*QUIET, "-p", str(self.port), *(("-c", "listen_addresses=127.0.0.1") if tcp else ()), *arguments]
        self._stack = ExitStack()
        try:
            self._group = self._stack.enter_context(_Kinds(ENOUGH))
            server = _Server(home, arguments=arguments, cgroup=[self._group.path])
            self.server = self._stack.enter_context(server)
            if prepare:
                prepare(server.data)
            server.start()
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()

    def connect(self, more: str = "") -> Db:
        """A session that prepares nothing by itself; `more` is added to the connection string, where the last word counts."""
        return psycopg.connect(f"{self.server.dsn} port={self.port} {more}", autocommit=True, prepare_threshold=None)

    def run(self, *statements: str) -> None:
        with self.connect() as db:
            for statement in statements:
                db.execute(statement)

    def memory(self, *, at_once: bool = False) -> Memory:
        if not at_once:
            time.sleep(SETTLE)
        return self._group.memory()

    def per_session(self, count: int, work: Callable[[Db, int], None], more: str = "") -> Memory:
        """What each of `count` sessions holds after `work(db, number)`; one more has done it before, and gone."""
        with self.connect(more) as db:
            work(db, count)
        before = self.memory()
        with ExitStack() as stack:
            for number in range(count):
                work(stack.enter_context(self.connect(more)), number)
            return self.memory().over(before, count)


def running(db: Db, *statements: str) -> Callable[[], None]:
    def run() -> None:
        for statement in statements:
            db.execute(statement)

    return run


def peak_while(server: MeasuredServer, work: Callable[[], None]) -> Memory:
    """The most that the server held during `work` above what it had before: the reading with the largest total."""
    before = server.memory()
    seen = [before]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            seen.append(server.memory(at_once=True))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        done.set()
        watcher.join()
    return max(seen, key=lambda one: one.total).over(before)
