"""What the plan says beside its numbers: its limits, in plain words."""

from collections.abc import Iterator

from ..catalog.notes import END_OF_LIFE, NEVER_BOOTED
from ..model import Known, Unknown
from ..units import GB, human
from .measured import CONSTANTS
from .rule import Case

__all__ = ["UNBOUNDED", "notes"]

UNBOUNDED = (
    (
        "No setting bounds array_agg, string_agg and json_agg over many rows, recursive UNION, hashed NOT IN with a wrong "
        "estimate, a hash join on one repeated value, values of tens of megabytes, deferred triggers. They are outside the "
        "promise; statement_timeout, log_temp_files and short-lived pooled sessions are the defences."
    ),
    "A session that touches thousands of relations keeps 17 kB for each until it ends: let the pool close idle sessions.",
    "A session may raise its own work_mem with SET, and ALTER ROLE or ALTER DATABASE may raise it for many.",
)
"""True of every plan."""

HUGE_PAGES_WORTHWHILE = 8 * GB


def notes(case: Case) -> Iterator[str]:
    """Warnings first: what must not be overlooked begins in capitals."""
    yield from _warnings(case)
    yield from _circumstances(case)
    yield from _exclusions(case)
    yield from UNBOUNDED


def _warnings(case: Case) -> Iterator[str]:
    budget, profile = case.shares.budget, case.profile
    if budget.overcommit:
        yield (
            f"OVERCOMMITTED by {human(budget.overcommit)}: the worst case is {human(budget.worst_case)}, the "
            f"limit {human(case.limit)}. If all sessions work at once, the kernel will kill the server."
        )
    if case.major in NEVER_BOOTED:
        yield f"NOT BOOTED: PostgreSQL {case.major} was never started by pgfit's tests: {NEVER_BOOTED[case.major]}."
    if not profile.durable:
        yield f"NOT DURABLE: the {profile.name} profile loses the whole cluster in a crash. Never for data you want to keep."


def _circumstances(case: Case) -> Iterator[str]:
    """What is known of this server and this container, and what that means."""
    shares, facts, profile = case.shares, case.facts, case.profile
    if case.major in END_OF_LIFE:
        yield f"PostgreSQL {case.major} gets no more fixes since {END_OF_LIFE[case.major]}: plan the upgrade."
    if isinstance(facts.cpus, Unknown):
        yield f"CPU limit unknown ({facts.cpus.why}): planned for one. --cpus tells it."
    if shares.crowded:
        yield (
            "The sessions asked for leave less than a comfortable work_mem or shared_buffers. Fewer sessions, with a "
            "pooler such as pgbouncer in front, would be faster."
        )
    served = max(profile.connections_per_cpu * case.cpus, profile.connections_at_least)
    if isinstance(facts.connections, Known) and shares.max_connections > 2 * served:
        yield f"{shares.max_connections} sessions on {case.the_cpus}: they fit in memory, but a pooler would serve them faster."
    if facts.fixed.get("io_method") == "io_uring":
        yield "io_method=io_uring does not start under the default seccomp profile of Docker and containerd."
    if facts.fixed.get("huge_pages") == "on":
        yield "huge_pages=on: without huge pages granted to the container the server does not start."
    if shares.shared_buffers >= HUGE_PAGES_WORTHWHILE:
        tables = human(shares.shared_buffers / 512)
        yield f"Page tables cost {tables} a session here: with huge pages granted to the container they would vanish."


def _exclusions(case: Case) -> Iterator[str]:
    """What is not in the promise, with the numbers of this plan."""
    shares, profile = case.shares, case.profile
    if case.major >= 17:
        yield (
            "PostgreSQL 17 and later do not count the bytes when sorting by one text, uuid or numeric column alone: "
            "such a sort may take (24 + width) / 24 × work_mem. No setting bounds it."
        )
    if shares.extensions:
        yield (
            "Of extensions only workers and shared memory are counted. Inside sessions pg_stat_statements and auto_explain "
            "took up to 55 kB each; others were not measured. --reserve makes room."
        )
    if "ssl" not in case.facts.fixed:
        yield "A session over TLS takes 0.25 MB more: --set ssl=on counts it."
    if profile.hashes:
        yield _large_joins(case)
    yield (
        f"ANALYZE holds 600 × statistics target rows whatever is set; {profile.analyze_row_bytes} bytes a row are counted. For "
        "tables with wider rows lower the target: ALTER TABLE … ALTER COLUMN … SET STATISTICS."
    )
    if not profile.temp_table_sessions:
        yield f"A session that makes temporary tables keeps up to {human(shares.temp_buffers)} more: not counted."
    yield _replication(case)


def _replication(case: Case) -> str:
    """Senders are never counted; the workers of subscriptions where the user fixed how many there may be."""
    senders = (
        "each sender is one more process like a session, a logical one takes up to 1.35 × logical_decoding_work_mem "
        "beside. --reserve makes room."
    )
    if "max_logical_replication_workers" in case.facts.fixed:
        return f"Replication is counted only where it is received: {senders}"
    c = CONSTANTS[case.major]
    queue = f" (in parallel {human(c.logical_worker + c.parallel_apply)}, most of it in /dev/shm)" if c.parallel_apply else ""
    return (
        f"Replication is not counted: {senders} Each worker of a subscription takes {human(c.logical_worker)}{queue}: "
        "--set max_logical_replication_workers=N counts N of them."
    )


def _large_joins(case: Case) -> str:
    """A hash join keeps two file buffers for every work_mem of its inner side; how many of them are paid for."""
    c, s = CONSTANTS[case.major], case.shares
    memory = s.work_mem * s.hash_mem_multiplier
    spare = (c.hash - 1.05) * memory + c.node
    batches = 1 << max(0, int(spare / c.hash_batch).bit_length() - 1)
    return (
        f"A hash join keeps {human(c.hash_batch)} of file buffers for every {human(memory)} of its inner side. Up to "
        f"{human(batches * memory)} of it are counted; joins against more may exceed the promise."
    )
