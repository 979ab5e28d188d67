"""An audit to read: what runs, what it may claim of the limit, what was counted, what pgfit would change, what is hidden."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import NamedTuple

from ..model import Known, Plan, Unknown
from ..units import MB, human, print_cpus
from .budget import Claims
from .comparison import Difference, forced_checkpoints
from .running import RunningServer

__all__ = ["Line", "comparison", "evidence", "head", "memory", "span", "unseen"]

BAR = 20
SHOWN = 8 * MB
"""Parts of the worst case below this are told together."""
SPILLERS = 3
"""Statements that are named, of those that write the most temporary files."""
OF_A_CONTAINER = ("disk", "files", "flags", "pressure", "dev_shm")
"""Questions about the container: a provider's server answers none of them, and no grant helps."""


class Line(NamedTuple):
    text: str
    style: str = ""
    """bold, red, yellow, green or dim; '' for plain."""


def span(seconds: float) -> str:
    """`3 days`, `12 min`: one unit, rounded down."""
    for size, name in ((86400, "day"), (3600, "hour"), (60, "min"), (1, "s")):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {name}{'s' if number != 1 and name in {'day', 'hour'} else ''}"
    return "less than 1 s"


# -- who and where -------------------------------------------------------------------------------------------------


def head(server: RunningServer) -> Iterator[Line]:
    number, at = server.snapshot.version_num, server.snapshot.server
    role = "standby" if server.standby else ""
    words = [server.managed, role, f"up {span(server.uptime)}" if server.uptime is not None else ""]
    where = f"{at.get('host') or 'local socket'}:{at.get('port', '')}"
    user = f"as {at.get('user', '?')}" + (" (superuser)" if server.superuser else "")
    more = "".join(f", {word}" for word in words if word)
    yield Line(f"PostgreSQL {number // 10000}.{number % 10000} at {where}, {user}{more}", "bold")
    memory, cpus = server.memory, server.cpus
    if isinstance(memory, Known):
        yield Line(f"memory limit {human(memory.value)}, by {memory.where}")
    else:
        yield Line(f"memory limit unknown: {memory.why}", "yellow")
    if isinstance(cpus, Known):
        yield Line(f"CPU limit {print_cpus(cpus.value)}, by {cpus.where}")
    else:
        yield Line(f"CPU limit unknown: {cpus.why}")
    if server.snapshot.pooled:
        yield Line("through a connection pooler: what a session is told is what the pooler lets through", "yellow")


# -- memory --------------------------------------------------------------------------------------------------------


def memory(server: RunningServer, claims: Claims | Unknown, width: int, *, brief: bool = False) -> Iterator[Line]:
    """A bar for each: held now, idle, the worst case; and the parts of that, unless brief."""
    split = server.container.split
    if isinstance(claims, Unknown):
        yield Line(f"The worst case cannot be told: {claims.why}", "yellow")
        return
    limit = claims.limit.value if isinstance(claims.limit, Known) else None
    most = min(claims.worst_case, 2 * limit) if limit is not None and claims.worst_case > limit else limit or claims.worst_case
    yield Line(f"Memory of {human(limit)}" if limit else "Memory, without a limit to compare with", "bold")
    if split is not None and not server.managed:
        told = f"processes {human(split.anon)}, shared {human(split.shmem)}, kernel {human(split.kernel)}"
        yield from _bar("held now", split.held, most, limit, told, width)
        yield from _wrapped(f"beside it {human(split.file)} of page cache, which the kernel takes back when it must", width, 4)
    yield from _bar("idle, touched", claims.idle, most, limit, f"with {server.sessions or 0} sessions", width)
    verdict, style = "", ""
    if limit is not None:
        share = claims.worst_case / limit
        verdict = f"{100 * share:.0f}%: fits" if claims.fits else f"{share:.1f} × the limit: does not fit"
        style = "green" if claims.fits else "red"
    for line in _bar("worst case", claims.worst_case, most, limit, verdict, width):
        yield line._replace(style=style)
    if brief:
        return
    small = [part for part in claims.parts if part.size < SHOWN]
    for part in sorted((one for one in claims.parts if one.size >= SHOWN), key=lambda one: -one.size):
        yield from _wrapped(f"{human(part.size):>8}  {part.name.replace('_', ' ')}: {part.why}", width, 4, 14)
    if small:
        names = ", ".join(part.name.replace("_", " ") for part in small)
        yield from _wrapped(f"{human(sum(part.size for part in small)):>8}  {names}", width, 4, 14)
    yield from _wrapped(f"worst case: {claims.promise}. pgfit explain budget tells what each part is", width, 2)


def _bar(name: str, size: float, most: float, limit: int | None, told: str, width: int) -> Iterator[Line]:
    """`worst case   7.4 GB  ▇▇▇▇▇│▇▇▇▶`: the stroke is the limit, the arrow says that it goes on."""
    filled = max(1, round(BAR * min(size, most) / most))
    cells = ["▇" if cell < filled else "·" for cell in range(BAR)]
    if limit is not None and limit < most:
        cells[min(BAR - 1, round(BAR * limit / most))] = "│"
    if size > most:
        cells[-1] = "▶"
    line = f"  {name:<13} {human(size):>8}  {''.join(cells)}"
    if len(line) + 2 + len(told) <= width:
        yield Line(f"{line}  {told}".rstrip())
    else:
        yield Line(line)
        yield from _wrapped(told, width, 4)


# -- what was counted -----------------------------------------------------------------------------------------------


def evidence(server: RunningServer, width: int) -> Iterator[Line]:
    """What was counted, a line each; what is unknown has none."""
    yield Line("What was seen", "bold")
    for name, text in _seen(server):
        if text:
            yield from _wrapped(f"{name:<13} {text}", width, 2, 16)


def _seen(server: RunningServer) -> Iterator[tuple[str, str]]:
    yield "sessions", _sessions(server)
    counted = [
        (server.count("activity", name), name.replace("_", " "))
        for name in ("active", "idle", "idle_in_transaction", "waiting_for_locks")
    ]
    if not server.count("activity", "hidden"):
        yield "states", ", ".join(f"{number:.0f} {name}" for number, name in counted if number)
    since = _since(server)
    yield from _spilled(server)
    hit, read = server.count("databases", "blocks_hit"), server.count("databases", "blocks_read")
    if hit is not None and read is not None and hit + read > 1000:
        yield "cache hits", f"{100 * hit / (hit + read):.1f}% of {hit + read:.0f} block reads"
    timed, requested = server.count("checkpoints", "timed"), server.count("checkpoints", "requested")
    if timed is not None and requested is not None:
        forced = forced_checkpoints(server)
        share = f" ({100 * forced:.0f}% forced)" if forced is not None else ""
        yield "checkpoints", f"{timed:.0f} timed, {requested:.0f} requested{share}"
    bytes_, for_ = server.count("wal", "bytes"), server.counted_for("wal")
    if bytes_ is not None and for_ is not None and for_ > 60:
        yield "WAL", f"{human(bytes_ * 3600 / for_)} an hour" + _wal_files(server)
    deadlocks = server.count("databases", "deadlocks")
    if deadlocks:
        yield "deadlocks", f"{deadlocks:.0f}{since}"
    longest = server.count("activity", "longest_transaction")
    if longest is not None and longest > 60:
        yield "transactions", f"the longest runs for {span(longest)}"
    sizes = [(str(row.get("database")), row.get("bytes")) for row in server.rows("sizes")]
    known = [(name, size) for name, size in sizes if isinstance(size, int)]
    if known:
        total = sum(size for _, size in known)
        yield "databases", f"{human(total)} in {len(known)}; the largest is {known[0][0]} with {human(known[0][1])}"
    if (kills := server.container.oom_kills) is not None and not server.managed:
        yield "OOM kills", f"{kills} since the container started"
    if server.container.throttling and server.container.throttling[1]:
        stopped, periods = server.container.throttling
        yield "throttling", f"{100 * stopped / periods:.1f}% of {periods} periods were cut short by the CPU limit"


def _since(server: RunningServer) -> str:
    over = server.counted_for("databases")
    return f" in {span(over)}" if over else ""


def _spilled(server: RunningServer) -> Iterator[tuple[str, str]]:
    files, written = server.count("databases", "temp_files"), server.count("databases", "temp_bytes")
    if files is not None and written is not None:
        yield "temp files", f"{files:.0f} with {human(written)}{_since(server)}" if files else f"none{_since(server)}"
    for row in server.rows("statements")[:SPILLERS]:
        if isinstance(size := row.get("temp_bytes"), int):
            text = f": {' '.join(str(row['text']).split())}" if row.get("text") else ""
            yield "", f"{human(size)} by {row.get('calls')} × statement {row.get('id')}{text}"


def _sessions(server: RunningServer) -> str:
    if server.sessions is None:
        return ""
    most = server.number("max_connections")
    average, peak = server.average_sessions, server.most_sessions
    told = f"{server.sessions} now" + (f" of {most:.0f} allowed" if most else "")
    told += f", {average:.1f} on average" if average is not None else ""
    return told + (f", never more than {peak} since the container started" if peak is not None else "")


def _wal_files(server: RunningServer) -> str:
    lying = server.count("wal_files", "bytes")
    return f", {human(lying)} on disk" if lying else ""


# -- what pgfit would change ------------------------------------------------------------------------------------------


def comparison(server: RunningServer, plan: Plan | Unknown, differences: Sequence[Difference], width: int) -> Iterator[Line]:
    if isinstance(plan, Unknown):
        if isinstance(server.memory, Known):
            yield from _wrapped(f"No recommendation for {human(server.memory.value)}: {plan.why}", width, 0, 2)
        return
    cpus = f", {print_cpus(plan.facts.cpus.value)} CPU" if isinstance(plan.facts.cpus, Known) else ""
    if not differences:
        yield Line(f"Running → recommended for {human(plan.budget.limit)}{cpus}: no difference that matters", "bold")
        return
    yield Line(f"Running → recommended for {human(plan.budget.limit)}{cpus}, profile {plan.profile.name}", "bold")
    for one in differences:
        star = "*" if one.takes == "a restart" else ""
        change = f"{one.name}{star}  {one.running} → {one.recommended}"
        yield from _wrapped(f"{change}  ({one.place}): {one.why}", width, 2, 6)
    if any(one.takes == "a restart" for one in differences):
        yield Line("  * takes a restart", "dim")


# -- what stayed hidden --------------------------------------------------------------------------------------------------


def unseen(server: RunningServer, width: int) -> Iterator[Line]:
    """Questions without an answer, and the grants that would bring them."""
    of_no_use = OF_A_CONTAINER if server.managed else ()
    missing = {name: why for name, why in server.snapshot.missing.items() if name not in of_no_use}
    if not missing:
        return
    yield Line("What could not be seen", "bold")
    reasons: dict[str, list[str]] = {}
    for name, why in missing.items():
        reasons.setdefault(why, []).append(name.replace("_", " "))
    for why, names in reasons.items():
        yield from _wrapped(f"{', '.join(names)}: {why}", width, 2, 4)
    if server.grants():
        yield Line("  this would show more:")
        yield from (Line(f"    {grant}") for grant in server.grants())


def _wrapped(text: str, width: int, indent: int, hanging: int | None = None) -> Iterator[Line]:
    later = " " * (indent if hanging is None else hanging)
    lines = wrap(text, max(40, width), initial_indent=" " * indent, subsequent_indent=later, break_on_hyphens=False)
    yield from (Line(line) for line in lines)
