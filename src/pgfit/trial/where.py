"""Which server is tried, and what limits it; a refusal, with all that is missing, where nothing can.

Without a wish: the installed server in a cgroup that may be written, or in a scope of systemd's; in a container of an image
that is here where there is neither server nor limit. An image that was named is run by docker or podman.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ..errors import PgfitError
from ..units import GB, Bytes, human
from . import cgroup, scope
from .cgroup import Group
from .containers import Containers
from .engine import ENGINES, Engine, Image, connect, image, images
from .local import Local
from .place import Limits, NoPlace
from .programs import Programs, clients, find
from .scope import Scope
from .workloads import BYTES_PER_SCALE

__all__ = ["LIMITS_BY", "Asked", "Wanted", "find_place", "find_server"]

LIMITS_BY = (*ENGINES, "cgroup", "systemd")
COPIES = 3
"""Of the data: what was loaded, and one for each configuration."""
WAL_ROOM = 3 * GB
"""Three servers with the default max_wal_size of 1 GB each."""
IN_MEMORY = ("tmpfs", "ramfs")
PROVES_NOTHING = "a trial without a limit proves nothing"
Way = Callable[[], Local | Containers]
"""Opens the place."""


class Asked(NamedTuple):
    """Which server, as the options name it."""

    major: int | None = None
    bindir: Path | None = None
    image: str | None = None
    limit_by: str | None = None


class Wanted(NamedTuple):
    limits: Limits
    scale: int
    directory: Path
    limit_by: str | None = None
    """One of LIMITS_BY; the first that can where it is None."""


def find_server(asked: Asked) -> Programs | Image:
    """Raises NoPlace with what is missing."""
    if asked.image is not None:
        return _named(asked, asked.image)
    if asked.limit_by in ENGINES:
        if asked.bindir is not None:
            raise NoPlace(f"{asked.limit_by} runs images", hint="leave out --bindir, or name an --image", place="--bindir")
        return _image_of(_engine(asked.limit_by), asked.major)
    try:
        return find(asked.major, asked.bindir)
    except NoPlace as error:
        if asked.bindir is not None or asked.limit_by is not None:
            raise
        here = next(_images_here(asked.major), None)
        if here is not None:
            return here
        hint = f"{error.hint}; or, with docker or podman: --image postgres:{asked.major or 18}"
        raise NoPlace(error.message, hint=hint, place=error.place) from error


def _named(asked: Asked, name: str) -> Image:
    if asked.bindir is not None:
        raise NoPlace("--image and --bindir are two different things", hint="give one of them", place="--image")
    if asked.limit_by is not None and asked.limit_by not in ENGINES:
        hint = "--limit-by docker or podman, or leave it out"
        raise NoPlace(f"an image is not run by {asked.limit_by}", hint=hint, place="--limit-by")
    engines = [_engine(asked.limit_by)] if asked.limit_by else _engines()
    having = [one for one in engines if one.ask("image", "inspect", name).returncode == 0]
    found = image((having or engines)[0], name)
    if asked.major not in (None, found.major):
        raise NoPlace(f"{name} is PostgreSQL {found.major}, not {asked.major}", hint="leave out --postgres", place="--image")
    return found


def _engine(name: str) -> Engine:
    answer = connect(name)
    if isinstance(answer, str):
        raise NoPlace(f"{name} cannot be used: {answer}", hint=f"{name} info tells more", place="--limit-by")
    return answer


def _engines() -> list[Engine]:
    """Those that run. Raises NoPlace where none does."""
    answers = {name: connect(name) for name in ENGINES}
    if not any(isinstance(one, Engine) for one in answers.values()):
        hint = _lines("an image needs one of them", {name: str(why) for name, why in answers.items()})
        raise NoPlace("neither docker nor podman can be used here", hint=hint, place="--image")
    return [one for one in answers.values() if isinstance(one, Engine)]


def _image_of(engine: Engine, major: int | None) -> Image:
    found = images(engine, major)
    if not found:
        name = f"postgres:{major or 18}"
        raise NoPlace(f"{engine.name} has no image {name} here", hint=f"--image {name} pulls it", place="--limit-by")
    return image(engine, found[0].name)


def _images_here(major: int | None) -> Iterator[Image]:
    for name in ENGINES:
        engine = connect(name)
        if isinstance(engine, Engine):
            yield from (image(engine, one.name) for one in images(engine, major)[:1])


def find_place(server: Programs | Image, wanted: Wanted) -> Local | Containers:
    """Raises NoPlace where no limit can be set, PgfitError where the directory will not do."""
    if wanted.limits.memory > _machine():
        message = f"{human(wanted.limits.memory)} is more than this machine has: {human(_machine())}"
        raise NoPlace(message, hint="a smaller --memory", place="--memory")
    missing: dict[str, str] = {}
    for name, way in _ways(server, wanted):
        if not isinstance(way, str):
            return way()
        missing[name] = way
    without = wanted._replace(limits=wanted.limits._replace(iops=None))
    if wanted.limits.iops and any(not isinstance(way, str) for _, way in _ways(server, without)):
        message = f"the disk cannot be slowed here: {'; '.join(missing.values())}"
        raise NoPlace(message, hint="leave out --iops", place="--iops")
    raise _refusal(missing)


def _ways(server: Programs | Image, wanted: Wanted) -> Iterator[tuple[str, Way | str]]:
    """Those that these wishes leave, by name, the preferred first; or why it is none."""
    if isinstance(server, Image):
        yield server.engine.name, server.engine.lacks(wanted.limits) or partial(_containers, server, wanted)
        return
    for name, unavailable in (("cgroup", cgroup.unavailable), ("systemd", scope.unavailable)):
        if wanted.limit_by in (None, name):
            yield name, unavailable(wanted.limits) or partial(_local, server, wanted, name)
    if wanted.limit_by is None:
        for name in ENGINES:
            here = _here(name, server.major, wanted.limits)
            yield name, partial(_containers, here, wanted) if isinstance(here, Image) else here


def _here(name: str, major: int, limits: Limits) -> Image | str:
    """An image of this major, to take an installed server's place; or why there is none."""
    engine = connect(name)
    if isinstance(engine, str):
        return engine
    found = images(engine, major)
    if engine.lacks(limits) or not found:
        return engine.lacks(limits) or f"it has no postgres:{major} here; --image postgres:{major} pulls it"
    return image(engine, found[0].name)


def _local(programs: Programs, wanted: Wanted, name: str) -> Local:
    device = _check_directory(wanted)
    if name == "systemd":
        return Local(programs, Scope, "systemd", wanted.directory, scope.sweep)
    kind = "cgroup v1" if (cgroup.ROOT / "memory").is_dir() else "cgroup v2"
    return Local(programs, lambda name, limits: Group(name, limits, device), kind, wanted.directory)


def _containers(found: Image, wanted: Wanted) -> Containers:
    device = _check_directory(wanted)
    return Containers(found, wanted.limits, wanted.directory, device, next(iter(clients()), None))


def _refusal(missing: dict[str, str]) -> NoPlace:
    if len(missing) == 1:
        ((name, why),) = missing.items()
        return NoPlace(f"no limit can be set by {name}: {why}", hint=PROVES_NOTHING, place="--limit-by")
    hint = _lines(f"{PROVES_NOTHING}; one of these would do, here or on a machine of your own", missing)
    return NoPlace("no memory limit can be set on this machine", hint=hint)


def _lines(first: str, reasons: dict[str, str]) -> str:
    return "\n".join([first, *(f"  {name}: {why}" for name, why in reasons.items())])


def _check_directory(wanted: Wanted) -> str:
    """The disk's number, where it has one."""
    directory, place = wanted.directory, "--directory"
    if not directory.is_dir():
        raise PgfitError(f"{directory} is no directory", place=place)
    if not os.access(directory, os.W_OK | os.X_OK):
        raise PgfitError(f"{directory} may not be written by this user", place=place)
    if _kind_of(directory) in IN_MEMORY:
        hint = "its files would count as the server's memory; --directory /var/tmp"
        raise PgfitError(f"{directory} is in memory, not on a disk", hint=hint, place=place)
    need, free = COPIES * wanted.scale * BYTES_PER_SCALE + WAL_ROOM, shutil.disk_usage(directory).free
    if free < need:
        hint = f"--directory on another disk, or less data: --scale {max(1, wanted.scale // 4)}"
        raise PgfitError(f"{directory} has {human(free)} free; the trial needs {human(need)}", hint=hint, place=place)
    device = cgroup.device_of(directory)
    if wanted.limits.iops and not device:
        raise PgfitError(f"{directory} is on no disk that can be slowed", hint="leave out --iops", place=place)
    return device


def _kind_of(directory: Path) -> str:
    """The file system's type, by the longest mount point above it."""
    path, best = str(directory.resolve()), ("", "")
    for line in Path("/proc/mounts").read_text().splitlines():
        _, point, kind, *_ = line.split()
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best[0]):
            best = (point, kind)
    return best[1]


def _machine() -> Bytes:
    """MemTotal."""
    return Bytes(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
