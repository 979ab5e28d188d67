"""Images that hold a PostgreSQL server: which they are, and how settings reach the server in each (families.yaml)."""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from ...model import Known, Unknown
from ...yamltree import LOADER

__all__ = ["Family", "Image", "families", "family_of", "major_of", "parse_image"]


class Family(NamedTuple):
    """One entry of families.yaml; the fields are explained at its head."""

    name: str
    about: str
    images: tuple[str, ...]
    channel: str
    cmd: tuple[str, ...]
    version: str
    data: tuple[str, ...]
    oom: bool
    extensions: tuple[str, ...] = ()
    config_file: str = ""
    environment: Mapping[str, str] = MappingProxyType({})
    pins: Mapping[str, str] = MappingProxyType({})
    login: str = "official"
    breaks: tuple[str, ...] = ()


class Image(NamedTuple):
    """A reference to an image, taken apart: `docker.io/library/postgres:18-alpine@sha256:…`."""

    host: str
    repository: str
    """Without host, and without Docker Hub's `library/`."""
    tag: str
    """'' where none is written, which means `latest`."""
    digest: str


@cache
def families() -> Mapping[str, Family]:
    """All of them, in the order in which they are tried."""
    text = Path(__file__).with_name("families.yaml").read_text(encoding="utf-8")
    table: dict[str, dict[str, Any]] = yaml.load(text, LOADER)  # noqa: S506  the safe loader, in C where there is one
    made = {}
    for name, row in table.items():
        fields: dict[str, Any] = {key: tuple(one) if isinstance(one, list) else one for key, one in row.items()}
        made[name] = Family(name=name, **fields)
    return MappingProxyType(made)


def parse_image(text: str) -> Image:
    rest, _, digest = text.strip().partition("@")
    name, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        name, tag = rest, ""
    first, slash, path = name.partition("/")
    host = first if slash and ("." in first or ":" in first or first == "localhost") else ""
    repository = path if host else name
    return Image(host, repository.lower().removeprefix("library/"), tag, digest)


@cache
def family_of(repository: str) -> Family | None:
    """The family an image belongs to; None where nothing is known of it. Clients are a family too."""
    for family in families().values():
        if any(fnmatchcase(repository, pattern) for pattern in family.images):
            return family
    return None


def major_of(family: Family, image: Image) -> Known[int] | Unknown:
    """PostgreSQL's major, from the tag."""
    name = f"{image.repository}:{image.tag}" if image.tag else image.repository
    match = re.search(family.version, name) if family.version else None
    if match is None or len(match[1]) > 3:
        return Unknown(f"the tag of {name} does not say which PostgreSQL it is")
    return Known(int(match[1]), f"the tag of {name}")
