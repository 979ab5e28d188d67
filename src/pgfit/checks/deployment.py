"""One server of a compose file, with all that a check may read."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import NamedTuple

from ..catalog import MAJORS, catalog
from ..catalog.values import default_of, parse
from ..errors import PgfitError
from ..inputs.compose.clients import Clients, clients_of
from ..inputs.compose.merge import target
from ..inputs.compose.project import Project
from ..inputs.compose.server import Server, mounts, servers
from ..model import Facts, Known, Plan, Profile, Unknown, Value
from ..patch.places import Change
from ..profiles import load
from ..tune import RULES, extensions, plan
from ..yamltree import Entry, Node, Sequence
from .finding import Finding

__all__ = ["Deployment", "deployments", "only_the_command_decides"]


INITDB_WRITES_IT = frozenset(
    {"official", "pgvector", "postgis", "citus", "timescale", "paradedb", "pgautoupgrade", "pgvecto_rs", "vectorchord"}
)
"""Families whose postgresql.conf is initdb's, but for what their entrypoints tune at the first start."""


class Deployment(NamedTuple):
    project: Project
    server: Server
    clients: Clients
    as_set: Plan | Unknown
    """The plan that fixes what the command sets, and PostgreSQL's defaults for the rest: its budget is the worst case of
    what runs. Unknown without a memory limit, a known major, or where a configuration file may say otherwise."""

    # -- for the checks: each answers with what stands in the file, merged as compose merges it -------------------

    def get(self, *path: str) -> Node | None:
        return self.server.service.get(*path)

    def entry(self, name: str) -> Entry | None:
        """The key of the service, with its place."""
        return self.server.service.config.all().get(name)

    @property
    def major(self) -> int | None:
        return self.server.major.value if isinstance(self.server.major, Known) else None

    def setting(self, name: str) -> Value | None:
        """The typed value of a setting that the command gives; None if it gives none, or one that cannot be read."""
        given = self.server.command.last(name)
        if given is None:
            return None
        known = catalog(self.major if self.major in MAJORS else MAJORS[-1])
        try:
            return parse(known[name], given.value) if name in known else None
        except PgfitError:
            return None

    def finding(
        self,
        check: str,
        severity: str,
        message: str,
        cure: str,
        *,
        node: Node | None = None,
        arithmetic: str = "",
        fix: tuple[Change, ...] = (),
    ) -> Finding:
        """At the node; without one, at the service's name."""
        where = node if node is not None else self.server.service.key
        return Finding(check, severity, self.server.name, message, cure, where.source, where.start, arithmetic, fix)


def deployments(project: Project, *, image_like: str = "", profile: Profile | None = None) -> Iterator[Deployment]:
    chosen = profile or load("web")
    for server in servers(project, image_like=image_like):
        yield Deployment(project, server, clients_of(server, project), _as_set(server, chosen))


def _as_set(server: Server, profile: Profile) -> Plan | Unknown:
    limits, major = server.limits, server.major
    if not isinstance(limits.memory, Known):
        return Unknown("there is no memory limit")
    if not isinstance(major, Known) or not MAJORS[0] <= major.value <= MAJORS[-1]:
        return Unknown("the version of PostgreSQL is not known")
    if server.family is None or not only_the_command_decides(server) or not all(one.value for one in server.command.settings):
        return Unknown("a configuration file, or a variable that is not set, may say otherwise")
    try:
        fixed = _values(server, major.value)
        preloaded = fixed.get("shared_preload_libraries")
        loaded = extensions.libraries(preloaded) if isinstance(preloaded, str) else None
        always = [extensions.find(name) for name in server.family.extensions]
        facts = Facts(
            memory=limits.memory,
            cpus=limits.cpus,
            postgres=major.value,
            extensions=tuple(one.name for one in always if loaded is None or not one.preload or one.preload in loaded),
            fixed=MappingProxyType(fixed),
            allow_overcommit=True,
        )
        return plan(facts, profile)
    except PgfitError as error:
        return Unknown(error.message)


def _values(server: Server, major: int) -> dict[str, Value]:
    """PostgreSQL's defaults, and over them what the command sets. Raises BadValue for what cannot be read."""
    known = catalog(major)
    fixed: dict[str, Value] = {name: default_of(known[name]) for name in RULES if name in known and known[name].default}
    fixed.pop("shared_preload_libraries", None)
    for given in server.command.settings:
        if given.name in known:
            fixed[given.name] = parse(known[given.name], given.value)
    return fixed


def only_the_command_decides(server: Server) -> bool:
    """Whether nothing but the command can have set anything, as far as the file shows: the rest is initdb's."""
    service, family = server.service, server.family
    if family is None or family.name not in INITDB_WRITES_IT or server.refusal or server.command.last("config_file"):
        return False
    if any(name not in server.environment for name in family.environment) or service.get("build") is not None:
        return False  # it is tuned to the machine at its first start, or comes with a file of its own
    configs = service.get("configs")
    files = [target(one) for one in configs.items] if isinstance(configs, Sequence) else []
    return not any(place.endswith((".conf", "conf.d")) for place in (*mounts(service), *files))
