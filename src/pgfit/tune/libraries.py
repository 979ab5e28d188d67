"""What extensions need to be preloaded."""

from ..model import Skip, Use
from .rule import Case, Rule

__all__ = ["RULES"]


def shared_preload_libraries(case: Case) -> Use | Skip:
    """Libraries loaded at start.

    Given on the command line it replaces what postgresql.conf says, it does not add to it: name every extension that
    is preloaded today, or leave --extension out and this setting stays as it is.
    """
    libraries = [one.preload for one in case.shares.extensions if one.preload]
    if not libraries:
        return Skip("no extension that must be preloaded was named with --extension")
    return Use(",".join(libraries), "named with --extension; replaces what the configuration preloads now")


RULES: tuple[Rule, ...] = (shared_preload_libraries,)
