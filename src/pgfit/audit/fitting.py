"""The least to change so that what runs fits its limit: lower values for some settings, all others as they are."""

from collections.abc import Mapping, Sequence

from ..catalog import catalog
from ..catalog.values import default_of
from ..errors import PgfitError
from ..model import Plan, Value
from ..tune import plan
from ..units import Bytes
from .budget import facts_of, running_values
from .comparison import room_for, seen
from .running import RunningServer

__all__ = ["OF_THE_PRIMARY", "fits_with", "that_fit"]

ATTEMPTS = 10
OF_THE_PRIMARY = ("max_connections", "max_worker_processes", "max_locks_per_transaction")


def that_fit(server: RunningServer, made: Plan, names: Sequence[str]) -> dict[str, Value]:
    """Lower values for some of these settings, with which the worst case fits; {} if there are none.

    The values of `made` would not do: it also chose what stays as it is here, locks or worker processes.
    """
    running, known = running_values(server), catalog(made.facts.postgres)
    if server.standby:  # fewer than on its primary, and it stops
        names = [name for name in names if name not in OF_THE_PRIMARY]
    chosen = {one.setting.name: one.value for one in made.settings}
    planned = {name: chosen.get(name, default_of(known[name])) for name in names if name in known}
    lower = {name: value for name, value in planned.items() if _is_lower(server, running, name, value)}
    kept = {name: value for name, value in running.items() if name not in {*lower, "max_connections"}}
    connections = {"max_connections": planned.get("max_connections", running["max_connections"])}
    for fixed in ({**kept, **connections}, *(() if server.standby else (kept,))):
        if found := _proven(server, made, fixed, {**connections, **lower}):
            return found
    return {}


def fits_with(server: RunningServer, made: Plan, values: Mapping[str, Value]) -> bool:
    """Whether the worst case fits with these values and all else as it runs."""
    try:
        proof = plan(facts_of(server, {**running_values(server), **values})._replace(allow_overcommit=True), made.profile)
    except PgfitError:
        return False
    return not proof.budget.overcommit


def _proven(server: RunningServer, made: Plan, fixed: Mapping[str, Value], planned: Mapping[str, Value]) -> dict[str, Value]:
    """Plan around what is fixed, and prove the result as it would run. A plan does not count what it chooses itself and
    expects nobody to use, temp_buffers for one; set by hand it counts.
    """
    running, spare = running_values(server), 0
    for _ in range(ATTEMPTS):
        try:
            fitted = plan(facts_of(server, fixed)._replace(reserve=Bytes(spare)), made.profile)
            values = {**planned, **{one.setting.name: one.value for one in fitted.settings if one.setting.name in planned}}
            found = {name: value for name, value in values.items() if _is_lower(server, running, name, value)}
            proof = plan(facts_of(server, {**running, **found})._replace(allow_overcommit=True), made.profile)
        except PgfitError:
            return {}
        if not proof.budget.overcommit:
            return found if room_for(fitted) >= seen(server) else {}
        spare = 2 * spare + proof.budget.overcommit  # sizes are round: a little less room may change none of them
    return {}


def _is_lower(server: RunningServer, running: Mapping[str, Value], name: str, value: Value) -> bool:
    now = running.get(name)
    if isinstance(value, bool):
        return now is True and not value
    if now == -1:  # autovacuum_work_mem: maintenance_work_mem is taken
        now = server.value("maintenance_work_mem") or now
    return isinstance(now, int | float) and isinstance(value, int | float) and value < now
