"""From what the user typed, and the cgroup where nothing was typed, to Facts."""

from collections.abc import Iterable
from typing import NamedTuple

from ..catalog import NEWEST_BOOTED, catalog
from ..catalog.values import parse
from ..errors import BadValue, UnknownLimit, nearest
from ..model import Facts, Known, Unknown, Value
from ..profiles import STORAGES
from ..tune import extensions
from ..units import TB, Bytes, Cpus, parse_cpus, parse_size, print_cpus

__all__ = ["Options", "facts_from"]

MOST_MEMORY = 64 * TB
MOST_CPUS = 4096.0
LEAST_CPUS = 0.01


class Options(NamedTuple):
    """The options of `pgfit recommend`, as typed; None where they were not given."""

    memory: str | None = None
    cpus: str | None = None
    postgres: int = NEWEST_BOOTED
    connections: int | None = None
    storage: str = "ssd"
    volume_size: str | None = None
    shm_size: str | None = None
    reserve: str | None = None
    extensions: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    allow_overcommit: bool = False


def facts_from(options: Options) -> Facts:
    """Raises BadValue for what cannot be read, UnknownLimit where there is no memory limit to work with."""
    catalog(options.postgres)
    memory, cpus, huge_pages = _limits(options)
    if memory.value > MOST_MEMORY:
        raise BadValue("more memory than any machine has", hint="at most 64 TB", place=memory.where)
    if isinstance(cpus, Known) and not LEAST_CPUS <= cpus.value <= MOST_CPUS:
        bounds = f"between {LEAST_CPUS} and {MOST_CPUS:.0f}"
        raise BadValue(f"{print_cpus(cpus.value)} CPUs is out of reach", hint=bounds, place="--cpus")
    if options.storage not in STORAGES:
        guess = nearest(options.storage, STORAGES)
        hint = f"did you mean {guess}?" if guess else f"there are {', '.join(STORAGES)}"
        raise BadValue(f"there is no storage {options.storage!r}", hint=hint, place="--storage")
    if options.connections is not None and not 1 <= options.connections <= 200_000:
        raise BadValue(f"{options.connections} connections", hint="between 1 and 200000", place="--connections")
    reserve = _size(options.reserve, "--reserve")
    if isinstance(reserve, Known) and reserve.value >= memory.value:
        raise BadValue("it leaves nothing of the memory limit", hint="reserve less than --memory", place="--reserve")
    connections = Unknown("not asked for")
    return Facts(
        memory=memory,
        cpus=cpus,
        postgres=options.postgres,
        connections=connections if options.connections is None else Known(options.connections, "--connections"),
        storage=options.storage,
        volume_size=_size(options.volume_size, "--volume-size"),
        shm_size=_size(options.shm_size, "--shm-size"),
        reserve=reserve.value if isinstance(reserve, Known) else Bytes(0),
        extensions=tuple(dict.fromkeys(extensions.find(name).name for name in options.extensions)),
        fixed=_fixed(options.settings, options.postgres),
        host_huge_pages=huge_pages,
        allow_overcommit=options.allow_overcommit,
    )


def _limits(options: Options) -> tuple[Known[Bytes], Known[Cpus] | Unknown, Known[bool] | Unknown]:
    """Options first; without --memory the cgroup's. --memory describes some container, so nothing is then detected."""
    told = Known(parse_cpus(options.cpus), "--cpus") if options.cpus is not None else None
    if options.memory is not None and options.memory.strip().lower() != "host":
        size = parse_size(options.memory, what="--memory")
        return Known(size, "--memory"), told or Unknown("--cpus not given"), Unknown("another machine, perhaps")
    from . import cgroup  # noqa: PLC0415  with --memory nothing is looked for

    asked_for_host = options.memory is not None
    found = cgroup.host() if asked_for_host else cgroup.detect()
    if isinstance(found.memory, Unknown):
        hint = (
            "pass --memory 512M (the limit the container has, or will have), "
            "run pgfit inside the container, or use --memory host for this machine's memory"
        )
        raise UnknownLimit(f"no memory limit given, and none found: {found.memory.why}", hint=hint)
    return found.memory, told or found.cpus, found.host_huge_pages


def _size(text: str | None, option: str) -> Known[Bytes] | Unknown:
    return Unknown("not told") if text is None else Known(parse_size(text, what=option), option)


def _fixed(settings: Iterable[str], major: int) -> dict[str, Value]:
    fixed: dict[str, Value] = {}
    for text in settings:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise BadValue(f"{text!r} is not NAME=VALUE", hint="for example --set work_mem=8MB", place="--set")
        try:
            setting = catalog(major).find(name.strip())
            if setting.context == "internal":
                raise BadValue(f"{setting.name} cannot be set, only read")  # noqa: TRY301  gets its place below
            parsed = parse(setting, value)
        except BadValue as error:
            raise BadValue(error.message, hint=error.hint, place="--set") from None
        if setting.name in fixed and fixed[setting.name] != parsed:
            raise BadValue(f"{setting.name} is given twice, with different values", place="--set")
        fixed[setting.name] = parsed
    return fixed
