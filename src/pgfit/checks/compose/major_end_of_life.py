"""The major version of PostgreSQL gets no more fixes.

Each major is mended for five years; after its last minor version, holes in security and bugs that lose data stay open.
For 12 and older they have been open for two years and more, which is told as an error.

Fails:

    services:
      db:
        image: postgres:13.23

Passes:

    services:
      db:
        image: postgres:18.4
"""

from collections.abc import Iterator
from datetime import date

from ..deployment import Deployment
from ..finding import ERROR, WARNING, Finding

ID = "major-end-of-life"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/support/versioning/"

AS_OF = date(2026, 11, 23)
"""What is said depends on pgfit, not on the day it runs: the same file gets the same findings. A release updates it."""
ENDS = {
    9: date(2021, 11, 11),  # 9.6; those before it earlier
    10: date(2022, 11, 10),
    11: date(2023, 11, 9),
    12: date(2024, 11, 21),
    13: date(2025, 11, 13),
    14: date(2026, 11, 12),
    15: date(2027, 11, 11),
    16: date(2028, 11, 9),
    17: date(2029, 11, 8),
    18: date(2030, 11, 14),
    19: date(2031, 11, 13),
}
"""The last minor version of each major, by https://www.postgresql.org/support/versioning/."""
OPEN_FOR_YEARS = 12
"""This major and those before it."""


def check(deployment: Deployment) -> Iterator[Finding]:
    major = deployment.major
    if major is None or major not in ENDS or ENDS[major] >= AS_OF:
        return
    name = "9" if major == 9 else str(major)
    message = f"PostgreSQL {name} ended on {ENDS[major]:%Y-%m-%d}: no more fixes (as of {AS_OF:%Y-%m-%d})"
    cure = f"PostgreSQL {max(ENDS)}: dump, start the new image on an empty volume, restore; or pg_upgrade"
    node = deployment.get("image") or deployment.get("build")
    yield deployment.finding(ID, ERROR if major <= OPEN_FOR_YEARS else SEVERITY, message, cure, node=node)
