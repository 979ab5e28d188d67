"""The major version is newer than pgfit knows.

It is read with the catalog and the memory model of the newest major that was measured. Settings that came since are
not judged, and the figures may be off by some percent.

Fails:
    postgres: 19

Passes:
    postgres: 18
"""

from collections.abc import Iterator

from ...catalog import NEWEST_BOOTED
from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "major-not-known-yet"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/release.html"


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    if server.major <= NEWEST_BOOTED:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"PostgreSQL {server.major} was not measured yet: the figures are those of {NEWEST_BOOTED}, with a margin",
        cure="a newer pgfit, if there is one",
        where="server",
        evidence={"major": server.major, "measured": NEWEST_BOOTED},
    )
