"""`pgfit recommend`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import BadValue, nearest
from . import options as o

if TYPE_CHECKING:
    from ..model import Plan

__all__ = ["recommend"]

OUT = "The answer"


def _formats(incomplete: str) -> list[tuple[str, str]]:
    from ..render import FORMATS  # noqa: PLC0415  completion only

    return [(name, what) for name, what in FORMATS.items() if name.startswith(incomplete)]


def recommend(
    memory: o.Memory = None,
    cpus: o.Cpus = None,
    shm_size: o.ShmSize = None,
    reserve: o.Reserve = None,
    volume_size: o.VolumeSize = None,
    storage: o.Storage = "ssd",
    profile: o.ProfileName = "web",
    connections: o.Connections = None,
    postgres: o.Postgres = "18",
    extension: o.Extensions = None,
    set_: o.Settings = None,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            rich_help_panel=OUT,
            autocompletion=_formats,
            help="table, flags, conf, sql, docker, compose, json or yaml.",
        ),
    ] = "table",
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", rich_help_panel=OUT, help="Write there instead, all or nothing.", dir_okay=True),
    ] = None,
    allow_overcommit: Annotated[
        bool,
        typer.Option(
            "--allow-overcommit", rich_help_panel=OUT, help="Answer even if the wishes do not fit, and say by how much."
        ),
    ] = False,
) -> str:
    """Settings for a container, from its limits, with the proof that their worst case fits.

    pgfit recommend --memory 256M --cpus 0.3

    pgfit recommend --memory 4Gi --cpus 2 --format flags
    """
    from ..inputs.options import Options, facts_from  # noqa: PLC0415  --help need not load the engine
    from ..profiles import load  # noqa: PLC0415  as above
    from ..render import FORMATS  # noqa: PLC0415  as above
    from ..tune import plan  # noqa: PLC0415  as above

    if form not in FORMATS:
        guess = nearest(form, list(FORMATS))
        hint = f"did you mean {guess}?" if guess else f"there are {', '.join(FORMATS)}"
        raise BadValue(f"there is no format {form!r}", hint=hint, place="--format")
    facts = facts_from(
        Options(
            memory=memory,
            cpus=cpus,
            postgres=o.major_of(postgres),
            connections=connections,
            storage=storage,
            volume_size=volume_size,
            shm_size=shm_size,
            reserve=reserve,
            extensions=tuple(extension or ()),
            settings=tuple(set_ or ()),
            allow_overcommit=allow_overcommit,
        )
    )
    made = plan(facts, load(profile))
    _warn(made, form)
    text = _text(made, form, to_file=output is not None)
    if output is None or str(output) == "-":
        return text
    from .output import write  # noqa: PLC0415  only --output needs it

    write(output, text)
    sys.stderr.write(f"wrote {output}\n")
    return ""


def _warn(made: "Plan", form: str) -> None:
    """Formats that have no room for a comment say it on stderr."""
    if form in {"flags", "docker"}:
        from ..render.summary import warnings  # noqa: PLC0415  as in recommend

        for warning in warnings(made):
            sys.stderr.write(f"warning: {warning}\n")
    if form == "flags":
        from ..render.flags import quoted  # noqa: PLC0415  as in recommend

        if names := quoted(made):
            what = f"{', '.join(names)}: quoted for a shell, which looks for quotes in a pasted line, but not in $(…)"
            sys.stderr.write(f'warning: {what}; there it takes eval "postgres $(…)"\n')


def _text(made: "Plan", form: str, *, to_file: bool) -> str:
    from ..render import render  # noqa: PLC0415  as in recommend

    if form != "table" or to_file:
        return render(made, form)
    from rich.console import Console  # noqa: PLC0415  only a table for a terminal pays for it

    from ..render.table import as_table  # noqa: PLC0415  as above

    console = Console()
    return as_table(made, width=console.width, colour=console.is_terminal and not console.no_color)
