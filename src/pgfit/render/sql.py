"""ALTER SYSTEM statements, each on one line, with what makes them take effect."""

from collections.abc import Iterator

from ..catalog.notes import QUOTED_LISTS
from ..catalog.values import print_value
from ..model import Plan, Recommendation
from . import summary

__all__ = ["as_sql"]


NOT_BY_SQL = {"config_file", "data_directory", "hba_file", "ident_file", "external_pid_file"}
"""PostgreSQL refuses ALTER SYSTEM for these; and up to 16 for settings of extensions that are not loaded yet."""


def as_sql(plan: Plan) -> str:
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    for warning in summary.warnings(plan):
        yield f"-- {warning}"
    yield f"-- Made by pgfit for PostgreSQL {plan.facts.postgres}, profile {plan.profile.name}."
    yield "-- ALTER SYSTEM writes postgresql.auto.conf, which wins over postgresql.conf. Flags on the server's command"
    yield "-- line (-c name=value) win over both: what stands there is not changed by this."
    restart = [one for one in plan.settings if one.setting.restart]
    reload = [one for one in plan.settings if not one.setting.restart]
    if reload:
        yield ""
        yield "-- Take effect with the reload at the end; sessions that are open may keep their own."
        yield from (_statement(one) for one in reload)
    if restart:
        yield ""
        yield "-- Need a restart of the server."
        yield from (_statement(one) for one in restart)
    yield ""
    yield "SELECT pg_reload_conf();"


def _statement(one: Recommendation) -> str:
    text, name = print_value(one.value), one.setting.name
    if "." in name or name in NOT_BY_SQL:
        return f"-- {name} = {' '.join(text.split())}: only in postgresql.conf or on the command line"
    if not text and name in QUOTED_LISTS:
        return f"ALTER SYSTEM RESET {name};"
    elements = [_bare(word) for word in text.split(",")] if one.setting.name in QUOTED_LISTS else [text]
    return f"ALTER SYSTEM SET {one.setting.name} = {', '.join(_literal(word) for word in elements)};"


def _bare(word: str) -> str:
    """`"$user"` -> `$user`: PostgreSQL puts the double quotes back where a name needs them."""
    word = word.strip()
    return word[1:-1].replace('""', '"') if len(word) > 1 and word[0] == word[-1] == '"' else word


def _literal(text: str) -> str:
    quoted = "'" + text.replace("'", "''") + "'"
    return "E" + quoted.replace("\\", "\\\\") if "\\" in text else quoted
