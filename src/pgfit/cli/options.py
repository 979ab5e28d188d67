"""The options that more than one command takes, declared once; and their completion."""

import re
from typing import Annotated

import typer

from ..errors import BadValue, nearest

__all__ = [
    "BOX",
    "SERVER",
    "Connections",
    "Cpus",
    "Extensions",
    "Memory",
    "Postgres",
    "ProfileName",
    "Reserve",
    "Settings",
    "ShmSize",
    "Storage",
    "VolumeSize",
    "major_of",
    "one_of",
]

BOX, WORK, SERVER = "The container", "The work", "The server"


def _profiles(incomplete: str) -> list[str]:
    from ..profiles import names  # noqa: PLC0415  completion only

    return [name for name in names() if name.startswith(incomplete)]


def _extensions(incomplete: str) -> list[str]:
    from ..tune.extensions import EXTENSIONS  # noqa: PLC0415  completion only

    return [name for name in EXTENSIONS if name.startswith(incomplete)]


def _settings(incomplete: str) -> list[str]:
    from ..catalog import NEWEST_BOOTED, catalog  # noqa: PLC0415  completion only

    return [f"{name}=" for name in catalog(NEWEST_BOOTED) if name.startswith(incomplete)]


def _majors(incomplete: str) -> list[str]:
    from ..catalog import MAJORS  # noqa: PLC0415  completion only

    return [str(major) for major in MAJORS if str(major).startswith(incomplete)]


def _storages(incomplete: str) -> list[str]:
    from ..profiles import STORAGES  # noqa: PLC0415  completion only

    return [name for name in STORAGES if name.startswith(incomplete)]


Memory = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE",
        rich_help_panel=BOX,
        help="The memory limit: 256M, 1.5g, 512Mi (binary, as Docker reads it). Inside a container the cgroup's; "
        "'host' for this machine's memory.",
    ),
]
Cpus = Annotated[
    str | None,
    typer.Option(metavar="N", rich_help_panel=BOX, help="The CPU limit: 0.3, 500m, 2. Inside a container the cgroup's."),
]
ShmSize = Annotated[
    str | None,
    typer.Option(metavar="SIZE", rich_help_panel=BOX, help="The size of /dev/shm, if it cannot be changed."),
]
Reserve = Annotated[
    str | None,
    typer.Option(metavar="SIZE", rich_help_panel=BOX, help="Memory of other processes in the same container."),
]
VolumeSize = Annotated[
    str | None, typer.Option(metavar="SIZE", rich_help_panel=BOX, help="The size of the data volume, for WAL.")
]
Storage = Annotated[
    str, typer.Option(metavar="KIND", rich_help_panel=BOX, autocompletion=_storages, help="ssd, nvme, hdd or network.")
]
ProfileName = Annotated[
    str,
    typer.Option(
        metavar="NAME|FILE",
        rich_help_panel=WORK,
        autocompletion=_profiles,
        help="What the database does: see pgfit profiles.",
    ),
]
Connections = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        rich_help_panel=WORK,
        help="Sessions the application needs; chosen from limits and profile if not given.",
    ),
]
Postgres = Annotated[
    str,
    typer.Option(metavar="MAJOR", rich_help_panel=SERVER, autocompletion=_majors, help="PostgreSQL's version, 13 to 19."),
]
Extensions = Annotated[
    list[str] | None,
    typer.Option(
        "--extension",
        metavar="NAME",
        rich_help_panel=SERVER,
        autocompletion=_extensions,
        help="An extension to make room for: pgvector, timescaledb, pg_cron, … Repeatable.",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        rich_help_panel=SERVER,
        autocompletion=_settings,
        help="A setting you decide; everything else adapts around it. Repeatable.",
    ),
]


def major_of(text: str) -> int:
    """`17`, `17.4`, `17-alpine`: the major version. Raises BadValue."""
    match = re.match(r"(\d{1,3})(?![\d])", text.strip(), re.ASCII)
    if match is None:
        raise BadValue(f"{text!r} is not a version of PostgreSQL", hint="write the major version: 17", place="--postgres")
    return int(match[1])


def one_of(name: str, names: list[str] | tuple[str, ...], option: str) -> None:
    """Raises BadValue, with the nearest of the names, for anything else."""
    if name not in names:
        guess = nearest(name, names)
        hint = f"did you mean {guess}?" if guess else f"there are {', '.join(names)}"
        raise BadValue(f"there is no {name!r}", hint=hint, place=option)
