"""From which share of the memory limit on shared_buffers are too large, in a file and on a live server alike."""

from ..units import MB

__all__ = ["most_of", "usual_of"]

SMALL_LIMIT, SMALL_SHARE, SHARE = 512 * MB, 0.45, 0.6
"""pgfit's own plans stay below: 30 % of 256 MB, half of 1 GB. Reads gained up to 62.5 % of the limit (docs/memory-model.md,
section 5), but beyond this share sessions and their sorts have nowhere to live.
"""


def most_of(limit: float) -> float:
    """The largest share of a limit, in bytes, that is not told."""
    return SMALL_SHARE if limit < SMALL_LIMIT else SHARE


def usual_of(limit: float) -> float:
    """Bytes that are a fair size where nobody has made a plan: two thirds of that."""
    return 2 / 3 * most_of(limit) * limit
