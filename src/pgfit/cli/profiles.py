"""`pgfit profiles`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..model import Profile


__all__ = ["profiles"]


def profiles() -> str:
    """The workload profiles, and what sets each apart from the default."""
    from ..profiles import load, names  # noqa: PLC0415  --help need not load them

    return "\n".join(_lines([load(name) for name in names()])) + "\n"


def _lines(known: "list[Profile]") -> Iterator[str]:
    first, *others = known
    yield f"{first.name} (the default)"
    yield f"  {first.about}"
    for name in ("sorts", "hashes", "connections_per_cpu", "connections_at_least", "connections_at_most"):
        yield f"  {name}: {_show(getattr(first, name))}"
    for one in others:
        yield ""
        yield one.name
        yield f"  {one.about}"
        for field in first._fields:
            mine, theirs = getattr(one, field), getattr(first, field)
            if mine != theirs and field not in {"name", "about", "storage"}:
                yield f"  {field}: {_show(mine)} ({first.name}: {_show(theirs)})"
    yield ""
    yield "A file of your own may extend one: `extends: web`, then the numbers that differ; --profile ./mine.yaml"


def _show(value: object) -> str:
    from ..catalog.values import print_value  # noqa: PLC0415  as in profiles

    if isinstance(value, bool):
        return "true" if value else "false"
    return print_value(value) if isinstance(value, int | float | str) else str(value)
