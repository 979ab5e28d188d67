"""Who gets which share of the limit. Decided here once; the rules only report it.

Between the barest server that works (8 MB of shared_buffers, 256 kB of work_mem, no parallel query) and the
comfortable one of the profile lies a straight line. If the sessions the user asked for leave no room for comfort,
pgfit walks along the line as far as the limit allows. If comfort fits, more sessions are granted, up to what the
processors serve; and what is left then goes to work_mem. So a larger limit never gives less
shared_buffers or work_mem.
"""

from collections.abc import Mapping
from math import ceil
from typing import NamedTuple

from ..errors import DoesNotFit
from ..model import Budget, Facts, Known, Part, Profile, Value
from ..units import GB, KB, MB, TB, Bytes, Cpus, human, print_cpus, print_postgres_size, round_down
from . import extensions, shared_memory
from .charges import Circumstances, Load, charge
from .measured import CONSTANTS

__all__ = ["Shares", "divide"]

LEAST_SHARED_BUFFERS = 8 * MB
"""Below, the server runs, but every catalog lookup competes for buffers."""
LEAST_WORK_MEM = 256 * KB
"""Below, a sort of a few thousand rows goes to disk; PostgreSQL itself would allow 64 kB."""
LEAST_MAINTENANCE_WORK_MEM = MB
"""PostgreSQL's own minimum up to 16."""
LEAST_CONNECTIONS = 3
"""An application of two sessions and a superuser: what the smallest containers are left with."""
SMALL_LIMIT, FULL_LIMIT = 256 * MB, GB
"""Between these, the share of shared_buffers grows from the profile's small share to its full one."""
PARALLEL_SHARE = 0.125
"""Of the limit that all parallel workers may take: with more, sessions would pay for them."""
WORKER = 16 * MB
"""No more parallel workers than the limit has of these are ever planned."""
PARALLEL_FLOOR = 8
"""Parallel workers that even a single session may use, processors and memory permitting; else no more than sessions."""
AUTOVACUUM_LIMIT = 512 * MB
"""Of the limit for each autovacuum worker after the first."""
AUTOVACUUM_SHARE = 0.0625
"""Of the limit that all autovacuum workers together may work in."""
LEAST_IO_WORKERS = 2
IO_LIMIT = 256 * MB
"""Of the limit for each I/O worker after those two."""
ANALYZE_SHARE = 0.06
"""Of the limit that the sample of one ANALYZE may take: the statistics target follows from it in small containers."""
JIT_SHARE = 0.05
"""Of the limit that compiled code of all sessions and workers may take; else jit stays off."""
ASSUMED_CPUS: Cpus = 1.0
"""Where nothing is known of the CPU limit: no parallel query then, which is never dangerous."""


class Shares(NamedTuple):
    """The numbers that more than one rule, or the budget, depends on."""

    max_connections: int
    superuser_reserved_connections: int
    shared_buffers: Bytes
    work_mem: Bytes
    hash_mem_multiplier: float
    maintenance_work_mem: Bytes
    autovacuum_work_mem: Bytes
    temp_buffers: Bytes
    statistics_target: int
    jit: bool
    max_worker_processes: int
    max_parallel_workers: int
    max_parallel_workers_per_gather: int
    max_parallel_maintenance_workers: int
    autovacuum_max_workers: int
    autovacuum_worker_slots: int
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
    return _Division(facts, profile).shares()


class _Division:
    """The limit, the wishes, and the two ends of the line between bare and comfortable."""

    def __init__(self, facts: Facts, profile: Profile) -> None:
        self.facts, self.profile, self.fixed = facts, profile, facts.fixed
        self.limit = float(facts.memory.value)
        self.cpus = facts.cpus.value if isinstance(facts.cpus, Known) else ASSUMED_CPUS
        self.extensions = [extensions.find(name) for name in facts.extensions]
        self._count_processes()
        self._count_connections()
        row = profile.analyze_row_bytes
        constants = CONSTANTS[facts.postgres]
        affordable = ANALYZE_SHARE * self.limit / (constants.analyze_rows * row)
        target = self._fix("default_statistics_target", max(10, min(profile.default_statistics_target, affordable)))
        fixed_target = "default_statistics_target" in self.fixed or target == profile.default_statistics_target
        self.statistics_target = int(target) if fixed_target else int(target) // 10 * 10
        self.temp_buffers = self._fix("temp_buffers", min(8 * MB, max(MB, round_down(self.limit / 256))))
        self.hash_mem_multiplier = float(self._fix("hash_mem_multiplier", 1.0))
        code = constants.jit * (self.most_connections + self.wanted_parallel)
        self.jit = bool(self._fix("jit", profile.jit and code <= JIT_SHARE * self.limit))
        self.given = Circumstances(
            major=facts.postgres,
            constants=constants,
            limit=self.limit,
            reserve=facts.reserve,
            sorts=profile.sorts,
            hashes=profile.hashes,
            hash_mem_multiplier=self.hash_mem_multiplier,
            relations=profile.relations,
            prepared_statements=profile.prepared_statements,
            temp_table_sessions=profile.temp_table_sessions,
            temp_buffers=self.temp_buffers,
            analyze_sample=constants.analyze_rows * target * row,
            jit=self.jit,
            background_workers=sum(one.workers for one in self.extensions),
            querying_workers=sum(one.workers for one in self.extensions if one.workers_query),
            extension_shared_memory=sum(one.shared_memory for one in self.extensions) + self._fixed_slru(),
            min_dynamic_shared_memory=self._fix("min_dynamic_shared_memory", 0),
            static=self._static,
        )

    # -- what the user fixed, what the processors allow ---------------------------------------------------------

    def _fix(self, name: str, value: float) -> float:
        """The user's own value where there is one. Where PostgreSQL derives it (-1), so does the default here."""
        fixed = self.fixed.get(name, value)
        return value if isinstance(fixed, str) or fixed == -1 else float(fixed)

    def _autovacuum_work_mem(self, value: float, maintenance_work_mem: float) -> float:
        """Fixed at -1 it is maintenance_work_mem, whatever pgfit would have chosen."""
        derived = self.fixed.get("autovacuum_work_mem") == -1
        return maintenance_work_mem if derived else self._fix("autovacuum_work_mem", value)

    def _fixed_slru(self) -> float:
        """17 and later: caches of transaction status, which are sized by themselves unless fixed."""
        names = (
            "transaction_buffers",
            "subtransaction_buffers",
            "commit_timestamp_buffers",
            "multixact_member_buffers",
        )
        more = ("multixact_offset_buffers", "notify_buffers", "serializable_buffers")
        return sum(1.03 * max(0.0, self._fix(name, 0)) for name in (*names, *more))

    def _count_processes(self) -> None:
        whole, profile, memory = int(self.cpus), self.profile, self.limit
        gather = min(whole // 2, profile.parallel_workers_per_gather)
        self.per_gather = int(self._fix("max_parallel_workers_per_gather", gather))
        self.maintenance_workers = int(self._fix("max_parallel_maintenance_workers", min(whole // 2, 4)))
        self.least_parallel = max(
            self._fix("max_parallel_workers_per_gather", 0), self._fix("max_parallel_maintenance_workers", 0)
        )  # a user who asks for workers gets them
        self.wanted_parallel = max(self.least_parallel, whole if whole >= 2 else 0)
        by_cpu = 1 if whole < 1 else 2 if whole < 4 else min(10, max(3, whole // 8))
        self.most_autovacuum = self._fix("autovacuum_max_workers", min(by_cpu, 1 + memory / AUTOVACUUM_LIMIT))
        self.least_autovacuum = self._fix("autovacuum_max_workers", 1)
        io = LEAST_IO_WORKERS if whole <= 2 else min(32, max(3, whole // 4))
        name = "io_max_workers" if self.facts.postgres >= 19 else "io_workers"
        affordable = min(io, LEAST_IO_WORKERS + memory / IO_LIMIT)
        self.most_io = self._fix(name, affordable) if self.facts.postgres >= 18 else 0
        self.least_io = self._fix(name, LEAST_IO_WORKERS) if self.facts.postgres >= 18 else 0
        bound = self._fix("max_parallel_workers", max(self.least_parallel, min(self.wanted_parallel, memory / WORKER)))
        self.worker_processes = self._slots_for(bound)
        slots = max(5, int(self.most_autovacuum))
        self.autovacuum_slots = int(self._fix("autovacuum_worker_slots", slots)) if self.facts.postgres >= 18 else 0
        default_locks = 128 if self.facts.postgres >= 19 else 64
        locks = max([default_locks, *(one.locks for one in self.extensions)])
        self.locks = int(self._fix("max_locks_per_transaction", locks))

    def _slots_for(self, parallel_workers: float) -> int:
        """max_worker_processes: parallel workers, extensions, and two for logical replication."""
        own = sum(one.workers for one in self.extensions)
        return int(self._fix("max_worker_processes", max(8, int(parallel_workers) + own + 2)))

    def _count_connections(self) -> None:
        profile = self.profile
        served = min(profile.connections_per_cpu * self.cpus, profile.connections_at_most)
        self.most_connections = int(max(served, min(profile.connections_at_least, profile.connections_at_most)))
        self.least_connections = min(LEAST_CONNECTIONS, self.most_connections)
        asked = self.facts.connections
        if "max_connections" in self.fixed:
            self.least_connections = self.most_connections = int(self._fix("max_connections", 0))
        elif isinstance(asked, Known):
            exact = asked.value + self._reserved(asked.value)
            self.least_connections = self.most_connections = exact

    def _reserved(self, connections: int) -> int:
        """superuser_reserved_connections: PostgreSQL's 3, fewer where sessions are few."""
        return int(self._fix("superuser_reserved_connections", 3 if connections >= 15 else 1))

    # -- the line between bare and comfortable ------------------------------------------------------------------

    def _static(self, load: Load) -> shared_memory.Static:
        slots = self.autovacuum_slots or load.autovacuum_workers
        known = {
            name: self._fix(name, default)
            for name, default in shared_memory.Static._field_defaults.items()
            if name in self.fixed
        }
        return shared_memory.Static(
            **{
                **known,
                "shared_buffers": load.shared_buffers,
                "max_connections": load.max_connections,
                "autovacuum_workers": slots,
                "max_worker_processes": self.worker_processes,
                "max_locks_per_transaction": self.locks,
            }
        )

    def _bare(self, connections: float) -> Load:
        return Load(
            max_connections=connections,
            shared_buffers=self._fix("shared_buffers", LEAST_SHARED_BUFFERS),
            work_mem=self._fix("work_mem", LEAST_WORK_MEM),
            maintenance_work_mem=self._fix("maintenance_work_mem", LEAST_MAINTENANCE_WORK_MEM),
            autovacuum_work_mem=self._autovacuum_work_mem(
                LEAST_MAINTENANCE_WORK_MEM, self._fix("maintenance_work_mem", LEAST_MAINTENANCE_WORK_MEM)
            ),
            parallel_workers=self._fix("max_parallel_workers", self.least_parallel),
            autovacuum_workers=self.least_autovacuum,
            io_workers=self.least_io,
        )

    def _comfortable(self, connections: float) -> Load:
        p, limit = self.profile, self.limit
        way = min(1.0, max(0.0, (limit - SMALL_LIMIT) / (FULL_LIMIT - SMALL_LIMIT)))
        share = p.shared_buffers_small_share + way * (p.shared_buffers_share - p.shared_buffers_small_share)
        useful = p.work_mem_useful * (limit / GB) ** 0.5
        maintenance = min(p.maintenance_work_mem_share * limit, p.maintenance_work_mem_at_most)
        maintenance = self._fix("maintenance_work_mem", max(LEAST_MAINTENANCE_WORK_MEM, maintenance))
        autovacuum = min(p.autovacuum_work_mem_share, AUTOVACUUM_SHARE / self.most_autovacuum) * limit
        autovacuum = min(autovacuum, p.autovacuum_work_mem_at_most)
        shared_buffers = self._fix("shared_buffers", max(LEAST_SHARED_BUFFERS, share * limit))
        work_mem = self._fix("work_mem", max(LEAST_WORK_MEM, min(useful, p.work_mem_at_most)))
        worker = self.given.parallel_worker(shared_buffers, work_mem)
        workers = min(self._most_parallel(connections), PARALLEL_SHARE * limit / worker, limit / WORKER)
        return Load(
            max_connections=connections,
            shared_buffers=shared_buffers,
            work_mem=work_mem,
            maintenance_work_mem=maintenance,
            autovacuum_work_mem=self._autovacuum_work_mem(max(LEAST_MAINTENANCE_WORK_MEM, autovacuum), maintenance),
            parallel_workers=self._fix("max_parallel_workers", max(self.least_parallel, workers)),
            autovacuum_workers=self.most_autovacuum,
            io_workers=self.most_io,
        )

    def _most_parallel(self, connections: float) -> float:
        """As many as processors, but a few sessions are not given dozens."""
        return min(self.wanted_parallel, max(connections, PARALLEL_FLOOR, self.least_parallel))

    def _cost(self, load: Load) -> float:
        return sum(charge(load, self.given, shared_memory.at_most).values())

    def _real(self) -> Circumstances:
        """As the plan will tell it: whole statistics target, real steps of the static shared memory."""
        given, row = self.given, self.profile.analyze_row_bytes
        return given._replace(
            analyze_sample=given.constants.analyze_rows * self.statistics_target * row,
            static=lambda load: self._static(load)._replace(
                max_worker_processes=self._slots_for(load.parallel_workers)
            ),
        )

    def _real_costs(self, load: Load) -> dict[str, Bytes]:
        costs = charge(load, self._real(), shared_memory.size)
        return {name: Bytes(ceil(cost)) for name, cost in costs.items() if cost > 0}

    def _fits(self, load: Load) -> bool:
        return sum(self._real_costs(load).values()) <= self.limit

    def _load(self) -> Load:
        """The most comfortable load that fits. Raises DoesNotFit."""
        least, most = self.least_connections, self.most_connections
        comfortable = self._comfortable(least)
        at_least = self._cost(comfortable)
        if at_least > self.limit:
            return self._between(self._bare(least), comfortable, at_least)
        if most > least:
            at_most = self._cost(self._comfortable(most))
            if at_most > self.limit:
                connections = int(least + (most - least) * (self.limit - at_least) / (at_most - at_least))
                while self._cost(self._comfortable(connections)) > self.limit:
                    connections -= 1
                return self._comfortable(connections)
            comfortable, at_least = self._comfortable(most), at_most
        return self._filled(comfortable, self.limit - at_least)

    def _filled(self, load: Load, left: float) -> Load:
        """What is left of the limit goes to work_mem."""
        if "work_mem" in self.fixed:
            return load
        workers = max(load.parallel_workers, self._most_parallel(load.max_connections))
        takers = load.max_connections + workers + self.given.querying_workers
        more = load.work_mem + left / (takers * self.given.per_work_mem())
        return load._replace(work_mem=max(load.work_mem, min(more, self.profile.work_mem_at_most)))

    def _between(self, bare: Load, comfortable: Load, cost: float) -> Load:
        """The point of the line whose cost is the limit, by regula falsi (the cost is nearly straight)."""
        low, high = 0.0, 1.0
        low_cost, high_cost = self._cost(bare), cost
        if low_cost > self.limit:
            if self.facts.allow_overcommit or self._fits(bare):
                return bare
            raise self._refusal(sum(self._real_costs(bare).values()))
        point = bare
        for _ in range(12):
            if self.limit - low_cost < KB or high_cost <= low_cost:
                break
            middle = low + (high - low) * (self.limit - low_cost) / (high_cost - low_cost)
            candidate = _blend(bare, comfortable, middle)
            candidate_cost = self._cost(candidate)
            if candidate_cost <= self.limit:
                low, low_cost, point = middle, candidate_cost, candidate
            else:
                high, high_cost = middle, candidate_cost
        return point

    # -- the answer ---------------------------------------------------------------------------------------------

    def shares(self) -> Shares:
        load = self._load()
        comfortable = self._comfortable(load.max_connections)
        whole = load._replace(
            shared_buffers=self._tidy("shared_buffers", load.shared_buffers, MB),
            work_mem=self._tidy("work_mem", load.work_mem, 64 * KB),
            maintenance_work_mem=self._tidy("maintenance_work_mem", load.maintenance_work_mem, MB),
            autovacuum_work_mem=self._tidy("autovacuum_work_mem", load.autovacuum_work_mem, MB),
            parallel_workers=int(load.parallel_workers),
            autovacuum_workers=int(load.autovacuum_workers),
            io_workers=int(load.io_workers),
        )
        workers, maintenance = self._workers_in_shm(whole)
        whole = whole._replace(parallel_workers=workers)
        connections = int(whole.max_connections)
        asked = self.facts.connections.value if isinstance(self.facts.connections, Known) else connections
        return Shares(
            max_connections=connections,
            superuser_reserved_connections=self._reserved(asked),
            shared_buffers=Bytes(int(whole.shared_buffers)),
            work_mem=Bytes(int(whole.work_mem)),
            hash_mem_multiplier=self.hash_mem_multiplier,
            maintenance_work_mem=Bytes(int(whole.maintenance_work_mem)),
            autovacuum_work_mem=Bytes(int(whole.autovacuum_work_mem)),
            temp_buffers=Bytes(int(self.temp_buffers)),
            statistics_target=self.statistics_target,
            jit=self.jit,
            max_worker_processes=self._slots_for(workers),
            max_parallel_workers=workers,
            max_parallel_workers_per_gather=min(self.per_gather, workers),
            max_parallel_maintenance_workers=min(maintenance, workers),
            autovacuum_max_workers=int(whole.autovacuum_workers),
            autovacuum_worker_slots=self.autovacuum_slots,
            io_workers=int(whole.io_workers),
            max_locks_per_transaction=self.locks,
            shm_need=Bytes(int(self._shm(whole, workers, min(maintenance, workers)))),
            cpus=self.cpus,
            crowded=load.shared_buffers < comfortable.shared_buffers or load.work_mem < comfortable.work_mem,
            budget=self._budget(whole),
        )

    def _tidy(self, name: str, value: float, least: int) -> float:
        return value if name in self.fixed else float(round_down(value, least=least))

    def _shm(self, load: Load, workers: int, maintenance_workers: int) -> float:
        """What may lie in /dev/shm at once: statistics, shared hash tables, parallel VACUUM or index builds."""
        c, given = self.given.constants, self.given
        need = c.statistics + 2 * MB
        if workers:
            shared = given.hashes * c.parallel_hash * given.hash_mem_multiplier * load.work_mem
            participants = 2 * workers  # each worker, and at worst as many leaders
            need += participants * shared + workers * 5 * MB  # a parallel bitmap scan: 5 MB
        builds = any(one.builds_in_shm for one in self.extensions)
        if maintenance_workers and (c.vacuum_in_shm or builds):
            need += load.maintenance_work_mem
        return need

    def _workers_in_shm(self, load: Load) -> tuple[int, int]:
        """Parallel workers and parallel maintenance workers, fewer where /dev/shm cannot hold what they share."""
        workers, maintenance = int(load.parallel_workers), self.maintenance_workers
        if not isinstance(self.facts.shm_size, Known):
            return workers, maintenance
        room = float(self.facts.shm_size.value)
        if self._shm(load, 0, 1) > room:
            maintenance = 0
        while workers and self._shm(load, workers, min(maintenance, workers)) > room:
            workers -= 1
        return workers, maintenance

    def _budget(self, load: Load) -> Budget:
        whys = _whys(load, self._real(), self.facts)
        parts = tuple(Part(name, size, whys[name]) for name, size in self._real_costs(load).items())
        return Budget(self.facts.memory.value, parts, _promise(load, self.profile))

    # -- refusing -----------------------------------------------------------------------------------------------

    def _refusal(self, cost: float) -> DoesNotFit:
        """By how much the wishes do not fit, and the nearest ones that do."""
        wishes = []
        asked = self.facts.connections
        if isinstance(asked, Known):
            wishes.append(f"{asked.value} connections")
        elif "max_connections" in self.fixed:
            wishes.append(f"max_connections={self.most_connections}")
        sizes = [name for name in _FIXED_SIZES if isinstance(self.fixed.get(name), Bytes)]
        wishes += [f"{name}={print_postgres_size(Bytes(int(self._fix(name, 0))))}" for name in sizes]
        subject = " with ".join((wishes[0], ", ".join(wishes[1:]))) if len(wishes) > 1 else "".join(wishes)
        needs = human(cost)
        message = (
            f"{subject or 'the smallest server pgfit would run'} needs at least {needs} at its worst; "
            f"the limit is {human(self.limit)}, {human(cost - self.limit)} too little"
        )
        return DoesNotFit(message, hint="\n".join(["what does fit:", *self._ways_out(sizes)]), place="--memory")

    def _ways_out(self, sizes: list[str]) -> list[str]:
        ways = []
        reserved = self.least_connections - (
            self.facts.connections.value if isinstance(self.facts.connections, Known) else 0
        )
        fewer = self._fewer_connections()
        asks = isinstance(self.facts.connections, Known) or "max_connections" in self.fixed
        if asks and fewer:
            if isinstance(self.facts.connections, Known):
                ways.append(f"  fewer connections: --connections {fewer - reserved}")
            else:
                ways.append(f"  fewer connections: --set max_connections={fewer}")
        for name in sizes:
            if smaller := self._smaller(name):
                ways.append(f"  a smaller {name}: --set {name}={print_postgres_size(smaller)}")
        if enough := self._more_memory():
            ways.append(f"  more memory: --memory {enough // MB}M")
        if asks and fewer:
            served = fewer - reserved if isinstance(self.facts.connections, Known) else fewer - 3
            ways.append(
                f"  a pooler in front: pgbouncer in transaction mode with default_pool_size={served} lets any number of "
                f"clients share --connections {served}"
            )
        return ways

    def _fewer_connections(self) -> int:
        """The most connections that fit, 0 if none do."""
        low, high = 0, self.least_connections
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._fits(self._bare(middle)) else (low, middle)
        return low if low >= 2 else 0

    def _smaller(self, name: str) -> Bytes | None:
        """The largest tidy value of a fixed size with which the rest fits."""
        low, high = 0.0, float(self._fix(name, 0))
        for _ in range(30):
            middle = (low + high) / 2
            fixed: Mapping[str, Value] = {**self.fixed, name: Bytes(int(middle))}
            trial = _Division(self.facts._replace(fixed=fixed), self.profile)
            fits = trial._fits(trial._bare(trial.least_connections))
            low, high = (middle, high) if fits else (low, middle)
        return round_down(low) or None

    def _more_memory(self) -> int | None:
        """The least memory limit, in whole 16 MB, with which the wishes fit."""
        low, high = self.limit, 16 * TB
        for _ in range(50):
            middle = (low + high) / 2
            trial = _Division(self.facts._replace(memory=Known(Bytes(int(middle)), "")), self.profile)
            fits = trial._fits(trial._bare(trial.least_connections))
            low, high = (low, middle) if fits else (middle, high)
        return (int(high) // (16 * MB) + 1) * 16 * MB if high < 15 * TB else None


_FIXED_SIZES = ("shared_buffers", "work_mem", "maintenance_work_mem", "autovacuum_work_mem", "temp_buffers")


def _blend(bare: Load, comfortable: Load, way: float) -> Load:
    return Load(*(low + way * (high - low) for low, high in zip(bare, comfortable, strict=True)))


def _promise(load: Load, profile: Profile) -> str:
    sorts = f"{profile.sorts} sort{'s' * (profile.sorts != 1)}" if profile.sorts else ""
    hashes = f"{profile.hashes} hash{'es' * (profile.hashes != 1)}" if profile.hashes else ""
    held = " and ".join(word for word in (sorts, hashes) if word)
    workers = f", {int(load.parallel_workers)} parallel workers" if load.parallel_workers >= 1 else ""
    return (
        f"all {int(load.max_connections)} sessions at once, each holding {held} at the worst measured{workers}, "
        f"{int(load.autovacuum_workers)} autovacuum worker{'s' * (load.autovacuum_workers >= 2)} "
        "and one manual CREATE INDEX or VACUUM"
    )


def _whys(load: Load, given: Circumstances, facts: Facts) -> dict[str, str]:
    """The arithmetic of every part, with its numbers."""
    c = given.constants
    tables = load.shared_buffers * c.page_tables
    margin = f"{c.static_margin * 100:.1f}%"
    nodes = []
    if given.sorts:
        nodes.append(f"{given.sorts:g} sort × {c.sort} × work_mem")
    if given.hashes:
        nodes.append(f"{given.hashes:g} hash × {c.hash} × work_mem × hash_mem_multiplier {given.hash_mem_multiplier:g}")
    query = (
        f"{' + '.join(nodes)} + {human((given.sorts + given.hashes) * c.node)} = {human(given.query(load.work_mem))}"
    )
    work = max(c.vacuum * load.autovacuum_work_mem, given.analyze_sample)
    session = given.session(load.shared_buffers)
    return {
        "static_shared_memory": f"shared_buffers {human(load.shared_buffers)} and PostgreSQL {given.major}'s structures "
        f"around them, by a formula fitted to real servers, + {margin}",
        "server_processes": f"postmaster and helpers {human(c.server)}"
        + (f", {load.io_workers:g} I/O workers {human(load.io_workers * c.io_worker)}" if c.io_worker else "")
        + (f", {given.background_workers} workers of extensions" if given.background_workers else "")
        + ", page tables",
        "statistics": f"cumulative statistics in /dev/shm, {given.relations:g} relations",
        "sessions": f"{load.max_connections:g} × {human(session)} (of which page tables {human(tables)})",
        "queries": f"{load.max_connections:g} × ({query})",
        "parallel_workers": f"{load.parallel_workers:g} × ({human(c.parallel_worker)} + page tables {human(tables)} + "
        f"a session's query {human(given.query(load.work_mem))})",
        "autovacuum": f"{load.autovacuum_workers:g} × ({human(c.autovacuum_worker)} + page tables {human(tables)} + "
        f"{human(work)} for VACUUM or the sample of ANALYZE)",
        "maintenance": f"{c.maintenance:g} × maintenance_work_mem {human(load.maintenance_work_mem)}"
        if c.maintenance * load.maintenance_work_mem >= given.analyze_sample
        else f"the sample of a manual ANALYZE, {human(given.analyze_sample)}",
        "other_processes": f"--reserve {human(facts.reserve)}",
        "kernel_and_page_cache": f"kept free of the {human(given.limit)}; processors: "
        f"{print_cpus(facts.cpus.value) if isinstance(facts.cpus, Known) else 'unknown'}",
    }
