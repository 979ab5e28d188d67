"""What is mounted in a server's container, and which of it holds the data.

mounts(deployment)    everything mounted, short and long syntax, tmpfs too
directory(deployment) where the image keeps its data
home(deployment)      the mount that holds them: None where there is none, Unknown where it cannot be told
"""

import re
from collections.abc import Iterator
from posixpath import normpath
from typing import NamedTuple

from ..inputs.compose.hosts import word
from ..inputs.compose.merge import target
from ..inputs.compose.variables import expand
from ..model import Known, Unknown
from ..yamltree import Mapping, Node, Scalar, Sequence
from .deployment import Deployment

__all__ = [
    "OLD_PATH",
    "Mount",
    "at_old_path",
    "directory",
    "home",
    "is_something_else",
    "location",
    "mount_point",
    "mounts",
    "refused_from_18",
]

OLD_PATH = "/var/lib/postgresql/data"
"""PGDATA and VOLUME of the official image up to 17; from 18 on PGDATA is /var/lib/postgresql/MAJOR/docker."""
OFFICIAL = frozenset({"official", "postgis", "pgvector"})
"""Families that take PGDATA and VOLUME from the official image of the same major, and change neither."""
EITHER = Unknown("it is the path of 17 or that of 18")
SOMETHING_ELSE = re.compile(
    r"/(?:docker-entrypoint-initdb\.d|docker-entrypoint-preinitdb\.d|etc|usr|run|var/run|var/log|tmp|dev|proc|sys)(?:/|$)|/$"
    r"|\.(?:conf|sh|sql|gz|json|ya?ml|crt|key|pem|txt|sock|env)$|back-?ups?\b|/(?:conf|init|scripts?|certs?|ssl|logs?)$"
)
"""Mounted there, it is no data directory."""


class Mount(NamedTuple):
    kind: str
    """`volume`, `bind`, `tmpfs`, `anonymous`; '' where a variable that is not set decides."""
    source: str
    target: str
    """'' where it is not known."""
    read_only: bool
    node: Node


def mounts(deployment: Deployment) -> Iterator[Mount]:
    volumes, tmpfs, others = deployment.get("volumes"), deployment.get("tmpfs"), deployment.get("volumes_from")
    variables = deployment.project.variables
    for item in volumes.items if isinstance(volumes, Sequence) else []:
        if isinstance(item, Mapping):
            yield _long(item, deployment)
        elif isinstance(item, Scalar):
            yield _short(item, deployment)
    for one in tmpfs.items if isinstance(tmpfs, Sequence) else [tmpfs]:
        if isinstance(one, Scalar) and not one.null:
            yield Mount("tmpfs", "", _clean(expand(one.text, variables).text.partition(":")[0]), read_only=False, node=one)
    if others is not None:
        yield Mount("", "", "", read_only=False, node=others)


def _short(item: Scalar, deployment: Deployment) -> Mount:
    made = expand(item.text, deployment.project.variables)
    if made.unset or made.problem:
        where = expand(target(item), deployment.project.variables)
        known = where.text if target(item) != item.text and not where.unset and not where.problem else ""
        return Mount("", "", _clean(known), item.text.endswith(":ro"), item)
    parts = made.text.split(":")
    if len(parts) > 2 and len(parts[0]) == 1 and parts[2].startswith("/"):
        parts = [":".join(parts[:2]), *parts[2:]]  # a drive of Windows
    if len(parts) == 1:
        return Mount("anonymous", "", _clean(parts[0]), read_only=False, node=item)
    source, options = parts[0], parts[2].split(",") if len(parts) > 2 else []
    kind = "bind" if re.match(r"[./~\\]|[A-Za-z]:[\\/]", source) else "volume" if source else ""
    return Mount(kind, source, _clean(parts[1]), "ro" in options, item)


def _long(item: Mapping, deployment: Deployment) -> Mount:
    variables = deployment.project.variables
    kind, source = word(item.get("type"), variables), word(item.get("source"), variables)
    if kind == "volume" and not source:
        kind = "" if item.get("source") else "anonymous"
    at = word(item.get("target"), variables)
    return Mount(kind, source, _clean(at), word(item.get("read_only"), variables).lower() == "true", item)


def _clean(path: str) -> str:
    return normpath(path) if path.startswith("/") else ""


def directory(deployment: Deployment) -> Known[str] | Unknown:
    """PGDATA, where the file sets it or the image is known to."""
    server = deployment.server
    pgdata = server.environment.get("PGDATA")
    if pgdata is not None and server.family is not None and server.family.channel == "command":
        given = pgdata.value
        return Known(_clean(given.value), given.where) if isinstance(given, Known) and _clean(given.value) else Unknown("PGDATA")
    if deployment.get("env_file") is not None or deployment.get("build") is not None or server.service.problem:
        return Unknown("PGDATA may come from elsewhere")
    if server.command.bypass or server.command.last("data_directory") or deployment.get("entrypoint") is not None:
        return Unknown("the command may say otherwise")
    return _of_image(deployment)


def _of_image(deployment: Deployment) -> Known[str] | Unknown:
    image, major = deployment.server.image, deployment.major
    repository = image.repository if image is not None else ""
    if repository == "timescale/timescaledb-ha":
        return Known("/home/postgres/pgdata/data", repository)
    kin = _is_kin(deployment)
    if major is not None and major < 18 and (kin or repository == "timescale/timescaledb"):
        return Known(OLD_PATH, repository)
    if major is not None and major >= 18 and kin:
        return Known(f"/var/lib/postgresql/{major}/docker", repository)
    return EITHER if kin and major is None else Unknown("where the image keeps its data is not known")


def _is_kin(deployment: Deployment) -> bool:
    family = deployment.server.family
    return family is not None and family.name in OFFICIAL


def mount_point(deployment: Deployment) -> str:
    """Where a volume for the data belongs."""
    where, family = directory(deployment), deployment.server.family
    if isinstance(where, Known):
        own = re.fullmatch(r"/var/lib/postgresql/\d+/docker", where.value)
        return "/var/lib/postgresql" if own else where.value
    return family.data[0] if family is not None and family.data else OLD_PATH


def home(deployment: Deployment) -> Mount | Unknown | None:
    """The mount that holds the data. The image's own VOLUME, where it lies deeper, is none."""
    family, where = deployment.server.family, directory(deployment)
    if family is None or not family.data:
        return Unknown("where the image keeps its data is not known")
    found = list(mounts(deployment))
    if isinstance(where, Known):
        above = [one for one in found if one.target and _within(where.value, one.target)]
        deepest = max(above, key=lambda one: len(one.target), default=None)
        hidden = deepest is not None and _within(OLD_PATH, deepest.target) and deepest.target != OLD_PATH
        if deepest is not None and hidden and _volume_at_old_path(deployment) and _within(where.value, OLD_PATH):
            deepest = None
    else:
        usual = [one for one in found if any(_within(one.target, at) or _within(at, one.target) for at in family.data)]
        deepest = next((one for one in usual if not is_something_else(one)), None)
        if deepest is None and where is not EITHER and any(not is_something_else(one) for one in found):
            return Unknown("something is mounted that may hold the data")
    if deepest is None and (deployment.server.service.problem or any(not one.target for one in found)):
        return Unknown("something is mounted at a place that is not known")
    return deepest


def is_something_else(mount: Mount) -> bool:
    """Whether what is mounted there is surely no data directory."""
    return bool(SOMETHING_ELSE.search(mount.target))


def _volume_at_old_path(deployment: Deployment) -> bool:
    """Whether the image declares a VOLUME of its own there: Docker makes an anonymous one, below whatever is mounted above."""
    image, major = deployment.server.image, deployment.major
    timescale = image is not None and image.repository == "timescale/timescaledb"
    return deployment.get("build") is None and (_is_kin(deployment) or timescale) and major is not None and major < 18


def at_old_path(deployment: Deployment) -> Mount | None:
    """What is mounted where the image up to 17 kept its data, and the image from 18 on does not."""
    where = directory(deployment)
    if not isinstance(where, Known) or not re.fullmatch(r"/var/lib/postgresql/\d+/docker", where.value):
        return None
    found = list(mounts(deployment))
    if "PGDATA" in deployment.server.environment or any(_within(where.value, one.target) for one in found if one.target):
        return None
    return next((one for one in found if one.target == OLD_PATH), None)


def refused_from_18(deployment: Deployment) -> str:
    """What a tag without a major leads to beside that, where the data are mounted as up to 17."""
    elsewhere = "PGDATA" in deployment.server.environment or deployment.get("env_file") is not None
    if not _is_kin(deployment) or elsewhere or not any(one.target == OLD_PATH for one in mounts(deployment)):
        return ""
    return f"; from 18 on it refuses to start with {OLD_PATH} mounted"


def location(deployment: Deployment) -> tuple[str, str] | None:
    """The volume or path outside, and the directory in it: the same for two servers only where they share their data."""
    found, where = home(deployment), directory(deployment)
    if not isinstance(found, Mount) or found.kind not in {"volume", "bind"} or not found.source or "{{" in found.source:
        return None
    if isinstance(found.node, Mapping) and found.node.get("volume") is not None:
        return None  # it may name a subpath
    family = deployment.server.family
    below = where.value.removeprefix(found.target) if isinstance(where, Known) else f"{family and family.name}:{found.target}"
    if found.kind == "bind":
        return normpath(found.source + below) if isinstance(where, Known) else normpath(found.source) + below, ""
    return found.source, below


def _within(path: str, parent: str) -> bool:
    return bool(parent) and (path == parent or path.startswith(parent.rstrip("/") + "/"))
