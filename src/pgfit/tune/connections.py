"""Connections: how many sessions the limit carries."""

from ..model import Known, Skip, Use
from .rule import Case, Rule

__all__ = ["RULES"]


def max_connections(case: Case) -> Use:
    """How many sessions may be open at once, those reserved for superusers included.

    A promise, not a wish: each may hold its sorts and hashes at the same moment as all others. Without --connections
    there are as many as the processors serve without a pooler (the profile's number per CPU), fewer where they
    would leave work_mem useless.
    """
    s, asked = case.shares, case.facts.connections
    if isinstance(asked, Known):
        return Use(s.max_connections, f"{asked.value} for the application, {s.superuser_reserved_connections} for superusers")
    if s.max_connections >= s.served:
        return Use(s.max_connections, f"what {case.the_cpus} serves without a pooler")
    return Use(s.max_connections, f"what the limit carries; {case.the_cpus} would serve {s.served}")


def superuser_reserved_connections(case: Case) -> Use:
    """Sessions kept back for superusers, so that someone can look when all others are taken."""
    s = case.shares
    left = s.max_connections - s.superuser_reserved_connections - s.reserved_connections
    return Use(s.superuser_reserved_connections, f"of {s.max_connections}; the application may open {left}")


def reserved_connections(case: Case) -> Skip:
    """Sessions kept back for roles with pg_use_reserved_connections (16 and later)."""
    del case
    return Skip("serves only roles that were granted pg_use_reserved_connections")


RULES: tuple[Rule, ...] = (max_connections, superuser_reserved_connections, reserved_connections)
