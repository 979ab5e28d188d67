"""What PostgreSQL says of each of its settings, per major version.

data/NN.json   generated from real servers by tools/update_catalog.py, never edited by hand
data/spans.json   likewise: which majors have the settings that not all of them have
notes.py       what PostgreSQL does not say: how the manual is divided, what a build may add, what initdb writes
values.py      text <-> typed value, and the range check
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import BadValue, nearest
from ..model import Setting
from . import notes

__all__ = ["MAJORS", "NEWEST_BOOTED", "Catalog", "catalog", "when"]

MAJORS = (13, 14, 15, 16, 17, 18, 19)
NEWEST_BOOTED = 18
"""The newest major that the project's tests start for real; the default."""


class Catalog:
    """The settings of one major version, each made when it is asked for."""

    def __init__(self, major: int, rows: dict[str, dict[str, Any]]) -> None:
        self.major = major
        self._rows = rows
        self._made: dict[str, Setting] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __getitem__(self, name: str) -> Setting:
        """Raises KeyError where this major has no such setting."""
        if name not in self._made:
            self._made[name] = self._make(name, self._rows[name])
        return self._made[name]

    def _make(self, name: str, row: dict[str, Any]) -> Setting:
        choices = list(row.get("choices", ()))
        if choices:
            choices += [extra for extra in notes.BUILD_CHOICES.get(name, ()) if extra not in choices]
        return Setting(
            name=name,
            type=row["type"],
            unit=row["unit"],
            context=row["context"],
            default=notes.WRITTEN_BY_INITDB.get(name, row["default"]),
            least=row.get("least"),
            most=row.get("most"),
            choices=tuple(choices),
            about=row["about"],
            docs=notes.manual_page(self.major, name, row["category"]),
        )

    def find(self, name: str) -> Setting:
        """As [], but for a name that a person typed: any case, and an error that offers the nearest."""
        exact = {known.lower(): known for known in self._rows}.get(name.lower())
        if exact is None:
            guess = nearest(name, list(self._rows))
            hint = f"did you mean {guess}?" if guess else "SHOW ALL lists a server's settings"
            hint = when(name.lower(), self.major) or hint
            raise BadValue(f"PostgreSQL {self.major} has no setting {name!r}", hint=hint)
        return self[exact]


def when(name: str, major: int) -> str:
    """Why this major lacks the setting: `it came with PostgreSQL 17`; '' if no other has it either."""
    first, last = _spans().get(name, (major, major))
    if first > major:
        return f"it came with PostgreSQL {first}"
    return f"it went after PostgreSQL {last}" if last < major else ""


@cache
def _spans() -> dict[str, tuple[int, int]]:
    return {name: (first, last) for name, (first, last) in json.loads(_text("spans.json")).items()}


def _text(name: str) -> str:
    return Path(__file__).with_name("data").joinpath(name).read_text(encoding="utf-8")


@cache
def catalog(major: int) -> Catalog:
    """The catalog of a major version. Raises BadValue for one that pgfit does not know."""
    if major not in MAJORS:
        known = f"pgfit knows {MAJORS[0]} to {MAJORS[-1]}"
        raise BadValue(f"PostgreSQL {major} is unknown here", hint=known, place="--postgres")
    return Catalog(major, json.loads(_text(f"{major}.json"))["settings"])
