"""The variables inside a server's container, and the role and database that its entrypoint makes of them. Never printed.

variables(deployment)  by name, from `environment:` and `env_file:`
role(deployment)       the superuser: POSTGRES_USER, else postgres
database(deployment)   POSTGRES_DB, else named as the role
has_scripts(deployment) whether scripts at the first start may make more of them
"""

from collections.abc import Mapping as AnyMapping
from pathlib import Path
from typing import NamedTuple

from ..errors import PgfitError
from ..inputs.compose.server import mounts
from ..inputs.compose.variables import dotenv, value
from ..model import Known, Unknown
from ..yamltree import Mapping, Node, Scalar, Sequence
from .deployment import Deployment

__all__ = ["DOCKER_LIBRARY", "database", "env_file", "has_scripts", "role", "variable"]

DOCKER_LIBRARY = frozenset(
    {"official", "pgvector", "postgis", "timescale", "citus", "paradedb", "pgautoupgrade", "pgvecto_rs", "vectorchord", "immich"}
)
"""Families with the official image's entrypoint, and with no POSTGRES_USER or POSTGRES_DB of their own."""
INIT = "/docker-entrypoint-initdb.d"


class _Files(NamedTuple):
    found: AnyMapping[str, str]
    whole: bool
    """Every file that is named could be read."""


def env_file(deployment: Deployment) -> _Files:
    """What `env_file:` brings into the container; compose does not read it for `${…}` in the file."""
    node, project = deployment.get("env_file"), deployment.project
    found: dict[str, str] = {}
    whole = not deployment.server.service.problem
    for item in node.items if isinstance(node, Sequence) else [node]:
        path = item.get("path") if isinstance(item, Mapping) else item
        known = value(path, project.variables) if isinstance(path, Scalar) and not path.null else None
        if known is None:
            continue
        file = project.directory / known.value if isinstance(known, Known) else Path()
        try:
            found |= dotenv(file, project.variables) if file.is_file() else {}
        except PgfitError:
            whole = False
        whole = whole and file.is_file()
    return _Files(found, whole)


def variable(deployment: Deployment, name: str) -> Known[str] | Unknown:
    """As the container has it; '' where nothing in the file sets it."""
    if name in deployment.server.environment:
        return deployment.server.environment[name].value
    files = env_file(deployment)
    if name in files.found:
        return Known(files.found[name], "env_file")
    if not files.whole or deployment.get("build") is not None:
        return Unknown(f"{name} may come from a file that is not here")
    return Known("", "it is not set")


def role(deployment: Deployment) -> Known[str] | Unknown:
    return _made(deployment, "POSTGRES_USER", Known("postgres", "the image's default"))


def database(deployment: Deployment) -> Known[str] | Unknown:
    return _made(deployment, "POSTGRES_DB", role(deployment))


def _made(deployment: Deployment, name: str, default: Known[str] | Unknown) -> Known[str] | Unknown:
    """As the entrypoint reads it: from the variable, from the file that NAME_FILE names, or the default."""
    family = deployment.server.family
    if family is None or family.name not in DOCKER_LIBRARY:
        return Unknown("how the image names its role is not known")
    found, file = variable(deployment, name), variable(deployment, f"{name}_FILE")
    if isinstance(found, Unknown) or isinstance(file, Unknown) or file.value:
        return Unknown(f"{name} is not known")
    return found if found.value else default


def has_scripts(deployment: Deployment) -> bool:
    """Also where that cannot be told."""
    targets = [*mounts(deployment.server.service), *_targets(deployment.get("configs")), *_targets(deployment.get("secrets"))]
    return deployment.get("build") is not None or any(one.startswith((INIT, "$")) or not one for one in targets)


def _targets(node: Node | None) -> list[str]:
    items = node.items if isinstance(node, Sequence) else []
    found = [one.get("target") for one in items if isinstance(one, Mapping)]
    return [one.text for one in found if isinstance(one, Scalar)]
