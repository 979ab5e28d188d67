"""Which services of a project are PostgreSQL servers, by image family and command; and what is known of each."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ...catalog import NEWEST_BOOTED, catalog
from ...model import Known, Unknown
from ...yamltree import Scalar, Sequence
from .command import Command, read_command
from .dockerfile import Built, read_build
from .families import Family, Image, families, family_of, major_of, parse_image
from .limits import Limits, read_limits
from .merge import pairs, target, text_of
from .project import Project, Service
from .variables import Variables, expand

__all__ = ["Server", "Variable", "environment_of", "server_of", "servers"]

RUNS_A_SERVER = re.compile(r"docker-entrypoint\.sh|(?<![\w./-])(?:postgres|postmaster)(?=\s+-|\s*[;&|'\"]|\s*$)|pg_ctl|patroni")
"""In a command that is no direct call of the server: whether it ends in one."""
SCRIPT = re.compile(r"(?<!backup)(?<!dump)(?<!restore)\.sh\b")
CLIENT = re.compile(r"(?:\S*/)?(?:psql|pg_(?!ctl)[a-z]+|pgbench|createdb|createuser|dropdb|vacuumdb|reindexdb|true|sleep|tail)\b")
"""Programs of PostgreSQL's that are no server, and others that are none either."""
DATA = ("/var/lib/postgresql", "/bitnami/postgresql", "/var/lib/pgsql", "/home/postgres/pgdata")


class Variable(NamedTuple):
    """An environment variable of a service. The value is for reading only: it is never printed."""

    value: Known[str] | Unknown
    node: Scalar
    """Its value in the map form, the whole item in the list form."""


class Server(NamedTuple):
    """A service that runs PostgreSQL."""

    service: Service
    family: Family | None
    image: Image | None
    major: Known[int] | Unknown
    command: Command
    limits: Limits
    environment: Mapping[str, Variable]
    refusal: str = ""
    """Why pgfit does not write settings for it, with place and reason; '' where it can."""
    hint: str = ""
    cmd: tuple[str, ...] = ()
    """The arguments the image itself would run."""

    @property
    def name(self) -> str:
        return self.service.name


def environment_of(service: Service, variables: Variables) -> dict[str, Variable]:
    """`environment:`, by name. What env_file brings is not read: compose does not use it for `${…}` either."""
    found: dict[str, Variable] = {}
    node = service.get("environment")
    for name, value, entry in pairs(node):
        if value is None:
            known: Known[str] | Unknown = (
                Known(variables[name], entry.key.place) if name in variables else Unknown(f"{name} comes from outside")
            )
            found[expand(name, variables).text] = Variable(known, entry.key)
            continue
        made = expand(text_of(value, entry), variables)
        lost = made.problem or (f"{', '.join(made.unset)} is not set here" if made.unset else "")
        found[expand(name, variables).text] = Variable(Unknown(lost) if lost else Known(made.text, value.place), value)
    return found


def servers(project: Project, *, image_like: str = "") -> list[Server]:
    """All servers, in the order of the file. `image_like` names the family of those whose image is not known."""
    found = (server_of(service, project, image_like=image_like) for service in project.services.values())
    return [one for one in found if one is not None]


def server_of(service: Service, project: Project, *, image_like: str = "") -> Server | None:
    """None where the service is no server."""
    variables = project.variables
    image, family, major, cmd, refusal, hint = _image(service, project, wrapped=bool(image_like))
    if family is not None and family.channel == "client":
        return None
    command = read_command(service.get("command"), variables)
    entrypoint = read_command(service.get("entrypoint"), variables)
    environment = environment_of(service, variables)
    if family is None:
        if not _looks_like_a_server(service, command, environment):
            return None
        if image_like:
            family, refusal, hint = families()[image_like], "", ""
            major = major_of(family, image) if image else Unknown("the image does not say which PostgreSQL it is")
            cmd = family.cmd
    own_start = entrypoint.node is not None and not _is_image_entrypoint(entrypoint)
    if own_start or command.bypass:
        said = " ".join(word.text for word in (*entrypoint.words, *command.words)) or _text(entrypoint)
        if said and not _runs_a_server(said, service, command if own_start else None):
            return None
        node = entrypoint.node if own_start else None
        place = node.place if node is not None else ""
        refusal = (
            f"{place}: `entrypoint:` is overridden: whether settings reach the server is not known"
            if own_start
            else command.bypass
        )
        hint = "run the image's own entrypoint, with `command:` for the server's arguments"
    elif command.problem and not refusal:
        refusal, hint = command.problem, "write the command as a list, a word an item"
    elif service.problem and not refusal:
        refusal, hint = service.problem, "run pgfit where all of its files are"
    return Server(
        service=service,
        family=family,
        image=image,
        major=major,
        command=command,
        limits=read_limits(service, variables),
        environment=environment,
        refusal=refusal,
        hint=hint,
        cmd=cmd,
    )


def _runs_a_server(said: str, service: Service, command: Command | None) -> bool:
    """Of a start that is not the image's own. `command` is given where it holds the arguments of another entrypoint."""
    if CLIENT.match(said):
        return False
    holds_data = any(place.startswith(DATA) for place in mounts(service))
    return bool(RUNS_A_SERVER.search(said) or (command is not None and command.settings) or (holds_data and SCRIPT.search(said)))


class _Found(NamedTuple):
    image: Image | None
    family: Family | None
    major: Known[int] | Unknown
    cmd: tuple[str, ...]
    refusal: str
    hint: str


LIKE = "tell pgfit what it is like: --image-like official"


def _image(service: Service, project: Project, *, wrapped: bool) -> _Found:
    """The image, or the one it is built from. `wrapped`: an ENTRYPOINT of its own is told to end in the image's."""
    node, build = service.get("image"), service.get("build")
    nothing = Unknown("there is no image to say it")
    if build is not None and not (isinstance(build, Scalar) and build.null):
        built = read_build(build, project.home_of(build), project.variables)
        if isinstance(built, Unknown):
            named = parse_image(expand(node.text, project.variables).text) if isinstance(node, Scalar) else None
            family = family_of(named.repository) if named else None
            client = family if family is not None and family.channel == "client" else None
            return _Found(named, client, Unknown(built.why), (), f"{build.place}: {built.why}", LIKE)
        return _of(built.image, build.place, built._replace(entrypoint=built.entrypoint and not wrapped))
    if not isinstance(node, Scalar) or node.null:
        place = service.key.place
        return _Found(
            None, None, nothing, (), f"{place}: {service.name} has no image here", "name the base file too: -f BASE -f THIS"
        )
    made = expand(node.text, project.variables)
    return _of(made.text, node.place, None, unset=made.unset)


def _of(text: str, place: str, built: Built | None, unset: tuple[str, ...] = ()) -> _Found:
    image = parse_image(text)
    repository = image.repository.strip(":/-")
    if not repository or (unset and repository != image.repository):
        why = f"the image comes from {', '.join(unset)}, which is not set here"
        return _Found(None, None, Unknown(why), (), f"{place}: {why}", "set it in .env, or --image-like official")
    family = family_of(repository)
    if family is None:
        why = f"{place}: how settings reach the server in the image {repository} is not known"
        return _Found(image, None, Unknown(why), (), why, LIKE)
    major = major_of(family, image)
    if unset and isinstance(major, Unknown):
        major = Unknown(f"the image's tag comes from {', '.join(unset)}, which is not set here")
    refusal = hint = ""
    if family.channel == "none":
        refusal, hint = f"{place}: {family.about}: {family.breaks[0]}", "put the settings where it reads them"
    if built is not None and built.entrypoint:
        refusal, hint = f"{place}: its Dockerfile has an ENTRYPOINT of its own", LIKE
    cmd = built.cmd if built is not None and built.cmd is not None else family.cmd
    return _Found(image, family, major, cmd, refusal, hint)


def _is_image_entrypoint(entrypoint: Command) -> bool:
    return (len(entrypoint.words) <= 1 and not entrypoint.bypass and not entrypoint.problem) or (
        len(entrypoint.words) == 1 and entrypoint.words[0].text.endswith("docker-entrypoint.sh")
    )


def _text(command: Command) -> str:
    node = command.node
    if isinstance(node, Scalar):
        return node.text
    return " ".join(item.text for item in node.items if isinstance(item, Scalar)) if node is not None else ""


def _looks_like_a_server(service: Service, command: Command, environment: Mapping[str, Variable]) -> bool:
    """For an image nobody knows: it runs postgres, or holds its data and is told its password."""
    if command.words and command.words[0].text.endswith("postgres") and not command.bypass:
        return True
    known = catalog(NEWEST_BOOTED)
    if any(one.name in known for one in command.settings):
        return True
    told = {
        "POSTGRES_PASSWORD",
        "POSTGRES_PASSWORD_FILE",
        "POSTGRES_HOST_AUTH_METHOD",
        "POSTGRESQL_PASSWORD",
    } & environment.keys()
    return any(place.startswith(DATA) for place in mounts(service)) and bool(told)


def mounts(service: Service) -> Iterator[str]:
    """Where in the container its volumes are mounted."""
    node = service.get("volumes")
    for item in node.items if isinstance(node, Sequence) else []:
        yield target(item)
