"""The command gives a setting a value that PostgreSQL refuses.

The server does not start: a number outside the range, a unit it does not know (it writes `kB`, `MB`, `GB`, `ms`, `min`,
in exactly these letters), or quotes. In a list of words nobody takes quotes away: they become a part of the value.

Fails:

    services:
      db:
        image: postgres:18
        command: -c work_mem=16mb

Passes:

    services:
      db:
        image: postgres:18
        command: -c work_mem=16MB
"""

from collections.abc import Iterator

from ...catalog import catalog
from ...catalog.values import bounds, parse
from ...errors import BadValue
from ...inputs.compose.command import Given
from ...model import Setting
from ..deployment import Deployment
from ..finding import ERROR, Finding
from ..given import majors, settings, told

ID = "setting-out-of-range"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES"

NOT_TOLD = {
    "wal_level": {"archive", "hot_standby"},
    "log_min_messages": {"debug"},
    "log_min_error_statement": {"debug"},
    "client_min_messages": {"debug", "info"},
    "password_encryption": {"on", "off", "true", "false", "yes", "no", "1", "0"},
}
"""Choices that servers take, some or all, and that pg_settings does not list."""


def check(deployment: Deployment) -> Iterator[Finding]:
    of = [catalog(major) for major in majors(deployment)]
    for given in settings(deployment):
        rows = [known[given.name] for known in of if given.name in known]
        refusals = [why for row in rows if (why := _refused(row, given))]
        if rows and len(refusals) == len(rows):
            kind = f"it is {'an' if rows[-1].type[0] in 'aeio' else 'a'} {rows[-1].type}{bounds(rows[-1])}"
            cure = kind if given.word.variables else refusals[-1]
            yield deployment.finding(ID, SEVERITY, f"PostgreSQL refuses {told(given)}", cure, node=given.word.node)


def _refused(row: Setting, given: Given) -> str:
    """Why, in words; '' where it is taken."""
    text = given.value
    if text.lower() in NOT_TOLD.get(row.name, ()):
        return ""
    if row.type == "bool" and len(text) > 1 and any(one.startswith(text.lower()) for one in ("true", "false", "yes", "off")):
        return ""  # the beginning of a word is enough
    if row.type != "string" and text.strip().startswith("'"):
        return "without the quotes"
    try:
        parse(row, text)
    except BadValue as error:
        return error.hint or error.message
    return ""
