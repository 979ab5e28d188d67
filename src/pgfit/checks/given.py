"""The settings that a command gives, as far as they surely reach the server, and what holds where it gives none."""

from ..catalog import MAJORS, catalog
from ..catalog.values import default_of, parse
from ..errors import BadValue
from ..inputs.compose.command import Given
from ..inputs.compose.variables import expand
from ..model import Unknown, Value
from ..yamltree import Node
from .deployment import Deployment, only_the_command_decides

__all__ = ["effective", "last", "majors", "node_of", "settings", "stated", "told"]


def settings(deployment: Deployment) -> tuple[Given, ...]:
    """In their order. None where the command may not reach the server; none whose value comes from outside."""
    server = deployment.server
    if server.family is None or server.family.channel != "command":
        return ()
    if server.refusal not in {"", server.command.problem, server.service.problem}:
        return ()
    return tuple(one for one in server.command.settings if not _open(one, deployment))


def _open(given: Given, deployment: Deployment) -> bool:
    made = expand(given.word.raw, deployment.project.variables)
    return bool(made.unset or made.problem or (given.word.variables and not given.value))


def last(deployment: Deployment, name: str) -> Given | None:
    """What the server takes; None also where a variable that is not set decides."""
    given = deployment.server.command.last(name)
    return given if given is not None and given in settings(deployment) else None


def stated(deployment: Deployment, name: str) -> Value | None:
    """The typed value that the command gives, where it surely reaches the server."""
    return deployment.setting(name) if last(deployment, name) is not None else None


def majors(deployment: Deployment) -> tuple[int, ...]:
    """The server's major, all where it is not known, none where the catalog lacks it."""
    if isinstance(deployment.server.major, Unknown):
        return MAJORS
    return (deployment.server.major.value,) if deployment.server.major.value in MAJORS else ()


def effective(deployment: Deployment, name: str) -> Value | None:
    """What the server runs with: the command's value, or PostgreSQL's default. None where that cannot be told.

    Where the major is not known, the least of all majors' defaults: no check may assume more.
    """
    rows = [catalog(major)[name] for major in majors(deployment) if name in catalog(major)]
    if deployment.server.command.last(name) is None:
        found = {default_of(row) for row in rows} if only_the_command_decides(deployment.server) else set()
        found = {min(found)} if len(found) > 1 and not any(isinstance(one, bool | str) for one in found) else found
    else:
        given = last(deployment, name)
        try:
            found = {parse(row, given.value) for row in rows} if given else set()
        except BadValue:
            return None
    return found.pop() if len(found) == 1 else None


def node_of(deployment: Deployment, *names: str) -> Node | None:
    """Where the first of these settings stands that the command gives; None if it gives none."""
    return next((given.word.node for name in names if (given := deployment.server.command.last(name))), None)


def told(given: Given) -> str:
    """`work_mem=4MB`, but never what a variable brings: `work_mem (from WORK_MEM)`."""
    if given.word.variables:
        return f"{given.name} (from {', '.join(given.word.variables)})"
    return f"{given.name}={given.value}"
