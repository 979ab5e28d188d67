"""A memory cgroup of one's own, version 1 or 2, where the machine allows it (root, a writable hierarchy)."""

import contextlib
import os
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

V1 = Path("/sys/fs/cgroup/memory")
V2 = Path("/sys/fs/cgroup")

__all__ = ["MemoryCgroup", "unavailable"]


def unavailable() -> str:
    """Why no memory limit can be set here; '' if one can."""
    if os.getuid() != 0:
        return "only root may make a memory cgroup"
    if (V1 / "memory.limit_in_bytes").exists():
        return "" if os.access(V1, os.W_OK) else f"{V1} is read-only"
    controllers = V2 / "cgroup.subtree_control"
    if not controllers.exists():
        return "no memory cgroup is mounted"
    if "memory" not in controllers.read_text().split():
        try:
            controllers.write_text("+memory")
        except OSError as error:
            return f"the memory controller cannot be switched on: {error.strerror}"
    return ""


class MemoryCgroup:
    """Sizes in bytes. Gone when its `with` block ends; what still runs in it is moved out first."""

    def __init__(self, limit: int) -> None:
        self.version = 1 if (V1 / "memory.limit_in_bytes").exists() else 2
        self.path = Path(tempfile.mkdtemp(prefix="pgfit-", dir=V1 if self.version == 1 else V2))
        self.set_limit(limit)
        if self.version == 2:
            with contextlib.suppress(OSError):
                (self.path / "memory.swap.max").write_text("0")

    def set_limit(self, limit: int) -> None:
        name = "memory.limit_in_bytes" if self.version == 1 else "memory.max"
        (self.path / name).write_text(str(limit))

    def _words(self, name: str) -> dict[str, int]:
        lines = (line.split() for line in (self.path / name).read_text().splitlines())
        return {words[0]: int(words[1]) for words in lines if len(words) == 2}

    @property
    def oom_kills(self) -> int:
        return self._words("memory.oom_control" if self.version == 1 else "memory.events").get("oom_kill", 0)

    @property
    def unreclaimable(self) -> int:
        """Private memory, shared memory and the kernel's: what no pressure can take away."""
        stat = self._words("memory.stat")
        if self.version == 2:
            return stat["anon"] + stat["shmem"] + stat.get("kernel", stat.get("slab", 0) + stat.get("pagetables", 0))
        return stat["rss"] + stat["shmem"] + int((self.path / "memory.kmem.usage_in_bytes").read_text())

    @property
    def refaults(self) -> int:
        stat = self._words("memory.stat")
        return stat.get("workingset_refault_file", stat.get("workingset_refault", 0))

    def remove(self) -> None:
        parent = self.path.parent / "cgroup.procs"
        for _ in range(50):
            for pid in (self.path / "cgroup.procs").read_text().split():
                with contextlib.suppress(OSError):
                    parent.write_text(pid)
            try:
                self.path.rmdir()
            except OSError:
                time.sleep(0.1)
            else:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.remove()
