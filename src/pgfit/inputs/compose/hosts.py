"""Who talks to whom: the names a service is reached by, the hosts that connection strings name, who waits for whom."""

import re
from collections.abc import Iterator

from ...model import Known
from ...yamltree import Mapping, Node, Scalar, Sequence
from .project import Service
from .variables import Variables, value

__all__ = ["awaits", "host", "hosts", "links", "names", "texts", "word"]

URL = re.compile(r"(?:postgres(?:ql)?|postgis|pgsql|ecto)(?:\+\w+)?://(?:[^\s/?#]*@)?([^\s/?#'\"]+)", re.IGNORECASE)
"""Also in `jdbc:postgresql://db/app` and `r2dbc:pool:postgresql://db/app`."""
KEYWORD = re.compile(r"(?:^|[\s;&?'\"])(?:host|server)\s*=\s*'?([^\s;&,'\"]+)", re.IGNORECASE)
"""`Host=db;` of .NET, `host=db dbname=app` of libpq."""
NODES = re.compile(r"(?:^|,)\d+:([\w.-]+):\d+")
"""Pgpool's `0:db:5432,1:replica:5432`."""


def hosts(text: str) -> Iterator[str]:
    """What connection strings in a text name. A socket's directory is no host."""
    for pattern in (URL, KEYWORD, NODES):
        for match in pattern.finditer(text):
            yield from (found for one in match[1].split(",") if (found := host(one)))


def host(text: str) -> str:
    """Without the port; '' for what cannot be a host."""
    match = re.fullmatch(r"([A-Za-z0-9][\w.-]*)(?::\d*)?", text.strip())
    return match[1] if match else ""


def names(service: Service, variables: Variables) -> set[str]:
    """By which names other containers reach it: its own, container_name, hostname, and aliases on networks."""
    found = {service.name, word(service.get("container_name"), variables), word(service.get("hostname"), variables)}
    networks = service.get("networks")
    for entry in networks.all().values() if isinstance(networks, Mapping) else ():
        aliases = entry.value.get("aliases") if isinstance(entry.value, Mapping) else None
        found |= {word(one, variables) for one in aliases.items} if isinstance(aliases, Sequence) else set()
    return found - {""}


def links(service: Service) -> Iterator[tuple[str, str]]:
    """Alias and service, of `service:alias` or of `service` alone."""
    for text in texts(service.get("links")):
        name, _, alias = text.partition(":")
        yield alias or name, name


def awaits(service: Service) -> Iterator[str]:
    """The jobs that must have ended before it starts."""
    depends = service.get("depends_on")
    for name, entry in depends.all().items() if isinstance(depends, Mapping) else ():
        condition = entry.value.get("condition") if isinstance(entry.value, Mapping) else None
        if texts(condition) == ["service_completed_successfully"]:
            yield name


def texts(node: Node | None) -> list[str]:
    """The scalars of a list, or the one there is, as written."""
    items = node.items if isinstance(node, Sequence) else [node]
    return [one.text for one in items if isinstance(one, Scalar)]


def word(node: Node | None, variables: Variables) -> str:
    """A single value with its variables put in; '' where there is none, or one of them is not set."""
    known = value(node, variables) if isinstance(node, Scalar) and not node.null else None
    return known.value if isinstance(known, Known) else ""
