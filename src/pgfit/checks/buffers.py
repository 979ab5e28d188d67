"""From which share of the memory limit on shared_buffers are too large, in a file and on a live server alike; and too small."""

from ..units import MB

__all__ = ["TINY", "most_of", "usual_of"]

SMALL_LIMIT, SMALL_SHARE, SHARE = 512 * MB, 0.45, 0.6
"""pgfit's own plans stay below: an eighth of the limit, and with the profile oltp 42 % of 512 MB and 53 % of 1 GB. Reads
gained up to 62.5 % of the limit (docs/memory-model.md, section 5), but beyond this share sessions and their sorts have nowhere
to live.
"""
TINY = 0.05
"""Of the limit, below which they are too small: with 6 % of 1 and 2 GB, 0.84 to 0.97 of the writes of 11 % are left."""
SESSION = 16 * MB
"""Of a small limit, per session: with fewer than this allows, what they leave is for shared_buffers."""


def most_of(limit: float, connections: object) -> float:
    """The largest share of a limit, in bytes, that is not told. `connections` is max_connections, None where it is not known."""
    few = isinstance(connections, int) and connections * SESSION <= limit
    return SHARE if limit >= SMALL_LIMIT or few else SMALL_SHARE


def usual_of(limit: float) -> float:
    """Bytes that are a fair size where nobody has made a plan: an eighth, as the profile `web` takes with one processor."""
    return limit / 8
