"""`pgfit explain`: what a number is, how pgfit decides it, and what it comes to in a given container."""

from collections.abc import Iterator
from inspect import cleandoc
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import BadValue, UnknownLimit, nearest
from . import options as o

if TYPE_CHECKING:
    from types import ModuleType

    from ..model import Plan, Setting

__all__ = ["explain", "topics"]

EXAMPLE = ("1G", "1")
"""The container that is explained where none is given and none is around."""

WIDTH = 88
"""Columns at most: longer lines are tiring to read."""

PARTS_OF = {
    "shared_buffers": ("static_shared_memory", "sessions"),
    "work_mem": ("queries", "parallel_workers"),
    "hash_mem_multiplier": ("queries", "parallel_workers"),
    "maintenance_work_mem": ("maintenance",),
    "autovacuum_work_mem": ("autovacuum",),
    "autovacuum_max_workers": ("autovacuum",),
    "default_statistics_target": ("autovacuum",),
    "max_connections": ("sessions", "queries"),
    "max_parallel_workers": ("parallel_workers",),
    "io_workers": ("server_processes",),
    "io_max_workers": ("server_processes",),
    "wal_buffers": ("static_shared_memory",),
    "max_locks_per_transaction": ("static_shared_memory",),
    "max_worker_processes": ("static_shared_memory",),
    "temp_buffers": ("sessions",),
    "jit": ("sessions", "parallel_workers"),
}
"""Which lines of the budget a setting moves."""


def topics() -> list[str]:
    """Everything that a plan shows a number for."""
    from ..audit.terms import TERMS  # noqa: PLC0415  --help need not load the engine
    from ..checks.registry import by_id  # noqa: PLC0415  as above
    from ..tune import RULES  # noqa: PLC0415  as above
    from ..tune.charges import PARTS  # noqa: PLC0415  as above
    from ..tune.container import ABOUT  # noqa: PLC0415  as above

    return ["budget", *RULES, *PARTS, *ABOUT, *TERMS, *by_id()]


def _complete(incomplete: str) -> list[str]:
    return [name for name in topics() if name.startswith(incomplete)]


def explain(
    topic: Annotated[
        str | None,
        typer.Argument(
            metavar="[TOPIC]",
            autocompletion=_complete,
            help="A setting (work_mem), a line of the budget (sessions), container advice (shm_size), a check "
            "(no-memory-limit), or budget for all.",
        ),
    ] = None,
    memory: o.Memory = None,
    cpus: o.Cpus = None,
    profile: o.ProfileName = "web",
    connections: o.Connections = None,
    postgres: o.Postgres = "18",
    set_: o.Settings = None,
) -> str:
    """What a setting is, how pgfit decides it, and what that gives in a container.

    pgfit explain work_mem --memory 256M --cpus 0.3
    """
    from ..inputs.options import Options, facts_from  # noqa: PLC0415  as in topics
    from ..profiles import load  # noqa: PLC0415  as in topics
    from ..tune import RULES, plan  # noqa: PLC0415  as in topics

    if topic is None:
        return "\n".join(["pgfit explain knows, beside every setting of PostgreSQL:", *_listed(topics())]) + "\n"
    from ..checks.registry import by_id  # noqa: PLC0415  as in topics

    if (check := by_id().get(topic.strip().lower().replace("_", "-"))) is not None and topic.strip().lower() not in RULES:
        return "\n".join(_check(check)) + "\n"
    from ..audit.terms import TERMS  # noqa: PLC0415  as in topics

    if (term := TERMS.get(topic.strip().lower().replace("-", "_"))) is not None:
        return "\n".join(_paragraph(term)) + "\n"
    wishes = Options(memory=memory, cpus=cpus, postgres=o.major_of(postgres), connections=connections, settings=tuple(set_ or ()))
    example = ""
    try:
        facts = facts_from(wishes)
    except UnknownLimit:
        facts = facts_from(wishes._replace(memory=EXAMPLE[0], cpus=cpus or EXAMPLE[1]))
        example = "for example "
    made = plan(facts, load(profile))
    return "\n".join(_page(topic.strip(), made, example)) + "\n"


def _check(module: "ModuleType") -> Iterator[str]:
    """The page of a check."""
    from ..checks.pages import page_of  # noqa: PLC0415  as in topics

    page = page_of(module)
    yield f"{module.ID} ({module.SEVERITY}): {page.title}"
    yield ""
    for paragraph in page.why:
        yield from _paragraph(paragraph)
        yield ""
    for title, example in (("Fails:", page.fails), ("Passes:", page.passes)):
        yield title
        yield from (f"    {line}".rstrip() for line in example.splitlines())
        yield ""
    if ".live." in module.__name__:
        yield "Leave it out:"
        yield f"  pgfit audit --ignore {module.ID}"
    else:
        yield "Silence it with a comment on that line, or on the one above:"
        yield f"  # pgfit: ignore={module.ID}"
    yield ""
    yield f"  {module.LINK}"


def _listed(names: list[str]) -> Iterator[str]:
    yield fill(", ".join(names), 78, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def _page(topic: str, made: "Plan", example: str) -> Iterator[str]:
    from ..catalog import catalog  # noqa: PLC0415  as in topics
    from ..render.summary import limits  # noqa: PLC0415  as in topics
    from ..tune import RULES  # noqa: PLC0415  as in topics
    from ..tune.charges import PARTS  # noqa: PLC0415  as in topics
    from ..tune.container import ABOUT  # noqa: PLC0415  as in topics
    from ..tune.extensions import EXTENSIONS  # noqa: PLC0415  as in topics

    key = topic.lower().replace("-", "_")
    upper = {name.lower(): name for name in ABOUT}
    where = f"In {example}{limits(made.facts)}, profile {made.profile.name}:"
    if key == "budget":
        yield from _budget(made, where)
    elif key in PARTS:
        yield from _paragraph(f"{key}: {PARTS[key]}")
        yield ""
        yield where
        yield from _parts(made, (key,))
    elif key in upper:
        yield from _advice(upper[key], made, where)
    elif key in RULES or key in {name.lower() for name in catalog(made.facts.postgres)}:
        yield from _setting(key, made, where)
    elif own := next((one for one in EXTENSIONS.values() if key in one.settings), None):
        yield f"{key} = {own.settings[key]}: a setting of {own.name}'s own."
        yield from _paragraph(
            f"With --extension {own.name} it is set so that no more of its workers run than the budget counts: {own.workers}."
        )
    else:
        guess = nearest(key, [*topics(), *catalog(made.facts.postgres)])
        raise BadValue(f"nothing here is called {topic!r}", hint=f"did you mean {guess}?" if guess else "pgfit explain lists it")


def _paragraph(text: str, indent: str = "") -> Iterator[str]:
    width = max(40, min(WIDTH, get_terminal_size().columns))
    yield fill(" ".join(text.split()), width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _setting(name: str, made: "Plan", where: str) -> Iterator[str]:
    from ..catalog import catalog  # noqa: PLC0415  as in topics
    from ..catalog.values import print_value  # noqa: PLC0415  as in topics
    from ..tune import RULES  # noqa: PLC0415  as in topics

    known = catalog(made.facts.postgres)
    if name in known or name not in RULES:
        row = known.find(name)
        name = row.name
        yield from _paragraph(f"{row.name}: {row.about}" if row.about else row.name)
        yield from _paragraph(_facts(row))
        yield f"  {row.docs}"
    rule = RULES.get(name)
    if rule is not None:
        yield ""
        for paragraph in cleandoc(rule.__doc__ or "").split("\n\n"):
            yield from _paragraph(paragraph)
            yield ""
    else:
        yield ""
        yield "pgfit has no opinion on this one; --set fixes it, and it is passed through."
        yield ""
    yield where
    chosen = next((one for one in made.settings if one.setting.name == name), None)
    if chosen is not None:
        yield from _paragraph(f"{name} = {print_value(chosen.value)}: {chosen.why}", "  ")
    elif name in made.skipped:
        yield from _paragraph(f"left alone: {made.skipped[name]}", "  ")
    else:
        yield "  left alone"
    yield from _parts(made, PARTS_OF.get(name, ()))


def _facts(row: "Setting") -> str:
    from ..catalog.values import bounds, default_of, print_value  # noqa: PLC0415  as in topics

    when = {
        "postmaster": "takes a restart",
        "sighup": "takes a reload",
        "internal": "can only be read",
    }.get(row.context, "can be changed in a session")
    default = f"default {print_value(default_of(row))}" if row.default else "no default"
    return f"{default}{bounds(row)}; {when}."


def _advice(name: str, made: "Plan", where: str) -> Iterator[str]:
    from ..tune.container import ABOUT  # noqa: PLC0415  as in topics
    from ..units import human, print_postgres_duration  # noqa: PLC0415  as in topics

    box = made.container
    yield from _paragraph(f"{name}: {ABOUT[name]}")
    yield ""
    yield where
    values = {
        "shm_size": human(box.shm_size),
        "memswap_limit": human(box.memory),
        "stop_grace_period": print_postgres_duration(box.stop_grace_period),
        **box.environment,
    }
    reason = box.why.get(name, "not needed here: no huge pages were seen")
    yield from _paragraph(f"{values.get(name, 'left alone')}: {reason}", "  ")


def _parts(made: "Plan", names: tuple[str, ...]) -> Iterator[str]:
    from ..units import human  # noqa: PLC0415  as in topics

    for part in made.budget.parts:
        if part.name in names:
            label = part.name.replace("_", " ")
            yield from _paragraph(f"{label}, at worst {human(part.size)} of {human(made.budget.limit)}: {part.why}", "  ")


def _budget(made: "Plan", where: str) -> Iterator[str]:
    from ..tune.charges import PARTS  # noqa: PLC0415  as in topics
    from ..units import human  # noqa: PLC0415  as in topics

    yield from _paragraph(
        "The budget divides the memory limit among everything that may claim it at the same moment. The promise: "
        f"{made.budget.promise}."
    )
    yield ""
    yield where
    for part in made.budget.parts:
        yield ""
        yield f"{part.name.replace('_', ' ')}: {human(part.size)}"
        yield from _paragraph(PARTS[part.name], "  ")
        yield from _paragraph(f"Here: {part.why}.", "  ")
    yield ""
    free = made.budget.limit - made.budget.worst_case
    rest = f"{human(free)} are left to the page cache" if free >= 0 else f"{human(-free)} too much"
    yield from _paragraph(f"Together {human(made.budget.worst_case)} of {human(made.budget.limit)}; {rest}.")
