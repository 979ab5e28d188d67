"""The variables of a server that hold a password, and whether the password itself stands in the file. Never printed."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..inputs.compose.merge import pairs, text_of
from ..inputs.compose.variables import expand
from ..model import Known
from ..yamltree import Node
from .deployment import Deployment

__all__ = ["Password", "is_given", "passwords", "variable"]

NAME = re.compile(r"(?:(?:POSTGRES|POSTGRESQL|PG|REPMGR|DB)_?(?:\w+_)?PASS(?:WORD)?|PGPASSWORD_(?:SUPERUSER|ADMIN|STANDBY))")
"""POSTGRES_PASSWORD and its like in other images: POSTGRESQL_PASSWORD, POSTGRES_PASS, REPMGR_PASSWORD, PGPASSWORD_SUPERUSER."""
DEFAULT = re.compile(r"\$\{\w+:?-([^${}]+)\}")


class Password(NamedTuple):
    name: str
    node: Node
    literal: str
    """What is written; '' where it comes from elsewhere."""
    default: bool
    """It is written as the default of a variable, `${PASSWORD:-this}`."""
    empty: bool
    """Nothing is written."""
    effective: str
    """With variables put in; '' where one of them is not set here."""


def passwords(deployment: Deployment) -> Iterator[Password]:
    for name, node, entry in pairs(deployment.get("environment")):
        if node is None or not NAME.fullmatch(name):
            continue
        raw = text_of(node, entry)
        made = expand(raw, deployment.project.variables)
        default = DEFAULT.fullmatch(raw)
        literal = default[1] if default else "" if made.names or made.problem else made.text
        if literal.startswith("/run/secrets/"):
            continue  # a file that holds it, whatever the variable's name
        yield Password(name, node, literal, default is not None, not raw, "" if made.unset or made.problem else made.text)


def variable(deployment: Deployment, name: str) -> str | None:
    """What another variable is set to; None where it is not, or where that is not known here."""
    found = deployment.server.environment.get(name)
    return found.value.value if found is not None and isinstance(found.value, Known) else None


def is_given(deployment: Deployment, *names: str) -> bool:
    """Whether one of the variables may be set: here with whatever value, or where it cannot be seen."""
    return deployment.get("env_file") is not None or any(
        name in deployment.server.environment or f"{name}_FILE" in deployment.server.environment for name in names
    )
