"""Where a compose file's or a container's server is, and as whom to connect: libpq's keywords.

The role is the superuser wherever its password is told: only to it does a server tell all. What an image makes of its
variables is in LOGINS; which image is of which kind, in compose/families.yaml.
"""

import sys
from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import NamedTuple

from ..errors import PgfitError
from ..model import Known, Unknown
from ..units import parse_count
from ..yamltree import Mapping, Node, Scalar, Sequence
from .compose.families import Family, family_of, parse_image
from .compose.hosts import word
from .compose.ports import listens, network_mode, published
from .compose.project import Project
from .compose.server import Server, Variable
from .compose.variables import dotenv, expand, value
from .docker import Inspected

__all__ = ["LOGINS", "Address", "Login", "Password", "of_container", "of_service"]

EVERYWHERE = frozenset({"", "0.0.0.0", "::", "*"})  # noqa: S104  what is looked for
PLACE = "--container"
PORT_VARIABLES = ("PGPORT", "POSTGRESQL_PORT_NUMBER")
SECRETS = PurePosixPath("/run/secrets")
MOST_BYTES = 4096
"""Of a file that holds one value."""
OR_ELSE = "give --container, or a connection string"


class Password(str):
    """For libpq alone. Its text is what str() gives; whatever shows values shows none."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<a password>" if self else "<no password>"


class Address(NamedTuple):
    """Where a password is missing, libpq looks for one itself: in PGPASSWORD and ~/.pgpass."""

    parameters: AnyMapping[str, str]
    """host, port, user and dbname."""
    password: Password
    """'' where none is told."""
    where: str
    """What told it, for people."""


class Login(NamedTuple):
    """The variables that an image's entrypoint reads at the first start: of each kind, the first that is set decides."""

    user: tuple[str, ...]
    default_user: str
    database: tuple[str, ...]
    default_database: str
    """'' for one named as the user."""
    password: tuple[str, ...]
    superuser_password: tuple[str, ...] = ()
    """Of the role postgres, where `user` names another."""


LOGINS: AnyMapping[str, Login] = MappingProxyType(
    {
        "official": Login(("POSTGRES_USER",), "postgres", ("POSTGRES_DB",), "", ("POSTGRES_PASSWORD",)),
        "bitnami": Login(
            ("POSTGRESQL_USERNAME", "POSTGRES_USERNAME", "POSTGRES_USER", "POSTGRESQL_USER"),
            "postgres",
            ("POSTGRESQL_DATABASE", "POSTGRES_DATABASE", "POSTGRES_DB"),
            "postgres",
            ("POSTGRESQL_PASSWORD", "POSTGRES_PASSWORD"),
            ("POSTGRESQL_POSTGRES_PASSWORD", "POSTGRES_POSTGRES_PASSWORD"),
        ),
        "sclorg": Login(
            ("POSTGRESQL_USER",),
            "postgres",
            ("POSTGRESQL_DATABASE",),
            "postgres",
            ("POSTGRESQL_PASSWORD",),
            ("POSTGRESQL_ADMIN_PASSWORD",),
        ),
        "kartoza": Login(("POSTGRES_USER",), "docker", ("POSTGRES_DBNAME",), "gis", ("POSTGRES_PASS",)),
        "spilo": Login(("PGUSER_SUPERUSER",), "postgres", (), "postgres", ("PGPASSWORD_SUPERUSER",)),
    }
)
"""By the `login` of families.yaml; for an image nobody knows, the first whose password is set."""


def of_container(found: Inspected) -> Address:
    """By its published port, its own address, or the host's network. Raises PgfitError where none leads to it."""
    told = next((text for name in PORT_VARIABLES if (text := found.environment.get(name))), "5432")
    port = parse_count(_port_in(found.command) or told)
    if port is None:
        raise PgfitError(f"the port {found.name} listens on is not known", hint="give a connection string too", place=PLACE)
    host, outside, how = _reached(found, port)
    where = f"{found.runtime} inspect {found.name}"
    values: dict[str, Known[str] | Unknown] = {name: Known(text, where) for name, text in found.environment.items()}
    mounts = [(Path(one.source), PurePosixPath(one.destination)) for one in found.mounts if one.source]
    login = _login(_Variables(values, mounts, PLACE), family_of(parse_image(found.image).repository))
    return _address(host, outside, login, f"container {found.name}, {how}")


def _reached(found: Inspected, port: int) -> tuple[str, str, str]:
    """Host, port, and in words how. Its own address leads to it only where containers share the host's kernel."""
    bound = found.ports.get(f"{port}/tcp")
    if bound is not None:
        host = _host(bound[0])
        return host, bound[1], f"published at {_joined(host, bound[1])}"
    if found.addresses and sys.platform == "linux":
        return found.addresses[0], str(port), f"at its own address {_joined(found.addresses[0], str(port))}"
    if found.network_mode == "host":
        return "localhost", str(port), f"in the host's network at port {port}"
    what = f"{found.name} publishes no port {port}, and has no address of its own that leads to it"
    raise PgfitError(what, hint=f"publish it (-p 127.0.0.1:5432:{port}), or give a connection string too", place=PLACE)


def of_service(server: Server, project: Project) -> Address:
    """By its published port. Raises PgfitError, with its line, where none is, or where a variable decides that is not set."""
    found, lost = _env_files(server, project)
    server = server._replace(environment={**found, **server.environment})
    place, where = server.service.key.place, f"service {server.name} of {server.service.key.source.path}"
    port = listens(server)
    if port is None:
        raise PgfitError(f"the port {server.name} listens on is not known here", hint=OR_ELSE, place=place)
    values = {name: one.value for name, one in server.environment.items()}
    variables = _Variables(values, [*_secrets(server, project), *_binds(server, project)], place, lost)
    login = _login(variables, server.family)
    if network_mode(server, project) == "host":
        return _address("localhost", str(port), login, f"{where}, in the host's network at port {port}")
    address, outside = _published(server, project, port)
    host = _host(address)
    return _address(host, outside, login, f"{where}, published at {_joined(host, outside)}")


def _published(server: Server, project: Project, port: int) -> tuple[str, str]:
    """Address and port on the host. Raises PgfitError with the reason why there is none."""
    found = list(published(server, project))
    for one in found:
        if (parse_count(one.published) or 0) > 0 and parse_count(one.target) is not None:
            return one.host, one.published
    name, node = server.name, server.service.get("ports")
    unset = [(item, names) for item in (node.items if isinstance(node, Sequence) else []) if (names := _unset(item, project))]
    if found:
        ranged = "-" in found[0].published + found[0].target
        what = f"port {port} of {name} is published " + ("within a range" if ranged else "at a port that Docker picks")
        place, hint = found[0].node.place, f"write it out (127.0.0.1:5432:{port}), {OR_ELSE}"
    elif unset:
        what = f"a port of {name} comes from {', '.join(unset[0][1])}, which is not set here"
        place, hint = unset[0][0].place, f"set it here or in .env, {OR_ELSE}"
    else:
        mode = network_mode(server, project)
        what = f"{name} does not publish its port {port}" + (f": network_mode is {mode}" if mode else "")
        place, hint = server.service.key.place, f"publish it (ports: 127.0.0.1:5432:{port}), {OR_ELSE}"
    raise PgfitError(what, hint=hint, place=place)


def _unset(item: Node, project: Project) -> tuple[str, ...]:
    nodes = [entry.value for entry in item.all().values()] if isinstance(item, Mapping) else [item]
    return tuple(name for one in nodes if isinstance(one, Scalar) for name in expand(one.text, project.variables).unset)


def _host(address: str) -> str:
    return "localhost" if address in EVERYWHERE else address


def _joined(host: str, port: str) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _port_in(command: tuple[str, ...]) -> str:
    """The last that the arguments set: -p 5433, --port=5433, -c port=5433, and without the blank."""
    port, words = "", iter(command)
    for text in words:
        option, setting = text[:2], text[2:]
        if option in {"-c", "-p"}:
            setting = setting or next(words, "")
        name, _, given = setting.partition("=") if option in {"-c", "--"} else ("port", "", setting if option == "-p" else "")
        port = given if name.lower() == "port" and given else port
    return port


# -- as whom ------------------------------------------------------------------------------------------------------


class _Variables(NamedTuple):
    """What the entrypoint sees, as far as it can be told from outside."""

    values: AnyMapping[str, Known[str] | Unknown]
    files: list[tuple[Path, PurePosixPath]]
    """What of the host is mounted where."""
    place: str
    lost: str = ""
    """A file with more of them that cannot be read."""

    def __repr__(self) -> str:
        return f"<{len(self.values)} variables>"

    def read(self, name: str) -> Known[str] | Unknown:
        """The file that NAME_FILE names comes first, as in Bitnami's image; the official one refuses to be told both."""
        known, file = self.values.get(name), self.values.get(f"{name}_FILE")
        if isinstance(file, Known) and file.value:
            text = self.text_of(PurePosixPath(file.value))
            return Unknown(f"{name}_FILE names a file that cannot be read from here") if text is None else Known(text, file.where)
        if isinstance(file, Unknown) and not (isinstance(known, Known) and known.value):
            return file
        if known is not None:
            return known
        return Unknown(f"it may stand in {self.lost}, which cannot be read") if self.lost else Known("", self.place)

    def text_of(self, path: PurePosixPath) -> str | None:
        """As `$(< file)` gives it, without the line ends. Of mounts within mounts the innermost shows."""
        inside = [
            (path.relative_to(at), source) for source, at in self.files if path.is_relative_to(at) and ".." not in path.parts
        ]
        below, source = min(inside, key=lambda one: len(one[0].parts), default=(path, None))
        try:
            if source is None or not (source / below).is_file():  # nothing that blocks, as a pipe would
                return None
            with (source / below).open("rb") as file:
                return file.read(MOST_BYTES).decode().rstrip("\n")
        except (OSError, ValueError):  # ValueError: no UTF-8, or no path at all
            return None

    def first(self, names: tuple[str, ...], default: str) -> str:
        """Raises PgfitError where one that may decide is not known: another role than the server's helps nobody."""
        for name in names:
            known = self.read(name)
            if isinstance(known, Unknown):
                hint = OR_ELSE.rpartition("or ")[2] if self.place == PLACE else f"set it here or in .env, {OR_ELSE}"
                raise PgfitError(f"{name} is not known: {known.why}", hint=hint, place=self.place)
            if known.value:
                return known.value
        return default

    def secret(self, names: tuple[str, ...]) -> str:
        """The same; '' where it is not known."""
        return next((one.value for name in names if isinstance(one := self.read(name), Known) and one.value), "")


class _As(NamedTuple):
    user: str
    database: str
    password: Password


def _login(variables: _Variables, family: Family | None) -> _As:
    names = LOGINS[family.login] if family is not None else _guessed(variables)
    user, password = variables.first(names.user, names.default_user), variables.secret(names.password)
    database = variables.first(names.database, names.default_database or user)
    superuser = variables.secret(names.superuser_password)
    if superuser and not (user == "postgres" and password):
        user, password = "postgres", superuser
    return _As(user, database, Password(password))


def _guessed(variables: _Variables) -> Login:
    def is_set(login: Login) -> bool:
        return any(name in variables.values or f"{name}_FILE" in variables.values for name in login.password)

    return next((one for one in LOGINS.values() if is_set(one)), LOGINS["official"])


def _address(host: str, port: str, login: _As, where: str) -> Address:
    parameters = {"host": host, "port": port, "user": login.user, "dbname": login.database}
    return Address(MappingProxyType(parameters), login.password, where)


# -- the files around a service -----------------------------------------------------------------------------------


def _items(node: Node | None) -> list[Node]:
    return node.items if isinstance(node, Sequence) else [] if node is None else [node]


def _env_files(server: Server, project: Project) -> tuple[dict[str, Variable], str]:
    """What `env_file:` brings, the last file first in rank; and the first file that is missing and should not be."""
    found: dict[str, Variable] = {}
    lost = ""
    for item in _items(server.service.get("env_file")):
        path, required = (item.get("path"), item.get("required")) if isinstance(item, Mapping) else (item, None)
        if not isinstance(path, Scalar) or path.null:
            continue
        name = word(path, project.variables)
        try:
            told = dotenv(project.directory / name, project.variables) if name else {}
        except PgfitError:
            told, name = {}, ""
        lost = lost or ("" if name or word(required, project.variables) == "false" else path.text)
        found |= {one: Variable(Known(text, path.place), path) for one, text in told.items()}
    return found, lost


def _secrets(server: Server, project: Project) -> Iterator[tuple[Path, PurePosixPath]]:
    """`secrets: [db]` is the project's secret db, a file, at /run/secrets/db."""
    for item in _items(server.service.get("secrets")):
        name = word(item.get("source") if isinstance(item, Mapping) else item, project.variables)
        at = word(item.get("target"), project.variables) if isinstance(item, Mapping) else ""
        file = word(project.top("secrets", name, "file"), project.variables)
        if name and file:
            yield project.directory / file, SECRETS / (at or name)


def _binds(server: Server, project: Project) -> Iterator[tuple[Path, PurePosixPath]]:
    """What `volumes:` mounts of the host: a source that is a path, not a volume's name."""
    for item in _items(server.service.get("volumes")):
        if isinstance(item, Mapping):
            source, at = (word(item.get(key), project.variables) for key in ("source", "target"))
        else:
            known = value(item, project.variables) if isinstance(item, Scalar) else None
            source, at = [*known.value.split(":"), ""][:2] if isinstance(known, Known) else ("", "")
        if source.startswith((".", "/")) and at:
            yield project.directory / source, PurePosixPath(at)
