"""Who gets which share of the limit. Decided here once; the rules only report it.

Between the barest server that works (8 MB of shared_buffers, 256 kB of work_mem, no parallel query) and the
comfortable one of the profile lies a straight line; demand.py knows both ends. If the sessions the user asked for
leave no room for comfort, pgfit walks along the line as far as the limit allows. If comfort fits, more sessions are
granted, up to what the processors serve; and what is left then goes to shared_buffers, up to the profile's full share,
and after that to work_mem. So a larger limit never gives less shared_buffers or work_mem.
"""

from typing import NamedTuple

from ..errors import DoesNotFit
from ..model import Budget, Facts, Known, Profile
from ..units import KB, MB, Bytes, Cpus, human, round_down
from .charges import Load
from .demand import Demand
from .extensions import Extension
from .refusal import refusal
from .report import report

__all__ = ["Shares", "divide"]


class Shares(NamedTuple):
    """The numbers that more than one rule, or the budget, depends on."""

    max_connections: int
    superuser_reserved_connections: int
    reserved_connections: int
    """Those of both kinds of reserve together are not the application's."""
    shared_buffers: Bytes
    work_mem: Bytes
    hash_mem_multiplier: float
    maintenance_work_mem: Bytes
    autovacuum_work_mem: Bytes
    temp_buffers: Bytes
    statistics_target: int
    jit: bool
    parallel_hash: bool
    extensions: tuple[Extension, ...]
    """Those the user named, and those that a fixed shared_preload_libraries loads."""
    served: int
    """Sessions that the processors serve without a pooler, by the profile."""
    max_worker_processes: int
    max_parallel_workers: int
    max_parallel_workers_per_gather: int
    max_parallel_maintenance_workers: int
    autovacuum_max_workers: int
    autovacuum_worker_slots: int
    io_method: str
    io_workers: int
    max_locks_per_transaction: int
    shm_need: Bytes
    """What may lie in /dev/shm at once, if it is as large as that."""
    cpus: Cpus
    crowded: bool
    """Whether the sessions asked for left less than the profile's comfort."""
    budget: Budget


def divide(facts: Facts, profile: Profile) -> Shares:
    """Raises DoesNotFit, with the nearest wishes that fit, unless the facts allow overcommitment."""
    demand = Demand(facts, profile)
    load = _best_load(demand)
    comfortable = demand.comfortable(load.max_connections)
    crowded = load.shared_buffers < comfortable.shared_buffers or load.work_mem < comfortable.work_mem
    whole = _tidied(demand, load)
    workers, maintenance = _workers_in_shm(demand, whole)
    whole = whole._replace(parallel_workers=workers)
    connections = int(whole.max_connections)
    asked = facts.connections.value if isinstance(facts.connections, Known) else connections
    return Shares(
        max_connections=connections,
        superuser_reserved_connections=demand.reserved(asked),
        reserved_connections=int(demand.fix("reserved_connections", 0)),
        shared_buffers=Bytes(int(whole.shared_buffers)),
        work_mem=Bytes(int(whole.work_mem)),
        hash_mem_multiplier=demand.hash_mem_multiplier,
        maintenance_work_mem=Bytes(int(whole.maintenance_work_mem)),
        autovacuum_work_mem=Bytes(int(whole.autovacuum_work_mem)),
        temp_buffers=Bytes(int(demand.temp_buffers)),
        statistics_target=demand.statistics_target,
        jit=demand.jit,
        parallel_hash=demand.parallel_hash,
        extensions=tuple(demand.extensions),
        served=demand.served,
        max_worker_processes=demand.slots_for(workers),
        max_parallel_workers=workers,
        max_parallel_workers_per_gather=min(demand.per_gather, workers),
        max_parallel_maintenance_workers=min(maintenance, workers),
        autovacuum_max_workers=int(whole.autovacuum_workers),
        autovacuum_worker_slots=demand.autovacuum_slots,
        io_method=demand.io_method,
        io_workers=int(whole.io_workers),
        max_locks_per_transaction=demand.locks,
        shm_need=Bytes(int(_shm(demand, whole, workers, min(maintenance, workers)))),
        cpus=demand.cpus,
        crowded=crowded,
        budget=report(whole, demand.real(), demand.real_costs(whole), facts, profile),
    )


# -- the load: how far along the line, how many sessions, who gets the rest -----------------------------------------


def _best_load(demand: Demand) -> Load:
    """The most comfortable load that fits. Raises DoesNotFit."""
    least, most, limit = demand.least_connections, demand.most_connections, demand.limit
    comfortable = demand.comfortable(least)
    at_least = demand.cost(comfortable)
    if at_least > limit:
        return _between(demand, demand.bare(least), comfortable, at_least)
    if most > least:
        at_most = demand.cost(demand.comfortable(most))
        if at_most > limit:
            connections = int(least + (most - least) * (limit - at_least) / (at_most - at_least))
            while demand.cost(demand.comfortable(connections)) > limit:
                connections -= 1
            return demand.comfortable(connections)
        comfortable, at_least = demand.comfortable(most), at_most
    return _filled(demand, _cached(demand, comfortable, at_least))


def _cached(demand: Demand, load: Load, cost: float) -> Load:
    """What is left of the limit goes to shared_buffers first, up to the full share."""
    left = demand.limit - cost
    full = load._replace(shared_buffers=max(load.shared_buffers, demand.full_shared_buffers()))
    price = demand.cost(full) - cost
    if price <= left:
        return full
    more = (full.shared_buffers - load.shared_buffers) * left / price
    some = load._replace(shared_buffers=load.shared_buffers + more)
    over = max(0.0, demand.cost(some) - demand.limit)  # the cost is not quite straight, but a byte never costs less than one
    return some._replace(shared_buffers=some.shared_buffers - over)


def _filled(demand: Demand, load: Load) -> Load:
    """And then to work_mem."""
    if "work_mem" in demand.fixed:
        return load
    left = demand.limit - demand.cost(load)
    workers = max(load.parallel_workers, demand.most_parallel(load.max_connections))
    takers = load.max_connections + workers + demand.given.querying_workers
    more = load.work_mem + left / (takers * demand.given.per_work_mem())
    return load._replace(work_mem=max(load.work_mem, min(more, demand.profile.work_mem_at_most)))


def _between(demand: Demand, bare: Load, comfortable: Load, cost: float) -> Load:
    """The point of the line whose cost is the limit. The cost is nearly straight, so a false position is nearly right;
    halving the side that stays (the Illinois rule) keeps it from creeping where it is not.
    """
    low, high, point = 0.0, 1.0, bare
    below, above = demand.cost(bare) - demand.limit, cost - demand.limit
    if below > 0:
        if demand.facts.allow_overcommit or demand.fits(bare):
            return bare
        raise refusal(demand, divide)
    missing, moved = below, 0
    for _ in range(30):
        if missing > -KB:
            break
        middle = (low * above - high * below) / (above - below)
        candidate = Load(*(a + middle * (b - a) for a, b in zip(bare, comfortable, strict=True)))
        distance = demand.cost(candidate) - demand.limit
        if distance <= 0:
            low, below, missing, point = middle, distance, distance, candidate
            above = above / 2 if moved < 0 else above
            moved = -1
        else:
            high, above = middle, distance
            below = below / 2 if moved > 0 else below
            moved = 1
    return point


def _tidied(demand: Demand, load: Load) -> Load:
    """Whole processes and round sizes, each rounded down; what the user fixed stays as it is."""

    def tidy(name: str, value: float, least: int = MB) -> float:
        return value if name in demand.fixed else float(round_down(value, least=least))

    return load._replace(
        shared_buffers=tidy("shared_buffers", load.shared_buffers),
        work_mem=tidy("work_mem", load.work_mem, 64 * KB),
        maintenance_work_mem=tidy("maintenance_work_mem", load.maintenance_work_mem),
        autovacuum_work_mem=tidy("autovacuum_work_mem", load.autovacuum_work_mem),
        parallel_workers=int(load.parallel_workers),
        autovacuum_workers=int(load.autovacuum_workers),
        io_workers=int(load.io_workers),
    )


# -- /dev/shm -------------------------------------------------------------------------------------------------------


def _shm(demand: Demand, load: Load, workers: int, maintenance_workers: int) -> float:
    """What may lie in /dev/shm at once: statistics, shared hash tables, parallel VACUUM or index builds, parallel apply.

    PostgreSQL fills min_dynamic_shared_memory first. But a VACUUM or build wants its maintenance_work_mem in one piece:
    only where all of them fit there together is it sure to find one.
    """
    given = demand.given
    c = given.constants
    statistics = c.statistics + 2 * MB
    shared = workers * 5 * MB + given.parallel_apply_workers * c.parallel_apply  # a bitmap scan: 4 to 5 MB with its workers
    if workers and demand.parallel_hash:
        shared += load.max_connections * given.hashes * given.hash * given.hash_mem_multiplier * load.work_mem
    builds = any(one.builds_in_shm for one in demand.extensions)
    piece = load.maintenance_work_mem if maintenance_workers and (c.vacuum_in_shm or builds) else 0.0
    elsewhere = given.min_dynamic_shared_memory
    if statistics + shared + piece <= elsewhere:
        return statistics
    return statistics + max(0.0, shared - elsewhere) + piece


def _workers_in_shm(demand: Demand, load: Load) -> tuple[int, int]:
    """Parallel workers and parallel maintenance workers, fewer where /dev/shm cannot hold what they share.

    Raises DoesNotFit where the user fixed more than it can hold.
    """
    workers, maintenance = int(load.parallel_workers), demand.maintenance_workers
    if not isinstance(demand.facts.shm_size, Known):
        return workers, maintenance
    room = float(demand.facts.shm_size.value)
    least_workers = int(max(demand.least_parallel, demand.fix("max_parallel_workers", 0)))
    least_maintenance = int(demand.fix("max_parallel_maintenance_workers", 0))

    def need(maintenance: int) -> float:
        return _shm(demand, load, workers, min(maintenance, workers))

    in_the_way = demand.per_gather > 0 and need(maintenance) > max(room, need(least_maintenance))  # of parallel query
    if _shm(demand, load, 0, 1) > room or in_the_way:
        maintenance = least_maintenance
    while workers > least_workers and need(maintenance) > room:
        workers -= 1
    if need(maintenance) > room and (least_workers or least_maintenance) and not demand.facts.allow_overcommit:
        message = f"{human(room)} cannot hold the {human(need(maintenance))} that the fixed parallel workers may share"
        raise DoesNotFit(message, hint="fix fewer of them, or make /dev/shm larger", place="--shm-size")
    return workers, maintenance
