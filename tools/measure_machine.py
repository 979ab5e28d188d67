"""Of what kind this machine is: what the memory model may depend on, and no name or path."""

import os
import platform
from pathlib import Path

from measure_server import malloc_settings
from memory_cgroup import V1

__all__ = ["machine"]


def machine() -> dict[str, str | int | dict[str, str]]:
    huge = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    words = huge.read_text() if huge.exists() else ""
    numbers = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    return {
        "kernel": ".".join(platform.release().split("-")[0].split(".")[:3]),
        "architecture": platform.machine(),
        "page_size": os.sysconf("SC_PAGE_SIZE"),
        "libc": _libc(),
        "cgroup": 1 if (V1 / "memory.limit_in_bytes").exists() else 2,
        "transparent_huge_pages": words.partition("[")[2].partition("]")[0] or "none",
        "huge_pages_reserved": int(numbers.get("HugePages_Total", "0").strip()),
        "swap_kb": int(numbers.get("SwapTotal", "0 kB").split()[0]),
        "processors": os.cpu_count() or 0,
        "malloc": malloc_settings(),
    }


def _libc() -> str:
    name, version = platform.libc_ver()
    if name:
        return f"{name} {version}"
    return "musl" if list(Path("/lib").glob("ld-musl-*")) else "unknown"
