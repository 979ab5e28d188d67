"""The server allocated clearly more shared memory than pgfit expects of its settings.

An extension in shared_preload_libraries that pgfit does not know takes shared memory of its own. The audit counts what
the server really allocated, but `pgfit recommend` cannot know it, and would leave too little beside.

Fails:
    memory: 2G
    settings:
      shared_memory_size: 300MB
      shared_preload_libraries: something_large

Passes:
    memory: 2G
    settings:
      shared_memory_size: 150MB
"""

from collections.abc import Iterator

from ...model import Unknown
from ...units import MB, human
from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "shared-memory-above-model"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-preset.html#GUC-SHARED-MEMORY-SIZE"

MORE = 1.1
"""Times the model: its own error is below 1 % of what was measured, 3 % for majors that were not."""
LEAST = 4 * MB
"""Rounding and small extensions."""


def check(audited: Audited) -> Iterator[Finding]:
    claims = audited.claims
    if isinstance(claims, Unknown) or claims.static_by_server is None:
        return
    has, expected = claims.static_by_server, claims.static_by_model
    if has <= MORE * expected or has - expected < LEAST:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"the server allocated {human(has)} of shared memory, {human(has - expected)} more than its settings explain",
        cure=f"pgfit recommend --reserve {-(-(has - expected) // MB)}M; and please report which extension it is",
        where="shared_preload_libraries",
        arithmetic=f"{human(has)} allocated > {MORE} × {human(expected)} expected",
        evidence={"allocated": has, "expected": expected},
    )
