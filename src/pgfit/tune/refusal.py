"""When the wishes do not fit: by how much, and the nearest ones that do."""

from collections.abc import Callable

from ..catalog.values import print_value
from ..errors import DoesNotFit
from ..model import Known
from ..units import MB, TB, Bytes, human, print_postgres_size, round_down
from .demand import Demand

__all__ = ["refusal"]

SIZES = ("shared_buffers", "work_mem", "maintenance_work_mem", "autovacuum_work_mem", "temp_buffers")
"""Settings whose fixed value may be what does not fit."""


def refusal(demand: Demand) -> DoesNotFit:
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
    return DoesNotFit(message, hint="\n".join(["what does fit:", *_ways_out(demand, sizes)]), place="--memory")


def _ways_out(demand: Demand, sizes: list[str]) -> list[str]:
    ways = []
    fewer = _fewer_connections(demand)
    asked = isinstance(demand.facts.connections, Known)
    application = fewer - demand.reserved(fewer)
    if fewer and asked:
        ways.append(f"  fewer connections: --connections {application}")
    elif fewer and "max_connections" in demand.fixed:
        ways.append(f"  fewer connections: --set max_connections={fewer}")
    smaller = [(name, _smaller(demand, name)) for name in sizes]
    ways += [f"  a smaller {name}: --set {name}={print_postgres_size(size)}" for name, size in smaller if size]
    if enough := _more_memory(demand):
        ways.append(f"  more memory: --memory {enough // MB}M")
    if fewer and (asked or "max_connections" in demand.fixed):
        ways.append(
            f"  a pooler in front: pgbouncer with pool_mode=transaction and {application} server connections in all; "
            "then any number of clients share them"
        )
    return ways


def _bare_fits(demand: Demand) -> bool:
    return demand.fits(demand.bare(demand.least_connections))


def _edge(fits: Callable[[float], bool], good: float, bad: float) -> float:
    """The last value that fits on the way from one that does to one that does not."""
    for _ in range(50):
        middle = (good + bad) / 2
        good, bad = (middle, bad) if fits(middle) else (good, middle)
    return good


def _fewer_connections(demand: Demand) -> int:
    """The most connections that fit, 0 if not even two do."""
    fewer = int(_edge(lambda number: demand.fits(demand.bare(int(number))), 0, demand.least_connections))
    return fewer if fewer >= 2 else 0


def _smaller(demand: Demand, name: str) -> Bytes | None:
    """The largest tidy value of a fixed size with which the rest fits."""

    def fits(size: float) -> bool:
        fixed = {**demand.fixed, name: Bytes(int(size))}
        return _bare_fits(Demand(demand.facts._replace(fixed=fixed), demand.profile))

    return round_down(_edge(fits, 0.0, demand.fix(name, 0))) or None


def _more_memory(demand: Demand) -> int | None:
    """The least memory limit, in whole 16 MB, with which the wishes fit."""

    def fits(memory: float) -> bool:
        limit = Known(Bytes(int(memory)), "tried")
        return _bare_fits(Demand(demand.facts._replace(memory=limit), demand.profile))

    edge = _edge(fits, 16.0 * TB, demand.limit)
    if edge >= 15 * TB:
        return None
    rounded = [(int(edge) // (16 * MB) + steps) * 16 * MB for steps in range(1, 4)]
    # what else follows from the limit may just not fit the rounded one
    return next((memory for memory in rounded if fits(memory)), None)
