"""Pools of known programs, and the variables that say how large they are (clients.yaml)."""

import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ...yamltree import LOADER, Scalar
from .families import parse_image
from .project import Service
from .variables import Variables, expand

__all__ = ["Pool", "Table", "compiled", "image_of", "matches", "pools_of", "table"]


class Pool(NamedTuple):
    """An entry of clients.yaml; the fields are explained at its head."""

    name: str
    about: str
    images: tuple[str, ...] = ("*",)
    pooler: bool = False
    inside: str = ""
    size: tuple[str, ...] = ()
    plus: str = ""
    processes: str = ""
    most: str = ""
    default: int = 0


class Table(NamedTuple):
    """The whole of clients.yaml."""

    hosts: str
    databases: str
    not_web: str
    once: str
    pools: tuple[Pool, ...]


@cache
def table() -> Table:
    text = Path(__file__).with_name("clients.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, LOADER)  # noqa: S506  the safe loader, in C where there is one
    return Table(pools=tuple(_pool(name, row) for name, row in data.pop("pools").items()), **data)


def _pool(name: str, row: dict[str, Any]) -> Pool:
    lists: dict[str, Any] = {key: tuple(row[key]) for key in ("images", "size") if key in row}
    return Pool(name=name, **{**row, **lists})


def image_of(service: Service, variables: Variables) -> str:
    """The repository; of a service that is built, its name may tell as much."""
    image = service.get("image")
    return parse_image(expand(image.text, variables).text if isinstance(image, Scalar) else service.name).repository


def pools_of(service: Service, variables: Variables) -> list[Pool]:
    """Those it may have, by its image."""
    image = image_of(service, variables)
    return [one for one in table().pools if any(fnmatchcase(image, pattern) for pattern in one.images)]


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


def matches(pattern: str, name: str) -> bool:
    """The whole name of a variable."""
    return bool(compiled(pattern).fullmatch(name))
