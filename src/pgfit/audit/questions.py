"""Which questions a major is asked: queries/NAME.sql, or queries/NAME.14-16.sql where majors differ."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

__all__ = ["EXTENSIONS", "LIVE", "SECRET", "Question", "questions"]

QUERIES = Path(__file__).with_name("queries")

SECRET = (
    "archive_cleanup_command",
    "archive_command",
    "primary_conninfo",
    "recovery_end_command",
    "restore_command",
    "ssl_passphrase_command",
)
"""Settings whose value may hold a password. The server is asked not to send them: what never comes cannot leak."""
EXTENSIONS = ("auto_explain", "cron", "pg_stat_statements", "timescaledb")
"""Prefixes of settings with a dot whose values pgfit reads. All others may be an application's, or hold a provider's token: only
their names are read."""
FIRST = ("server", "settings")
"""Asked before pgfit narrows its own session, so that pg_settings tells the server's values and not ours; and before
pg_file_settings, which marks what waits for a restart in the session that reads it."""
LIVE = ("server", "files", "activity", "databases", "checkpoints", "dev_shm")
"""What a screen that refreshes itself asks again."""
HASTY = {"sizes": 300, "tables": 1000, "schema": 1000}
"""Milliseconds for questions that look at every table or file: better no answer than a slow one."""
ON_DEMAND = ("statements", "statements_texts")


class Question(NamedTuple):
    name: str
    sql: str
    milliseconds: int | None
    """Less time than the others get."""

    @property
    def has_parameters(self) -> bool:
        return "$1" in self.sql


def questions(major: int, names: tuple[str, ...] = ()) -> tuple[Question, ...]:
    """What a server of this major is asked, or those of them that are named. Of the versions of a question the one for
    its major; a newer major than all is asked as the newest.
    """
    chosen = {name: text for name, first, last, text in _texts() if first <= major <= last}
    ordered = [*FIRST, *sorted(chosen.keys() - set(FIRST) - set(ON_DEMAND))] if not names else list(names)
    return tuple(Question(name, chosen[name], HASTY.get(name)) for name in ordered if name in chosen)


@cache
def _texts() -> tuple[tuple[str, int, int, str], ...]:
    """Those for some majors after those for all, so that they win."""
    return tuple(sorted(_read(), key=lambda one: one[2] - one[1], reverse=True))


def _read() -> Iterator[tuple[str, int, int, str]]:
    for path in QUERIES.glob("*.sql"):
        name, _, span = path.name.removesuffix(".sql").partition(".")
        match = re.fullmatch(r"(\d+)(-(\d*))?", span)
        first, last = 0, 999
        if match:
            first = int(match[1])
            last = int(match[3] or last) if match[2] else first
        yield name, first, last, path.read_text(encoding="utf-8")
