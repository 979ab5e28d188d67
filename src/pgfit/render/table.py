"""The plan as a table to read. The only renderer that knows rich, and only once it is asked."""

from collections.abc import Iterator
from io import StringIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..catalog.values import default_of, print_value
from ..model import Known, Plan
from ..units import human, print_docker_size, print_postgres_duration
from . import summary

__all__ = ["as_table"]

LEAST = 20
NARROW = 60
"""Below this width values and reasons stand under each other instead of side by side."""
WIDE = 110
"""From this width on the defaults are shown beside the values."""
BAR = 20


def as_table(plan: Plan, *, width: int = 80, colour: bool = False) -> str:
    """At most `width` columns; escape sequences only with `colour`."""
    console = Console(
        file=StringIO(),
        width=max(width, LEAST),
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
    )
    for part in _parts(plan, width):
        console.print(part)
    text = console.file.getvalue()  # type: ignore[attr-defined]  # the StringIO above
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _parts(plan: Plan, width: int) -> Iterator[RenderableType]:
    for warning in summary.warnings(plan):
        yield Text(warning, style="bold red")
        yield ""
    yield _headline(plan)
    yield ""
    yield from _stacked(plan) if width < NARROW else _side_by_side(plan, width)
    yield ""
    yield Text("Left alone", style="bold")
    yield Padding(Text(", ".join(plan.skipped) + ". pgfit explain NAME tells why."), (0, 0, 0, 2))
    yield ""
    yield Text("What you should know", style="bold")
    for note in plan.notes:
        if note not in summary.warnings(plan):
            yield _bullet(note)
    yield ""
    yield Text.assemble(
        "* needs a restart. Next: ", ("--format flags, conf, sql, docker, compose or json", "bold"), " to use it."
    )


def _headline(plan: Plan) -> Text:
    facts = plan.facts
    line = Text.assemble(
        (f"PostgreSQL {facts.postgres} in {summary.limits(facts)}", "bold"),
        f", profile {plan.profile.name}: {plan.application_connections} connections for the application",
    )
    if facts.memory.where != "--memory":
        line.append(f"\nlimits: memory from {facts.memory.where}")
        line.append(f"; CPU from {facts.cpus.where}" if isinstance(facts.cpus, Known) else f"; {facts.cpus.why}")
    return line


def _side_by_side(plan: Plan, width: int) -> Iterator[RenderableType]:
    yield _settings(plan, width)
    yield ""
    yield Text("The worst case", style="bold")
    yield Padding(Text(plan.budget.promise[0].upper() + plan.budget.promise[1:] + ":"), (0, 0, 0, 2))
    yield _budget(plan)
    yield ""
    yield Text("The container", style="bold")
    yield _container(plan)


def _stacked(plan: Plan) -> Iterator[RenderableType]:
    for chapter, settings in summary.chapters(plan):
        yield Text(chapter, style="bold")
        for one in settings:
            star = "*" if one.setting.restart else ""
            yield Padding(Text.assemble(f"{one.setting.name}{star} = ", (print_value(one.value), "bold")), (0, 0, 0, 2))
            yield Padding(Text(one.why), (0, 0, 0, 4))
    yield ""
    yield Text("The worst case", style="bold")
    for part in plan.budget.parts:
        yield Padding(f"{human(part.size)} {part.name.replace('_', ' ')}", (0, 0, 0, 2))
    yield Padding(Text(f"{human(plan.budget.worst_case)} of {human(plan.budget.limit)}", style="bold"), (0, 0, 0, 2))
    yield ""
    yield Text("The container", style="bold")
    for name, value in _advice(plan).items():
        yield Padding(Text(f"{name} = {value}"), (0, 0, 0, 2))


def _settings(plan: Plan, width: int) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", expand=False)
    table.add_column("Setting", no_wrap=True)
    table.add_column("Value", no_wrap=True, style="bold")
    if width >= WIDE:
        table.add_column("Default", no_wrap=True, style="dim")
    table.add_column("Why", ratio=1)
    for chapter, settings in summary.chapters(plan):
        table.add_row(Text(chapter, style="bold"))
        for one in settings:
            row = ["  " + one.setting.name + ("*" if one.setting.restart else ""), print_value(one.value)]
            if width >= WIDE:
                row.append(print_value(default_of(one.setting)) if one.setting.default else "")
            table.add_row(*(Text(cell) for cell in (*row, one.why)))
    return table


def _budget(plan: Plan) -> Table:
    budget = plan.budget
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right", style="bold")
    table.add_column(no_wrap=True, style="cyan")
    table.add_column(ratio=1)
    for part in budget.parts:
        bar = "▇" * round(BAR * part.size / budget.limit) or "▏"
        table.add_row(Text("  " + part.name.replace("_", " ")), human(part.size), bar, Text(part.why))
    full = f"{100 * budget.worst_case / budget.limit:.1f}% of {human(budget.limit)}"
    verdict = "does not fit" if budget.overcommit else "fits"
    style = "bold red" if budget.overcommit else "bold green"
    table.add_row(Text("  worst case", style="bold"), human(budget.worst_case), "", Text(f"{full}: {verdict}", style))
    return table


def _advice(plan: Plan) -> dict[str, str]:
    box = plan.container
    return {
        "shm_size": print_docker_size(box.shm_size),
        "memswap_limit": print_docker_size(box.memory),
        "stop_grace_period": print_postgres_duration(box.stop_grace_period),
        **box.environment,
    }


def _container(plan: Plan) -> Table:
    box = plan.container
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(ratio=1)
    for name, value in _advice(plan).items():
        table.add_row("  " + name, Text(value), Text(box.why[name]))
    return table


def _bullet(text: str) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=0)
    table.add_column(width=4)
    table.add_column(ratio=1)
    table.add_row("  -", Text(text))
    return table
