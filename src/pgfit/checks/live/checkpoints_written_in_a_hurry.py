"""Checkpoints write their pages in less time than they have.

With checkpoint_completion_target at 0.5, the default up to 13, the disk is busy for half of the time and idle for the
rest, and sessions feel the busy half.

Fails:
    settings:
      checkpoint_completion_target: 0.5

Passes:
    settings:
      checkpoint_completion_target: 0.9
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "checkpoints-written-in-a-hurry"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-CHECKPOINT-COMPLETION-TARGET"

SPREAD = 0.8


def check(audited: Audited) -> Iterator[Finding]:
    target = audited.server.number("checkpoint_completion_target")
    if target is None or target >= SPREAD:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"checkpoint_completion_target is {target:g}",
        settings={"checkpoint_completion_target": 0.9},
        where="checkpoint_completion_target",
        evidence={"checkpoint_completion_target": target},
    )
