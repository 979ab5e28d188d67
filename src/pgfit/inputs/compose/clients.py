"""What the other services of a project may open at a server: a lower bound, beside which max_connections can be seen.

Sizes of pools are read from variables that known programs read (clients.yaml), and only in a service that is a client
of this server and of no other. What is not stated counts nothing: the sum is never more than what the files say.
"""

import re
from typing import NamedTuple

from ...model import Known
from ...yamltree import Scalar
from .hosts import awaits, host, hosts, links, names, texts, word
from .limits import read_limits
from .merge import pairs
from .pools import Pool, compiled, image_of, matches, pools_of, table
from .project import Project, Service
from .server import Server, Variable, environment_of, servers
from .variables import Variables, expand

__all__ = ["Client", "Clients", "clients_of"]

MOST = 100_000
"""Of anything that is counted here. PostgreSQL takes 262,143 sessions; a file that says more than this says something else."""


class Client(NamedTuple):
    """A service that says how many sessions it may open."""

    service: str
    sessions: int
    """Of all its processes and replicas."""
    why: str
    """Names of variables and whole numbers; never any other value."""
    place: str


class Clients(NamedTuple):
    """Of one server."""

    sessions: int
    """The sum of what is known; 0 where nothing is."""
    known: tuple[Client, ...]
    unknown: tuple[str, ...]
    """Services that use the server and do not say how much."""


def clients_of(server: Server, project: Project) -> Clients:
    """Every other service that is started with the server, in the order of the file."""
    variables = project.variables
    others = {one.name for one in servers(project)} - {server.name}
    # On the host's network, localhost is the server only where it can be no other and no pooler.
    alone = not others and not any(pool.pooler for one in project.services.values() for pool in pools_of(one, variables))
    found = [_Service(one, server, variables, alone=alone) for name, one in project.services.items() if name != server.name]
    through = {name for one in found if one.pooler and one.uses for name in names(one.service, variables)}
    awaited = {name for one in project.services.values() for name in awaits(one)}
    known: list[Client] = []
    unknown: list[str] = []
    for one in found:
        goes_through = not one.pooler and not one.here and through & (one.elsewhere | one.depends)
        if not one.uses or goes_through or not _started(one.service, server, variables):
            continue
        clear = one.pooler or not (one.elsewhere or (not one.here and one.depends & others))
        # What a job that ends shares with the services that stay was said for them.
        once = one.once or one.service.name in awaited
        if client := one.counted(clear=clear, own=once):
            known.append(client)
        elif one.service.name not in others and not once:
            unknown.append(one.service.name)
    return Clients(sum(one.sessions for one in known), tuple(known), tuple(unknown))


class _Size(NamedTuple):
    sessions: int
    why: str
    node: Scalar


class _Service:
    """A service beside the server: whether it is a client, and what it says."""

    def __init__(self, service: Service, server: Server, variables: Variables, *, alone: bool) -> None:
        self.service, self.variables = service, variables
        self.environment = environment_of(service, variables)
        # A variable that the server has too, by an anchor they share, may as well be meant for the server.
        self.said = {name: one for name, one in self.environment.items() if name not in server.environment}
        self.pools = pools_of(service, variables)
        self.pooler = any(one.pooler for one in self.pools)
        called = f"{service.name} {image_of(service, variables)}"
        words = (text for key in ("command", "entrypoint") for text in texts(service.get(key)))
        self.web = not compiled(table().not_web).search(" ".join((called, *words)))
        self.once = bool(compiled(table().once).search(called))
        linked = dict(links(service))
        self.depends = {name for name, _, _ in pairs(service.get("depends_on"))} | set(linked.values())
        known_as = names(server.service, variables) | {alias for alias, name in linked.items() if name == server.name}
        mode, theirs = (word(one.get("network_mode"), variables) for one in (service, server.service))
        if mode == f"service:{server.name}" or (mode == theirs == "host" and (alone or self.pooler)):
            known_as |= {"localhost", "127.0.0.1"}
        self.here: dict[str, str] = {}
        """Variables that name the server, with what stands in them."""
        self.elsewhere: set[str] = set()
        """Hosts of other databases that are named."""
        for name, one in self.environment.items():
            # The host can be told even where the password beside it cannot.
            text = one.value.value if isinstance(one.value, Known) else expand(one.node.text, variables).text
            found = set(hosts(text))
            if isinstance(one.value, Known) and matches(table().hosts, name) and (single := host(text)):
                found |= {single} if single in known_as or matches(table().databases, name) else set()
            if found & known_as:
                self.here[name] = text
            self.elsewhere |= found - known_as
        self.uses = bool(self.here) or server.name in self.depends

    def counted(self, *, clear: bool, own: bool) -> Client | None:
        """`clear`: a variable can only mean a pool at this server. `own`: what is shared with others does not count."""
        size = next((found for pool in self.pools if (found := self.sized(pool, clear=clear))), None)
        if size is None or (own and not self.holds(size.node)):
            return None
        replicas = read_limits(self.service, self.variables).replicas
        replicas = replicas if 0 < replicas <= MOST else 1
        why = size.why + (f" × {replicas} replicas" if replicas > 1 else "")
        return Client(self.service.name, size.sessions * replicas, f"{why} ({size.node.place})", size.node.place)

    def holds(self, node: Scalar) -> bool:
        """Whether it is written in this service's own lines."""
        spans = [one.value for one in self.service.definitions]
        return any(one.source is node.source and one.start <= node.start < one.end for one in spans)

    def sized(self, pool: Pool, *, clear: bool) -> _Size | None:
        if self.pooler and not pool.pooler:
            return None
        if pool.inside:
            base = self.inside(pool.inside)
        else:
            base = next((found for one in pool.size if (found := self.stated(one))), None) if clear else None
            cap = self.stated(pool.most) if clear else None
            if cap and base is None:
                base = _Size(pool.default, f"{pool.default} by default", cap.node)
            if cap and base and cap.sessions < base.sessions:
                base = _Size(cap.sessions, f"{base.why}, at most {cap.why}", cap.node)
        if base is None:
            return None
        more = self.stated(pool.plus)
        if more and more.why != base.why:
            base = _Size(base.sessions + more.sessions, f"{base.why} + {more.why}", base.node)
        times = self.stated(pool.processes) if self.web else None
        if times and times.sessions > 1:
            why = f"({base.why})" if more else base.why
            base = _Size(base.sessions * times.sessions, f"{why} × {times.why}", base.node)
        return base

    def stated(self, pattern: str) -> _Size | None:
        """The largest number in a variable of such a name."""
        named = [(name, one) for name, one in self.said.items() if pattern and matches(pattern, name)]
        sizes = [_Size(number, f"{name}={number}", one.node) for name, one in named if (number := _number(one))]
        return max(sizes, key=lambda size: size.sessions, default=None)

    def inside(self, parameter: str) -> _Size | None:
        """The largest number that a connection string to this server gives for a parameter."""
        pattern = rf"(?: ^ | [?&;\s'\"] ) \s* ({parameter}) \s* = \s* ([0-9]{{1,6}}) (?! [\w.] )"
        found = [(name, match) for name, text in self.here.items() for match in compiled(pattern).finditer(text)]
        sizes = [_Size(int(match[2]), f"{match[1]}={match[2]} in {name}", self.environment[name].node) for name, match in found]
        return max((one for one in sizes if 0 < one.sessions <= MOST), key=lambda size: size.sessions, default=None)


def _number(variable: Variable) -> int:
    """0 for what counts nothing: to most programs 0 is no limit at all."""
    text = variable.value.value.strip() if isinstance(variable.value, Known) else ""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) and int(text) <= MOST else 0


def _started(service: Service, server: Server, variables: Variables) -> bool:
    """Whether it runs when the server does: a service with profiles only with one of them."""
    own, theirs = set(texts(service.get("profiles"))), set(texts(server.service.get("profiles")))
    asked = set(variables.get("COMPOSE_PROFILES", "").split(","))
    by_profile = not own or bool(own & asked) or "*" in asked or bool(theirs and theirs <= own)
    return by_profile and read_limits(service, variables).replicas != 0
