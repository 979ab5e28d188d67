"""The budget in words: every part with its arithmetic, and the promise in one sentence."""

from collections.abc import Mapping

from ..model import Budget, Facts, Part, Profile
from ..units import Bytes, human
from .charges import Circumstances, Load

__all__ = ["report"]


def report(load: Load, given: Circumstances, costs: Mapping[str, Bytes], facts: Facts, profile: Profile) -> Budget:
    """The parts in the order of the memory model."""
    whys = _whys(load, given, facts)
    parts = tuple(Part(name, size, whys[name]) for name, size in costs.items())
    return Budget(facts.memory.value, parts, _promise(load, profile))


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
        nodes.append(f"{given.hashes:g} hash × {given.hash:g} × work_mem × hash_mem_multiplier {given.hash_mem_multiplier:g}")
    query = f"{' + '.join(nodes)} + {human((given.sorts + given.hashes) * c.node)} = {human(given.query(load.work_mem))}"
    work = max(c.vacuum * load.autovacuum_work_mem, given.analyze_sample)
    session = given.session(load.shared_buffers)
    jit = f" + compiled code {human(given.jit)}" if given.jit else ""
    temporary = f" + temp_buffers of one session {human(given.temporary)}" if given.temporary else ""
    shared = given.parallel_apply_workers * c.parallel_apply
    queues = f" with {human(shared)} of queues in /dev/shm" if shared else ""
    return {
        "static_shared_memory": f"shared_buffers {human(load.shared_buffers)} and PostgreSQL {given.major}'s structures "
        f"around them, by a formula fitted to real servers, + {margin}",
        "server_processes": f"postmaster and helpers {human(c.server)}"
        + (f", {load.io_workers:g} I/O workers {human(load.io_workers * c.io_worker)}" if load.io_workers else "")
        + (f", {given.background_workers} workers of extensions with their queries" if given.background_workers else "")
        + (f", {given.logical_workers} of logical replication{queues}" if given.logical_workers else "")
        + ", page tables",
        "statistics": "cumulative statistics of some 1000 relations, in /dev/shm",
        "sessions": f"{load.max_connections:g} × {human(session)} (of which page tables {human(tables)}{jit}){temporary}",
        "queries": f"{load.max_connections:g} × ({query})",
        "parallel_workers": f"{load.parallel_workers:g} × ({human(c.parallel_worker)} + page tables {human(tables)} + "
        f"a session's query {human(given.query(load.work_mem))}{jit})",
        "autovacuum": f"{load.autovacuum_workers:g} × ({human(c.autovacuum_worker)} + page tables {human(tables)} + "
        f"{human(work)} for VACUUM or the sample of ANALYZE)",
        "maintenance": f"{c.maintenance:g} × maintenance_work_mem {human(load.maintenance_work_mem)}"
        if c.maintenance * load.maintenance_work_mem >= given.analyze_sample
        else f"the sample of a manual ANALYZE, {human(given.analyze_sample)}",
        "other_processes": f"--reserve {human(facts.reserve)}",
        "kernel_and_page_cache": f"kept free of the {human(given.limit)}",
    }
