"""Where pgfit would run this server differently, and it matters.

What was measured decides: work_mem rises only where queries spill, max_connections falls only where the sessions were
never so many or the worst case does not fit, shared_buffers fall only where it does not fit, max_wal_size rises only
where checkpoints are forced.
"""

from collections.abc import Iterator, Mapping
from math import ceil
from typing import NamedTuple

from ..catalog.values import print_value
from ..errors import PgfitError
from ..model import Plan, Profile, Recommendation, Unknown, Value
from ..tune import CHAPTERS, plan
from ..units import Bytes, Duration, human
from .budget import Claims, facts_of, running_values
from .running import RunningServer
from .settings import RunningSetting

__all__ = ["Difference", "differences", "forced_checkpoints", "recommended", "room_for", "seen", "spills"]

CHAPTERS_COMPARED = ("Memory", "Connections", "Processes", "Autovacuum", "Write-ahead log")
LEFT_ALONE = frozenset(
    {
        "autovacuum",
        "autovacuum_worker_slots",
        "checkpoint_timeout",
        "fsync",
        "full_page_writes",
        "huge_pages",
        "max_replication_slots",
        "max_wal_senders",
        "ssl",
        "superuser_reserved_connections",
        "synchronous_commit",
        "temp_buffers",
        "wal_compression",
        "wal_level",
    }
)
"""They say what the database is for, or are worth nothing in a comparison."""
FACTOR = 1.5
"""Sizes and counts nearer than this to what pgfit would choose are as good."""
SPILLED = 1 << 30
"""Bytes of temporary files in a day from which on queries count as spilling."""
FORCED = 0.3
"""Share of requested checkpoints from which on max_wal_size counts as too small."""
LEAST_CHECKPOINTS = 10
KEPT = ("shared_preload_libraries", "ssl")
NOBODY_CHOSE = 100
"""PostgreSQL's default max_connections, which initdb writes into every postgresql.conf."""
MARGIN = 1.25
"""Over the sessions that were seen."""


class Difference(NamedTuple):
    name: str
    running: str
    place: str
    """Where the running value comes from."""
    recommended: str
    why: str
    takes: str
    """`a restart`, `a reload` or ''."""
    value: Value


def recommended(server: RunningServer, profile: Profile, connections: int | None = None) -> Plan | Unknown:
    """pgfit's own plan for the detected limits.

    It keeps a max_connections that somebody chose, where that fits, and never has fewer than were seen: where those do not
    fit, there is no plan.
    """
    if isinstance(server.memory, Unknown):
        return server.memory
    kept = {name: value for name, value in running_values(server).items() if name in KEPT}
    running = int(server.number("max_connections") or 0)
    asked = connections or (running if running != NOBODY_CHOSE else 0)
    there = seen(server)
    tries: list[tuple[dict[str, Value], int]] = [
        *(({**kept, "max_connections": max(asked, there)}, 0) for _ in range(asked > 0)),
        (kept, there),
        *(({**kept, "max_connections": there}, 0) for _ in range(there > 1)),
    ]
    why = Unknown("no settings fit")
    for fixed, least in tries:
        try:
            made = plan(facts_of(server, fixed), profile)
        except PgfitError as error:
            why = Unknown(error.message)
        else:
            if room_for(made) >= least:
                return made
    return why


def seen(server: RunningServer) -> int:
    """How many sessions there must be room for."""
    return ceil(MARGIN * max(server.sessions or 0, server.most_sessions or 0))


def room_for(made: Plan) -> int:
    """Sessions that a plan allows, reserved ones among them."""
    return made.application_connections + made.reserved_connections


def spills(server: RunningServer) -> float | None:
    """Bytes of temporary files per day; None where that is unknown or was counted for less than an hour."""
    written, over = server.count("databases", "temp_bytes"), server.counted_for("databases")
    if written is None or over is None or over < 3600:
        return None
    return written * 86400 / over


def forced_checkpoints(server: RunningServer) -> float | None:
    """The share of checkpoints that did not wait for their time; None where there were too few to tell."""
    timed, requested = server.count("checkpoints", "timed"), server.count("checkpoints", "requested")
    if timed is None or requested is None or timed + requested < LEAST_CHECKPOINTS:
        return None
    return requested / (timed + requested)


def differences(server: RunningServer, plan_: Plan, claims: Claims | Unknown) -> Iterator[Difference]:
    """Settings that pgfit would choose differently, in the order of the chapters."""
    fits = claims.fits is not False if isinstance(claims, Claims) else True
    names = {rule.__name__ for chapter in CHAPTERS_COMPARED for rule in CHAPTERS[chapter]} - LEFT_ALONE
    for one in plan_.settings:
        running = server.settings.get(one.setting.name)
        if one.setting.name not in names or running is None or running.value is None or "." in one.setting.name:
            continue
        if one.setting.name == "jit" and not server.is_on("jit"):
            continue
        if _matters(running.value, one.value, one.setting.name, server) and _evidence(server, one, running, fits=fits):
            yield _difference(running, one)


def _difference(running: RunningSetting, one: Recommendation) -> Difference:
    shown = human(running.value) if isinstance(running.value, Bytes) and running.value > 0 else running.shown
    takes = "a restart" if one.setting.restart else running.takes
    return Difference(one.setting.name, shown, running.place, print_value(one.value), one.why, takes, one.value)


def _matters(running: Value, wanted: Value, name: str, server: RunningServer) -> bool:
    if name == "autovacuum_work_mem" and running == -1:
        running = server.value("maintenance_work_mem") or running
    if isinstance(running, bool | str) or isinstance(wanted, bool | str):
        return str(running) != str(wanted) and print_value(running) != print_value(wanted)
    low, high = sorted((float(running), float(wanted)))
    if low < 0 <= high:
        return False  # the server derives it
    if isinstance(wanted, Bytes | Duration):
        return high > low * FACTOR
    return high > low * FACTOR and high - low >= 2


def _evidence(server: RunningServer, one: Recommendation, running: RunningSetting, *, fits: bool) -> bool:
    """Whether what was counted speaks for the change; what was not counted never does."""
    name, rises = one.setting.name, _rises(running.value, one.value)
    spilled, forced = spills(server), forced_checkpoints(server)
    rules: Mapping[str, bool] = {
        "work_mem": spilled is not None and spilled > SPILLED if rises else not fits,
        "hash_mem_multiplier": not rises and not fits,
        "max_connections": rises or (not fits and not server.standby),  # a standby must not have fewer than its primary
        "max_wal_size": forced is not None and forced > FORCED if rises else True,
        "min_wal_size": False,
        "shared_buffers": rises or not fits,  # more than pgfit would take is a choice: it writes faster, and reads slower
        "maintenance_work_mem": rises or not fits,
        "autovacuum_work_mem": rises or not fits,
        "max_worker_processes": rises,
        "wal_buffers": False,
        "logical_decoding_work_mem": any(row.get("type") == "logical" for row in server.rows("slots")),
    }
    return rules.get(name, True)


def _rises(running: Value | None, wanted: Value) -> bool:
    return isinstance(running, int | float) and isinstance(wanted, int | float) and wanted > running
