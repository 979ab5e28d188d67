"""What well-known extensions need of the server: preloading, background workers, shared memory, locks.

The workers are the extension's own defaults or, where those would fill a small container, what is set beside them.
Shared memory and workers of pg_stat_statements and pg_prewarm were measured on 13 to 18, those of pg_cron, pg_partman,
pg_wait_sampling, pgaudit and pglogical on Debian's 15 (tests/measurements/parts.json); that of citus and timescaledb is
assumed, and from 15 on `postgres -C shared_memory_size` with the real configuration tells it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ..errors import BadValue, nearest
from ..model import Setting, Value
from ..units import KB, MB

__all__ = ["EXTENSIONS", "Extension", "find", "libraries", "setting", "wanted"]


class Extension(NamedTuple):
    name: str
    preload: str = ""
    """The library for shared_preload_libraries, where it must be there."""
    workers: int = 0
    """Background workers that run all the time or may run at once."""
    workers_query: bool = False
    """Whether such a worker runs SQL of the user's, and so may sort and hash like a session."""
    shared_memory: int = 0
    locks: int = 0
    """max_locks_per_transaction it asks for."""
    builds_in_shm: bool = False
    """Whether its parallel index builds put all of maintenance_work_mem into /dev/shm."""
    settings: Mapping[str, int] = MappingProxyType({})
    """Settings of its own that keep it inside what is counted here."""


_ALL = (
    Extension("auto_explain", preload="auto_explain"),
    Extension("citus", preload="citus", workers=4, workers_query=True, shared_memory=8 * MB),
    Extension("pg_cron", preload="pg_cron", workers=1),
    Extension("pg_net", preload="pg_net", workers=1),
    Extension("pg_partman", preload="pg_partman_bgw", workers=1, workers_query=True),
    Extension("pg_prewarm", preload="pg_prewarm", workers=1),
    Extension("pg_squeeze", preload="pg_squeeze", workers=2, workers_query=True),
    Extension("pg_stat_statements", preload="pg_stat_statements", shared_memory=3 * MB),  # 1.45 MB on 13, 2.2 on 18
    Extension("pg_trgm"),
    Extension("pg_wait_sampling", preload="pg_wait_sampling", workers=1, shared_memory=16 * KB),  # its history is the worker's
    Extension("pgaudit", preload="pgaudit"),
    Extension("pglogical", preload="pglogical", workers=4, shared_memory=8 * KB),
    Extension("pgvector", builds_in_shm=True),
    Extension("postgis"),
    Extension(
        "timescaledb",
        preload="timescaledb",
        workers=4,  # its launcher and a scheduler among them, so two jobs at once; its own default is 16
        workers_query=True,
        shared_memory=4 * MB,
        locks=256,
        settings={"timescaledb.max_background_workers": 4},
    ),
    Extension("vchord", preload="vchord", builds_in_shm=True),
)
EXTENSIONS = {one.name: one for one in _ALL}
ALIASES = {"vector": "pgvector", "timescale": "timescaledb", "cron": "pg_cron", "pg_partman_bgw": "pg_partman"}


def find(name: str) -> Extension:
    """The extension of this name or alias. Raises BadValue with the nearest known name."""
    key = ALIASES.get(name.lower(), name.lower())
    if key not in EXTENSIONS:
        guess = nearest(name, [*EXTENSIONS, *ALIASES])
        hint = f"did you mean {guess}?" if guess else f"pgfit knows {', '.join(EXTENSIONS)}"
        raise BadValue(f"pgfit does not know what extension {name!r} needs", hint=hint, place="--extension")
    return EXTENSIONS[key]


def libraries(preloaded: str) -> list[str]:
    """The names in a shared_preload_libraries, as PostgreSQL finds them: `$libdir/vchord.so` is vchord."""
    words = (word.strip().strip('"') for word in preloaded.split(","))
    return [word.removeprefix("$libdir/").removesuffix(".so") for word in words if word]


def wanted(named: tuple[str, ...], preloaded: Value | None) -> list[Extension]:
    """The extensions the user named, and those whose library a fixed shared_preload_libraries loads.

    In the order of loading: citus insists on being first.
    """
    found = libraries(preloaded) if isinstance(preloaded, str) else []
    loaded = [one.name for one in _ALL if one.preload and one.preload in found]
    names = dict.fromkeys([*(find(name).name for name in named), *loaded])
    return sorted((EXTENSIONS[name] for name in names), key=lambda one: one.name != "citus")


def setting(name: str) -> Setting:
    """An extension's own setting as a catalog row; PostgreSQL's pg_settings knows it only once it is loaded."""
    return Setting(
        name=name,
        type="integer",
        unit="",
        context="postmaster",
        default="",
        least=None,
        most=None,
        choices=(),
        about="A setting of the extension's own.",
        docs="",
    )
