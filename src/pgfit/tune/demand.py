"""What is asked of the limit, before it is divided: by the user, the profile and the processors.

A Demand knows both ends of the line that budget.py walks along: `bare`, the smallest server that works with these
wishes, and `comfortable`, the one the profile would like. A setting that the user fixed is the same at both ends.
"""

from math import ceil, inf

from ..model import Facts, Known, Profile
from ..units import GB, KB, MB, TB, Bytes, Cpus, round_down
from . import extensions, shared_memory
from .charges import Circumstances, Load, charge
from .measured import CONSTANTS

__all__ = ["Demand", "for_superusers"]

LEAST_SHARED_BUFFERS = 8 * MB
"""Below, the server runs, but every catalog lookup competes for buffers."""
MOST_SHARED_BUFFERS = 8 * TB - 8 * KB
"""PostgreSQL's own maximum: 2^30 - 1 blocks."""
LEAST_WORK_MEM = 256 * KB
"""Below, a sort of a few thousand rows goes to disk; PostgreSQL itself would allow 64 kB."""
LEAST_MAINTENANCE_WORK_MEM = MB
"""PostgreSQL's own minimum up to 16."""
LEAST_CONNECTIONS = 3
"""An application of two sessions and a superuser: what the smallest containers are left with."""
SMALL_LIMIT, FULL_LIMIT = 256 * MB, GB
"""Between these, the share of shared_buffers grows from the profile's small share to its full one."""
LEAST_SHARE = 0.125
"""Below SMALL_LIMIT the small share shrinks with the limit down to this: a few sessions are worth more there."""
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
PARALLEL_APPLY = 2
"""Parallel apply workers that each subscription may have beside its own worker (16 and later): PostgreSQL's default."""
SLRU = {
    "transaction_buffers": 2.03,  # it keeps as much again of log positions
    "subtransaction_buffers": 1.03,
    "commit_timestamp_buffers": 1.03,
    "multixact_member_buffers": 1.03,
    "multixact_offset_buffers": 1.03,
    "notify_buffers": 1.03,
    "serializable_buffers": 1.03,
}
"""What each byte of them really costs: `postgres -C shared_memory_size` on 17 and 18."""
ASSUMED_CPUS: Cpus = 1.0
"""Where nothing is known of the CPU limit: no parallel query then, which is never dangerous."""


def for_superusers(connections: float) -> int:
    """superuser_reserved_connections where it is not fixed: PostgreSQL's 3, fewer where sessions are few."""
    return 3 if connections >= 15 else 1 if connections > 1 else 0


class Demand:
    """Everything that does not depend on how the limit is divided."""

    def __init__(self, facts: Facts, profile: Profile) -> None:
        self.facts, self.profile, self.fixed = facts, profile, facts.fixed
        self.limit = float(facts.memory.value)
        self.cpus = facts.cpus.value if isinstance(facts.cpus, Known) else ASSUMED_CPUS
        self.extensions = extensions.wanted(facts.extensions, facts.fixed.get("shared_preload_libraries"))
        self.extension_workers = sum(one.workers for one in self.extensions)
        self._count_processes()
        self._count_connections()
        row = profile.analyze_row_bytes
        constants = CONSTANTS[facts.postgres]
        affordable = ANALYZE_SHARE * self.limit / (constants.analyze_rows * row)
        target = self.fix("default_statistics_target", min(profile.default_statistics_target, max(10, affordable)))
        fixed_target = "default_statistics_target" in self.fixed or target == profile.default_statistics_target
        self.statistics_target = int(target) if fixed_target else int(target) // 10 * 10
        temporary = self.fix("temp_buffers", min(8 * MB, max(MB, self.limit / 256)))
        self.temp_buffers = temporary if "temp_buffers" in self.fixed else round_down(temporary)
        self.hash_mem_multiplier = float(self.fix("hash_mem_multiplier", 1.0))
        affordable_code = JIT_SHARE * self.limit / (self.most_connections + self.wanted_parallel)
        self.jit = bool(self.fix("jit", profile.jit and constants.jit <= affordable_code))
        code = constants.jit if "jit" in self.fixed else min(constants.jit, affordable_code)
        self.given = Circumstances(
            major=facts.postgres,
            constants=constants,
            limit=self.limit,
            reserve=facts.reserve,
            sorts=profile.sorts,
            hashes=profile.hashes,
            hash_mem_multiplier=self.hash_mem_multiplier,
            hash=max(constants.hash, (self.per_gather + 1) * constants.parallel_hash if self.parallel_hash else 0),
            relations=profile.relations,
            prepared_statements=profile.prepared_statements,
            temp_table_sessions=profile.temp_table_sessions,
            temp_buffers=temporary,
            temporary=self._fixed_temporary(),
            analyze_sample=constants.analyze_rows * target * row,
            jit=code if self.jit or (profile.jit and "jit" not in self.fixed) else 0,
            tls=self.fixed.get("ssl") is True,
            background_workers=self.extension_workers,
            querying_workers=sum(one.workers for one in self.extensions if one.workers_query),
            logical_workers=self.logical_workers,
            parallel_apply_workers=self.parallel_apply_workers,
            extension_shared_memory=sum(one.shared_memory for one in self.extensions) + self._fixed_slru(),
            min_dynamic_shared_memory=self.fix("min_dynamic_shared_memory", 0),
            static=self._static,
        )

    # -- what the user fixed, what the processors allow ---------------------------------------------------------

    def fix(self, name: str, value: float) -> float:
        """The user's own value where there is one. Where PostgreSQL derives it (-1), so does the default here."""
        fixed = self.fixed.get(name, value)
        return value if isinstance(fixed, str) or fixed == -1 else float(fixed)

    def _autovacuum_work_mem(self, value: float, maintenance_work_mem: float) -> float:
        """Fixed at -1 it is maintenance_work_mem, whatever pgfit would have chosen."""
        derived = self.fixed.get("autovacuum_work_mem") == -1
        return maintenance_work_mem if derived else max(LEAST_MAINTENANCE_WORK_MEM, self.fix("autovacuum_work_mem", value))

    def _fixed_slru(self) -> float:
        """17 and later: caches of transaction status, which are sized by themselves unless fixed."""
        return sum(factor * max(0.0, self.fix(name, 0)) for name, factor in SLRU.items())

    def _fixed_temporary(self) -> float:
        """temp_buffers that the user fixed are meant to be used, by one session at least."""
        used = "temp_buffers" in self.fixed and not self.profile.temp_table_sessions
        return self.fix("temp_buffers", 0) * CONSTANTS[self.facts.postgres].temp_buffers if used else 0.0

    def _count_processes(self) -> None:
        whole, profile, memory = int(self.cpus), self.profile, self.limit
        gather = min(whole // 2, profile.parallel_workers_per_gather) if whole >= profile.parallel_from_cpus else 0
        self.per_gather = int(self.fix("max_parallel_workers_per_gather", gather))
        self.maintenance_workers = int(self.fix("max_parallel_maintenance_workers", min(whole // 2, 4)))
        parallel_hash = self.fix("enable_parallel_hash", profile.parallel_hash)
        self.parallel_hash = bool(parallel_hash) and self.per_gather > 0
        self.least_parallel = max(
            self.fix("max_parallel_workers_per_gather", 0), self.fix("max_parallel_maintenance_workers", 0)
        )  # a user who asks for workers gets them
        self.logical_workers = int(self.fix("max_logical_replication_workers", 0))
        beside = self.fix("max_parallel_apply_workers_per_subscription", PARALLEL_APPLY) if self.facts.postgres >= 16 else 0
        self.parallel_apply_workers = int(self.logical_workers * beside / (beside + 1))
        own = self.extension_workers
        room = max(0.0, self.fix("max_worker_processes", whole + own) - own)  # fixed low, there are no slots for more
        useful = whole if self.per_gather else self.maintenance_workers
        self.wanted_parallel = max(self.least_parallel, min(useful, room))
        by_cpu = 1 if whole < 1 else 2 if whole < 4 else min(10, max(3, whole // 8))
        startable = self.fix("autovacuum_worker_slots", inf)  # 18: the server starts no more, whatever else is set
        self.most_autovacuum = min(startable, self.fix("autovacuum_max_workers", min(by_cpu, 1 + memory / AUTOVACUUM_LIMIT)))
        self.least_autovacuum = min(startable, self.fix("autovacuum_max_workers", 1))
        self._count_io_workers(whole)
        bound = self.fix("max_parallel_workers", max(self.least_parallel, min(self.wanted_parallel, memory / WORKER)))
        self.worker_processes = self.slots_for(bound)
        slots = max(5, int(self.most_autovacuum))
        self.autovacuum_slots = int(self.fix("autovacuum_worker_slots", slots)) if self.facts.postgres >= 18 else 0
        default_locks = 128 if self.facts.postgres >= 19 else 64
        locks = max([default_locks, *(one.locks for one in self.extensions)])
        self.locks = int(self.fix("max_locks_per_transaction", locks))

    def _count_io_workers(self, whole: int) -> None:
        """18 and later; none where sessions read for themselves."""
        names = ("io_workers", "io_max_workers", "io_min_workers")
        wanted = whole >= self.profile.parallel_from_cpus or any(name in self.fixed for name in names)
        self.io_method = str(self.fixed.get("io_method", "worker" if wanted else "sync"))
        self.most_io = self.least_io = 0.0
        if self.facts.postgres < 18 or self.io_method != "worker":
            return
        name = "io_max_workers" if self.facts.postgres >= 19 else "io_workers"
        useful = LEAST_IO_WORKERS if whole <= 2 else min(32, max(3, whole // 4))
        affordable = min(useful, LEAST_IO_WORKERS + self.limit / IO_LIMIT)
        kept = self.fix("io_min_workers", 0)  # 19
        self.most_io = max(kept, self.fix(name, affordable))
        self.least_io = max(kept, self.fix(name, LEAST_IO_WORKERS))

    def slots_for(self, parallel_workers: float) -> int:
        """max_worker_processes: parallel workers, extensions, logical replication: its launcher and at least one worker."""
        needed = int(parallel_workers) + self.extension_workers + 1 + max(1, self.logical_workers)
        return int(self.fix("max_worker_processes", max(8, needed)))

    def _count_connections(self) -> None:
        profile = self.profile
        served = min(profile.connections_per_cpu * self.cpus, profile.connections_at_most)
        self.served = int(max(served, profile.connections_at_least))
        own = int(self.fix("reserved_connections", 0))
        reserved = own + self.reserved(own + 3) if own or "superuser_reserved_connections" in self.fixed else 0
        self.most_connections = max(self.served, reserved + 2)
        self.least_connections = max(min(LEAST_CONNECTIONS, self.most_connections), reserved + 2 if reserved else 0)
        asked = self.facts.connections
        if "max_connections" in self.fixed:
            self.least_connections = self.most_connections = int(self.fix("max_connections", 0))
        elif isinstance(asked, Known):
            self.least_connections = self.most_connections = asked.value + self.reserved(asked.value) + own

    def reserved(self, connections: int) -> int:
        """superuser_reserved_connections, fixed or not."""
        return int(self.fix("superuser_reserved_connections", for_superusers(connections)))

    # -- the two ends of the line -------------------------------------------------------------------------------

    def _static(self, load: Load) -> shared_memory.Static:
        slots = self.autovacuum_slots or load.autovacuum_workers
        known = {
            name: self.fix(name, default) / (shared_memory.BLOCK if name == "io_max_combine_limit" else 1)
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

    def bare(self, connections: float) -> Load:
        return Load(
            max_connections=connections,
            shared_buffers=self.fix("shared_buffers", LEAST_SHARED_BUFFERS),
            work_mem=self.fix("work_mem", LEAST_WORK_MEM),
            maintenance_work_mem=self.fix("maintenance_work_mem", LEAST_MAINTENANCE_WORK_MEM),
            autovacuum_work_mem=self._autovacuum_work_mem(
                LEAST_MAINTENANCE_WORK_MEM, self.fix("maintenance_work_mem", LEAST_MAINTENANCE_WORK_MEM)
            ),
            parallel_workers=self.fix("max_parallel_workers", self.least_parallel),
            autovacuum_workers=self.least_autovacuum,
            io_workers=self.least_io,
        )

    def comfortable(self, connections: float) -> Load:
        p, limit = self.profile, self.limit
        way = min(1.0, max(0.0, (limit - SMALL_LIMIT) / (FULL_LIMIT - SMALL_LIMIT)))
        small = p.shared_buffers_small_share
        small = max(min(small, LEAST_SHARE), small * min(1.0, limit / SMALL_LIMIT))
        share = small + way * (p.shared_buffers_share - small)
        useful = p.work_mem_useful * (limit / GB) ** 0.5
        maintenance = min(p.maintenance_work_mem_share * limit, p.maintenance_work_mem_at_most)
        maintenance = self.fix("maintenance_work_mem", max(LEAST_MAINTENANCE_WORK_MEM, maintenance))
        autovacuum = min(p.autovacuum_work_mem_share, AUTOVACUUM_SHARE / self.most_autovacuum) * limit
        autovacuum = min(autovacuum, p.autovacuum_work_mem_at_most)
        shared_buffers = self.fix("shared_buffers", self._shared_buffers(share))
        work_mem = self.fix("work_mem", max(LEAST_WORK_MEM, min(useful, p.work_mem_at_most)))
        worker = self.given.parallel_worker(shared_buffers, work_mem)
        workers = min(self.most_parallel(connections), PARALLEL_SHARE * limit / worker, limit / WORKER)
        return Load(
            max_connections=connections,
            shared_buffers=shared_buffers,
            work_mem=work_mem,
            maintenance_work_mem=maintenance,
            autovacuum_work_mem=self._autovacuum_work_mem(max(LEAST_MAINTENANCE_WORK_MEM, autovacuum), maintenance),
            parallel_workers=self.fix("max_parallel_workers", max(self.least_parallel, workers)),
            autovacuum_workers=self.most_autovacuum,
            io_workers=self.most_io,
        )

    def full_shared_buffers(self) -> float:
        """What they may grow to where the sessions leave room: the profile's full share, in small limits too."""
        return self.fix("shared_buffers", self._shared_buffers(self.profile.shared_buffers_share))

    def _shared_buffers(self, share: float) -> float:
        """Of the limit, with the page tables that every session pays for it."""
        share /= 1 + self.most_connections * self.given.constants.page_tables
        return max(LEAST_SHARED_BUFFERS, min(MOST_SHARED_BUFFERS, share * self.limit))

    def most_parallel(self, connections: float) -> float:
        """As many as processors, but a few sessions are not given dozens."""
        return min(self.wanted_parallel, max(connections, PARALLEL_FLOOR, self.least_parallel))

    def real(self) -> Circumstances:
        """As the plan will tell it: whole numbers where the division worked with fractions."""
        given = self.given
        return given._replace(
            analyze_sample=given.constants.analyze_rows * self.statistics_target * self.profile.analyze_row_bytes,
            temp_buffers=self.temp_buffers,
            jit=given.constants.jit if self.jit else 0,
            static=lambda load: self._static(load)._replace(max_worker_processes=self.slots_for(load.parallel_workers)),
        )

    # -- what a load costs --------------------------------------------------------------------------------------

    def cost(self, load: Load) -> float:
        """Bytes, for dividing: growing evenly, never below the real ones."""
        return sum(charge(load, self.given, shared_memory.at_most).values())

    def real_costs(self, load: Load) -> dict[str, Bytes]:
        """Bytes per part, as the plan will tell them."""
        costs = charge(load, self.real(), shared_memory.size)
        return {name: Bytes(ceil(cost)) for name, cost in costs.items() if cost > 0}

    def real_cost(self, load: Load) -> int:
        return sum(self.real_costs(load).values())

    def fits(self, load: Load) -> bool:
        return self.real_cost(load) <= self.limit
