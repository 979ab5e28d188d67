"""Which files make the project, as docker compose looks for them; and their text."""

import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

from ...errors import PgfitError
from ...yamltree import BadFile, Source
from .variables import Variables, dotenv

__all__ = ["STDIN", "NoComposeFile", "environment", "find", "read"]

STDIN = "-"
NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDES = ("compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml")
MOST_BYTES = 16 * 1024 * 1024
"""A hundred times the largest compose file of a person's; anything larger is something else."""


class NoComposeFile(PgfitError):
    """None named, none found."""


def find(start: Path, variables: Variables) -> list[str]:
    """COMPOSE_FILE, or the first default name here or in a directory above, with its override. Raises NoComposeFile."""
    if named := variables.get("COMPOSE_FILE"):
        return [name for name in named.split(variables.get("COMPOSE_PATH_SEPARATOR", os.pathsep)) if name]
    for directory in (start, *start.resolve().parents):
        if found := _first(directory, NAMES):
            override = _first(directory, OVERRIDES)
            return [str(path) for path in (found, override) if path is not None]
    raise NoComposeFile(f"there is no {NAMES[0]} or {NAMES[2]} here or in any directory above", hint="name the file: -f FILE")


def _first(directory: Path, names: Iterable[str]) -> Path | None:
    return next((directory / name for name in names if (directory / name).is_file()), None)


def environment(directory: Path, env_files: Iterable[str] = ()) -> Variables:
    """The process's environment, over the --env-file files, over .env. Raises PgfitError for one that cannot be read."""
    named = [Path(one) for one in env_files]
    if not named and (directory / ".env").is_file():
        named = [directory / ".env"]
    found: dict[str, str] = {}
    for path in named:
        found |= dotenv(path, {**found, **os.environ})
    return {**found, **os.environ}


def read(path: str) -> Source:
    """The text of a file, exactly; `-` is stdin. Raises BadFile for what is no UTF-8 text of a sane size."""
    if path == STDIN:
        if sys.stdin is None or sys.stdin.isatty():
            raise BadFile("nothing comes in on stdin", hint="pgfit compose -f - < compose.yaml", place="stdin")
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
        return _source("stdin", data)
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode) and not stat.S_ISFIFO(Path(path).stat().st_mode):
            raise BadFile("it is not a file", hint="name the compose file itself", place=path)
        with Path(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadFile(f"cannot be read: {error.strerror}", place=path) from None
    return _source(path, data)


def _source(path: str, data: bytes) -> Source:
    if len(data) > MOST_BYTES:
        raise BadFile("it is larger than 16 MB: no compose file is", place=path)
    try:
        return Source(path, data.decode())
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile("it is not UTF-8 text", hint="save it as UTF-8", place=f"{path}:{line}") from None
