"""With JIT the worst case does not fit the limit; without it, it would.

A session that compiled a query once keeps up to 26 MB of compiled code and its compiler until it ends, and so does
each parallel worker. No memory setting bounds that. Compiling pays for queries of seconds, not for those of a web page.

Fails:
    memory: 1500M
    settings:
      jit: on
      max_connections: 50
      work_mem: 1MB
      max_parallel_workers: 2

Passes:
    memory: 1500M
    settings:
      jit: off
      max_connections: 50
      work_mem: 1MB
      max_parallel_workers: 2
"""

from collections.abc import Iterator

from ...model import Unknown
from ...tune.measured import CONSTANTS
from ...units import human
from ..audited import Audited
from ..finding import INFO, LIKELY, Finding
from ..shares import limit_of

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "jit-above-limit"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-JIT"


def check(audited: Audited) -> Iterator[Finding]:
    server, claims, limit = audited.server, audited.claims, limit_of(audited)
    constants, sessions = CONSTANTS.get(server.major), server.number("max_connections")
    workers = server.number("max_parallel_workers")
    if isinstance(claims, Unknown) or limit is None or constants is None or server.is_on("jit") is not True:
        return
    if sessions is None or workers is None or claims.fits is not False:
        return
    code = int((sessions + workers) * constants.jit)
    if claims.worst_case - code > limit:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"compiled code may take {human(code)}: with jit=off the worst case of {human(claims.worst_case)} fits {human(limit)}",
        settings={"jit": False},
        where="jit",
        arithmetic=f"({sessions:.0f} sessions + {workers:.0f} parallel workers) × {human(constants.jit)}",
        evidence={"code": code, "worst_case": claims.worst_case, "limit": int(limit)},
        confidence=LIKELY,
    )
