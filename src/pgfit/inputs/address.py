"""Where a compose file's or a container's server is, and as whom to connect: libpq's keywords."""

import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from ..errors import PgfitError
from ..model import Known
from ..yamltree import Mapping, Scalar, Sequence
from .compose.merge import target
from .compose.ports import listens, network_mode, published
from .compose.project import Project
from .compose.server import Server
from .docker import Inspected

__all__ = ["Address", "of_container", "of_service"]

EVERYWHERE = frozenset({"", "0.0.0.0", "::", "*"})  # noqa: S104  what is looked for
USER = ("POSTGRES_USER", "POSTGRESQL_USERNAME", "POSTGRESQL_USER")
PASSWORD = ("POSTGRES_PASSWORD", "POSTGRESQL_PASSWORD", "POSTGRESQL_POSTGRES_PASSWORD", "PGPASSWORD_SUPERUSER")
DATABASE = ("POSTGRES_DB", "POSTGRESQL_DATABASE")
PORT = re.compile(r"(?:^|\s)(?:-c\s*port=|--port=|-p\s*)(\d{1,5})(?=\s|$)", re.ASCII)
"""In the arguments of a server."""
MOST_PASSWORD = 4096
"""Bytes of a file that is a password."""


class Address(NamedTuple):
    """`password` is for libpq alone; it never shows."""

    host: str
    port: str
    user: str
    database: str
    password: str
    where: str
    """What told it, for people."""

    @property
    def parameters(self) -> dict[str, str]:
        """libpq's keywords, without the password."""
        return {"host": self.host, "port": self.port, "user": self.user, "dbname": self.database}

    def __repr__(self) -> str:
        return f"Address({self.user}@{self.host}:{self.port}/{self.database}, {self.where})"


def of_container(found: Inspected) -> Address:
    """By its published port, its own address, or the host's network. Raises PgfitError where none leads to it."""
    given = PORT.findall(" ".join(found.command))
    said = (found.environment.get(name) for name in ("PGPORT", "POSTGRESQL_PORT_NUMBER"))
    port = given[-1] if given else next((one for one in said if one), "5432")
    where = f"container {found.name}"
    bound = found.ports.get(f"{port}/tcp")
    if bound is not None:
        return _address(_host(bound[0]), bound[1], found.environment.get, where)
    if found.network_mode == "host":
        return _address("localhost", port, found.environment.get, where)
    if found.addresses:
        return _address(found.addresses[0], port, found.environment.get, where)
    hint = "publish the port, or give a connection string beside --container"
    raise PgfitError(f"{found.name} publishes no port {port} and has no address of its own", hint=hint, place="--container")


def of_service(server: Server, project: Project) -> Address:
    """By its published port. Raises PgfitError, at the service's place, where none is."""
    key = server.service.key
    line, _ = key.source.line_column(key.start)
    place, where = f"{key.source.path}:{line}", f"service {server.name} of {key.source.path}"
    port = listens(server)
    if network_mode(server, project) == "host" and port is not None:
        return _address("localhost", str(port), _reader(server, project), where)
    for one in published(server, project):
        if one.published.isdigit() and one.target.isdigit():
            return _address(_host(one.host), one.published, _reader(server, project), where)
    what = f"{server.name} publishes no port of its server that is known"
    hint = f"publish it (ports: 127.0.0.1:5432:{port or 5432}), give --container, or a connection string beside --compose"
    raise PgfitError(what, hint=hint, place=place)


def _host(address: str) -> str:
    return "localhost" if address in EVERYWHERE else address


def _address(host: str, port: str, read: Callable[[str], str | None], where: str) -> Address:
    """User, password and database as the images' entrypoints read them."""

    def first(names: tuple[str, ...]) -> str:
        return next((value for name in names if (value := read(name))), "")

    user = first(USER) or "postgres"
    return Address(host, port, user, first(DATABASE) or user, first(PASSWORD), where)


def _reader(server: Server, project: Project) -> Callable[[str], str | None]:
    """A variable of the service, or the file that NAME_FILE points to, where it can be read."""

    def read(name: str) -> str | None:
        if (one := server.environment.get(name)) is not None:
            return one.value.value if isinstance(one.value, Known) else None
        file = server.environment.get(f"{name}_FILE")
        if file is None or not isinstance(file.value, Known):
            return None
        path = _secret(file.value.value, project) or _mounted(file.value.value, server, project)
        try:
            return path.read_text(encoding="utf-8")[:MOST_PASSWORD].rstrip("\r\n") if path is not None else None
        except (OSError, UnicodeDecodeError):
            return None

    return read


def _secret(path: str, project: Project) -> Path | None:
    """/run/secrets/NAME is the file that the project's secret NAME names."""
    if not path.startswith("/run/secrets/"):
        return None
    secrets = project.top("secrets")
    one = secrets.get(PurePosixPath(path).name) if isinstance(secrets, Mapping) else None
    file = one.get("file") if isinstance(one, Mapping) else None
    return project.directory / file.text if isinstance(file, Scalar) else None


def _mounted(path: str, server: Server, project: Project) -> Path | None:
    """The file on the host, where it is mounted by itself: ./password:/password:ro."""
    volumes = server.service.get("volumes")
    for item in volumes.items if isinstance(volumes, Sequence) else ():
        if isinstance(item, Scalar) and target(item) == path:
            source = item.text.partition(":")[0]
            return project.directory / source if source.startswith((".", "/")) else None
    return None
