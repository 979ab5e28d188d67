"""The limits of a live container, group by group: its own first, then those above it, as far up as they can be seen."""

from pathlib import PurePosixPath

from ..audit.container import NO_LIMIT, Container
from ..inputs.cgroup import groups_of

__all__ = ["memory_limits", "quotas"]


def memory_limits(container: Container) -> list[float | None]:
    """In bytes; None for a group that says it has no limit. memory.high is not among them: no runtime is asked for it."""
    groups = container.memory
    name = "memory.max" if groups.version == 2 else "memory.limit_in_bytes"
    texts = [container.texts[path] for one in groups.directories if (path := str(one / name)) in container.texts]
    sizes = [_number(text) for text in texts]
    return [None if size is None or size >= NO_LIMIT else size for size in sizes]


def quotas(container: Container) -> list[float | None]:
    """In processors; None for a group without a quota."""
    groups = groups_of(container.files, "cpu")
    made = [_quota(container, one, groups.version) for one in groups.directories]
    return [quota for known, quota in made if known]


def _quota(container: Container, group: PurePosixPath, version: int) -> tuple[bool, float | None]:
    names = ("cpu.max",) if version == 2 else ("cpu.cfs_quota_us", "cpu.cfs_period_us")
    texts = [container.texts[path] for name in names if (path := str(group / name)) in container.texts]
    words = " ".join(texts).split()
    if len(words) != 2:
        return False, None
    quota, period = _number(words[0]), _number(words[1])
    return True, quota / period if quota is not None and period else None


def _number(text: str) -> float | None:
    """None for `max` and -1."""
    text = text.strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 20 else None
