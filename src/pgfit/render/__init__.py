"""Plan -> text, one module per format. Nothing is decided here.

table.py      to read on a terminal (the only module beside the command line that knows rich)
flags.py      one line of -c flags              docker.py     a docker run line
conf.py       a postgresql.conf snippet         compose.py    a compose service
sql.py        ALTER SYSTEM statements           document.py   the plan as JSON or YAML, schema 1
"""

from collections.abc import Callable
from importlib import import_module

from ..model import Plan

__all__ = ["FORMATS", "render"]

FORMATS = {
    "table": "a table to read",
    "flags": "one line of -c flags, to paste after `postgres`",
    "conf": "a postgresql.conf, or a snippet to include",
    "sql": "ALTER SYSTEM statements",
    "json": "everything, for programs (docs/plan.schema.json)",
    "yaml": "the same as YAML",
    "docker": "a docker run line",
    "compose": "a service for a compose file",
}
"""Each format and what it is for. `render` finds the function of the same name in the module of that name."""

_MODULES = {"json": "document", "yaml": "document"}


def render(plan: Plan, form: str) -> str:
    """The plan in one of FORMATS, ending in a newline."""
    module = import_module(f".{_MODULES.get(form, form)}", __name__)
    function: Callable[[Plan], str] = getattr(module, f"as_{form}")
    return function(plan)
