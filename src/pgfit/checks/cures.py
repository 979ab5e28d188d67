"""A cure that is a setting, written where it takes effect: what the command line sets no ALTER SYSTEM can change."""

from collections.abc import Mapping

from ..audit.running import RunningServer
from ..catalog.values import print_value
from ..model import Value

__all__ = ["BY_FLAG", "cure_for", "takes_for"]

BY_FLAG = ("command line", "environment variable")
OVERRIDDEN_BY = {"global": "ROLE ALL", "user": "ROLE …", "database user": "ROLE …", "database": "DATABASE …"}
"""Sources that win over every file and flag, and whose they are."""


def cure_for(server: RunningServer, settings: Mapping[str, Value]) -> str:
    """A line per setting: a flag, an ALTER SYSTEM, or a provider's parameter."""
    return "\n".join(_line(server, name, print_value(value)) for name, value in settings.items())


def _line(server: RunningServer, name: str, value: str) -> str:
    running = server.settings.get(name)
    source = running.source if running is not None else ""
    if server.managed:
        return f"in {server.managed}'s parameters: {name} = {value}"
    if source in BY_FLAG:
        return f"-c {name}={value} in the command of the server"
    if source in OVERRIDDEN_BY:
        return f"ALTER {OVERRIDDEN_BY[source]} RESET {name}; then {name} = {value}"
    if server.is_on("allow_alter_system") is False:
        return f"{name} = {value} in postgresql.conf (ALTER SYSTEM is off)"
    return f"ALTER SYSTEM SET {name} = '{value}';"


def takes_for(server: RunningServer, names: Mapping[str, Value]) -> str:
    """The most that any of them needs. A reload brings what sessions may change too; a flag needs a new start."""
    known = [one for name in names if (one := server.settings.get(name)) is not None]
    found = {"a restart" if one.source in BY_FLAG else one.takes for one in known}
    return "a restart" if "a restart" in found else "a reload" if found else ""
