"""A snapshot: what one server answered, and what it would not. JSON both ways, so that an audit can be replayed."""

import json
import math
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from ..errors import PgfitError

__all__ = ["FORMAT", "Row", "Scalar", "Snapshot", "dump", "load"]

FORMAT = 1
"""The version of the file's layout; another one is refused in words."""
MOST_BYTES = 50_000_000
AGAIN = "take it again: pgfit audit --save FILE"
MOST = 2**64
"""PostgreSQL and the kernel count in 64 bits."""
Scalar = str | int | float | bool | None
Row = Mapping[str, Scalar]


class Snapshot(NamedTuple):
    """The answers by question, named as the files in queries/; a question is in `rows` or in `missing`, never in both.

    Beside the queries it holds `told`: what the command line, docker inspect or a compose file said of the container.
    """

    taken_at: str
    """ISO 8601, by the clock of the machine pgfit ran on."""
    version_num: int
    """As PostgreSQL counts: 180006 is 18.6."""
    server: Mapping[str, str]
    """How it was reached: host, port, database, user. Never a password."""
    rows: Mapping[str, tuple[Row, ...]]
    missing: Mapping[str, str]
    """Questions that were not answered, and why."""
    pooled: bool = False
    """Whether something between pgfit and the server shares out connections."""
    milliseconds: float = 0.0
    """From the first question to the last answer."""

    @property
    def major(self) -> int:
        return self.version_num // 10000

    def one(self, question: str) -> Row:
        """The only row of an answer; an empty one where there is no answer."""
        rows = self.rows.get(question, ())
        return rows[0] if rows else MappingProxyType({})


def dump(snapshot: Snapshot) -> str:
    """One answer per line, so that two snapshots can be compared by eye."""
    head = {
        "pgfit_snapshot": FORMAT,
        "taken_at": snapshot.taken_at,
        "version_num": snapshot.version_num,
        "server": dict(snapshot.server),
        "pooled": snapshot.pooled,
        "milliseconds": round(snapshot.milliseconds, 1),
        "missing": dict(snapshot.missing),
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}," for key, value in head.items()]
    answers = []
    for name, rows in snapshot.rows.items():
        each = ",\n".join("   " + json.dumps(dict(row), ensure_ascii=False) for row in rows)
        answers.append(f"  {json.dumps(name)}: [" + (f"\n{each}\n  ]" if rows else "]"))
    return "\n".join(["{", *lines, ' "rows": {', ",\n".join(answers), " }", "}", ""])


def load(text: str, place: str) -> Snapshot:
    """A snapshot from its JSON. Raises PgfitError, with the place, for anything that is not one."""
    if len(text) > MOST_BYTES:
        raise PgfitError("it is far too large for a snapshot", place=place)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise PgfitError("it is not JSON", hint="pgfit audit --save FILE writes snapshots", place=f"{place}:{line}") from error
    version = document.get("pgfit_snapshot") if isinstance(document, dict) else None
    if version != FORMAT:
        what = "it is not a snapshot of pgfit's" if version is None else f"it is a snapshot of format {version!r}"
        raise PgfitError(what, hint=f"pgfit audit --save FILE writes them; this pgfit reads format {FORMAT}", place=place)
    try:
        return _snapshot(document, place)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PgfitError("it is not a whole snapshot", hint=AGAIN, place=place) from error


def _snapshot(document: Mapping[str, Any], place: str) -> Snapshot:
    number = document["version_num"]
    if type(number) is not int or not 80000 <= number < 1_000_000:
        raise ValueError(number)
    datetime.fromisoformat(document["taken_at"])
    rows = {_text(name): tuple(_row(row) for row in some) for name, some in document["rows"].items()}
    if any(isinstance(value, int) and abs(value) > MOST for some in rows.values() for row in some for value in row.values()):
        raise PgfitError("it holds a number that no server sends", hint=AGAIN, place=place)
    return Snapshot(
        taken_at=document["taken_at"],
        version_num=number,
        server={_text(key): _text(value) for key, value in document["server"].items()},
        rows=rows,
        missing={_text(key): _text(value) for key, value in document["missing"].items() if key not in rows},
        pooled=document["pooled"] is True,
        milliseconds=float(document["milliseconds"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _row(row: Mapping[str, Any]) -> Row:
    for value in row.values():
        if not isinstance(value, str | int | float | bool | None) or (isinstance(value, float) and not math.isfinite(value)):
            raise TypeError(value)
    return {_text(key): value for key, value in row.items()}
