"""When the wishes do not fit: by how much, and the nearest ones that do."""

from collections.abc import Callable

from ..catalog import catalog
from ..catalog.values import clamp, print_value
from ..errors import BadValue, DoesNotFit
from ..model import Facts, Known, Profile
from ..units import MB, TB, Bytes, human, print_postgres_size, round_down
from .conflicts import check
from .demand import Demand

__all__ = ["refusal"]

SIZES = ("shared_buffers", "work_mem", "maintenance_work_mem", "autovacuum_work_mem", "temp_buffers")
"""Settings whose fixed value may be what does not fit."""

Divide = Callable[[Facts, Profile], object]
"""Raises DoesNotFit: the whole of budget.py, to try with it what is offered."""


def refusal(demand: Demand, divide: Divide) -> DoesNotFit:
    """The error to raise, with fewer connections, smaller sizes, more memory and a pooler as ways out, each tried."""
    facts, cost = demand.facts, demand.real_cost(demand.bare(demand.least_connections))
    wishes = []
    if isinstance(facts.connections, Known):
        wishes.append(f"{facts.connections.value} connections")
    elif "max_connections" in facts.fixed:
        wishes.append(f"max_connections={demand.most_connections}")
    sizes = [name for name in SIZES if isinstance(facts.fixed.get(name), Bytes)]
    wishes += [f"{name}={print_postgres_size(Bytes(int(demand.fix(name, 0))))}" for name in sizes]
    named = {*SIZES, "max_connections"}
    wishes += [f"{name}={print_value(value)}" for name, value in facts.fixed.items() if name not in named]
    subject = " and ".join(wishes)
    verb = "need" if len(wishes) > 1 or isinstance(facts.connections, Known) else "needs"
    message = (
        f"{subject or 'the smallest server pgfit would run'} {verb} at least {human(cost)} at worst; "
        f"the limit is {human(demand.limit)}, {human(cost - demand.limit)} too little"
    )
    ways = _ways_out(demand, sizes, divide)
    hint = "\n".join(["what does fit:", *ways]) if ways else "no change of one of them alone is enough: fix fewer settings"
    return DoesNotFit(message, hint=hint, place="--memory")


def _ways_out(demand: Demand, sizes: list[str], divide: Divide) -> list[str]:
    ways, facts = [], demand.facts
    fewer, application = _fewer_connections(demand)
    pooled = application > 0 and _granted(_with_connections(facts, fewer), demand, divide)
    if pooled and "max_connections" in facts.fixed:
        ways.append(f"  fewer connections: --set max_connections={fewer}")
    elif pooled:
        ways.append(f"  fewer connections: --connections {fewer}")
    smaller = [(name, _smaller(demand, name, divide)) for name in sizes]
    ways += [f"  a smaller {name}: --set {name}={print_postgres_size(size)}" for name, size in smaller if size]
    if enough := _more_memory(demand, divide):
        ways.append(f"  more memory: --memory {enough // MB}M")
    if pooled:
        ways.append(
            f"  a pooler in front: pgbouncer with pool_mode=transaction and {application} server connections in all; "
            "then any number of clients share them"
        )
    return ways


def _with_connections(facts: Facts, number: int) -> Facts:
    """Where the user fixed max_connections, that many; else so many for the application."""
    if "max_connections" in facts.fixed:
        return facts._replace(fixed={**facts.fixed, "max_connections": number})
    return facts._replace(connections=Known(number, "tried"))


def _with_size(facts: Facts, name: str, size: float) -> Facts:
    return facts._replace(fixed={**facts.fixed, name: Bytes(int(size))})


def _with_memory(facts: Facts, memory: float) -> Facts:
    return facts._replace(memory=Known(Bytes(int(memory)), "tried"))


def _bare_fits(facts: Facts, demand: Demand) -> bool:
    tried = Demand(facts, demand.profile)
    return tried.fits(tried.bare(tried.least_connections))


def _granted(facts: Facts, demand: Demand, divide: Divide) -> bool:
    """Whether a plan comes of it: where the bare server fits, /dev/shm may still be too small, or another wish contradict."""
    if not _bare_fits(facts, demand):
        return False
    try:
        check(facts)
        divide(facts, demand.profile)
    except (BadValue, DoesNotFit):
        return False
    return True


def _edge(fits: Callable[[float], bool], good: float, bad: float) -> float:
    """The last value that fits on the way from one that does to one that does not."""
    for _ in range(50):
        middle = (good + bad) / 2
        good, bad = (middle, bad) if fits(middle) else (good, middle)
    return good


def _fewer_connections(demand: Demand) -> tuple[int, int]:
    """The most connections that fit, counted as the user does, and how many of them are the application's."""
    facts = demand.facts

    def fits(number: float) -> bool:
        return _bare_fits(_with_connections(facts, max(1, int(number))), demand)

    if "max_connections" in demand.fixed:
        fewer = int(_edge(fits, 0, demand.most_connections))
        return fewer, fewer - demand.reserved(fewer) - int(demand.fix("reserved_connections", 0))
    fewer = int(_edge(fits, 0, facts.connections.value)) if isinstance(facts.connections, Known) else 0
    return fewer, fewer


def _smaller(demand: Demand, name: str, divide: Divide) -> Bytes | None:
    """The largest tidy value of a fixed size with which the rest fits."""
    edge = _edge(lambda size: _bare_fits(_with_size(demand.facts, name, size), demand), 0.0, demand.fix(name, 0))
    size = round_down(edge)
    possible = size > 0 and clamp(catalog(demand.facts.postgres)[name], size) == size
    return size if possible and _granted(_with_size(demand.facts, name, size), demand, divide) else None


def _more_memory(demand: Demand, divide: Divide) -> int | None:
    """The least memory limit, in whole 16 MB, with which the wishes fit."""
    edge = _edge(lambda memory: _bare_fits(_with_memory(demand.facts, memory), demand), 16.0 * TB, demand.limit)
    if edge >= 15 * TB:
        return None
    rounded = [(int(edge) // (16 * MB) + steps) * 16 * MB for steps in range(1, 4)]
    # what else follows from the limit may just not fit the rounded one
    return next((memory for memory in rounded if _granted(_with_memory(demand.facts, memory), demand, divide)), None)
