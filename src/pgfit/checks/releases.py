"""Until when each major of PostgreSQL is mended."""

from datetime import date

__all__ = ["AS_OF", "ENDS", "has_ended"]

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
"""The day of each major's last minor version, by https://www.postgresql.org/support/versioning/."""


def has_ended(major: int) -> bool:
    """False for a major that is not known."""
    return major in ENDS and ENDS[major] < AS_OF
