"""What checks of a live server's memory share: the limit, what shared memory leaves of it, pgfit's value where it is lower."""

from ..audit.fitting import OF_THE_PRIMARY
from ..model import Known, Unknown, Value
from ..tune.measured import CONSTANTS
from ..units import Bytes
from .audited import Audited

__all__ = ["data_of", "idle_session", "limit_of", "lower", "percent", "quoted", "rest"]


def limit_of(audited: Audited) -> Bytes | None:
    memory = audited.server.memory
    return memory.value if isinstance(memory, Known) else None


def data_of(audited: Audited) -> int:
    """Bytes of all databases whose size could be read."""
    return sum(size for row in audited.server.rows("sizes") if isinstance(size := row.get("bytes"), int))


def rest(audited: Audited) -> int | None:
    """What the static shared memory leaves of the limit. None also where that is nothing: shared-memory-above-limit tells it."""
    limit, claims = limit_of(audited), audited.claims
    if limit is None or isinstance(claims, Unknown):
        return None
    left = limit - claims.part("static_shared_memory")
    return left if left > 0 else None


def idle_session(audited: Audited) -> int | None:
    """One session without queries and without the code that JIT compiles only for large ones."""
    claims, constants = audited.claims, CONSTANTS.get(audited.server.major)
    if isinstance(claims, Unknown) or constants is None:
        return None
    compiled = constants.jit if audited.server.is_on("jit") else 0
    return max(0, claims.session - int(compiled))


def lower(audited: Audited, *names: str) -> dict[str, Value]:
    """pgfit's values where they are below the running ones."""
    if audited.server.standby:  # fewer than on its primary, and it stops
        names = tuple(name for name in names if name not in OF_THE_PRIMARY)
    found = audited.recommended(*names)
    return {name: value for name, value in found.items() if isinstance(value, int) and _below(audited, name, value)}


def _below(audited: Audited, name: str, value: int) -> bool:
    running = audited.server.number(name)
    return running is not None and value < running


def percent(size: float, limit: float) -> str:
    return f"{100 * size / limit:.0f} %"


def quoted(name: str) -> str:
    """An identifier as SQL takes it."""
    return name if name.isascii() and name.isidentifier() and name.islower() else '"' + name.replace('"', '""') + '"'
