"""Variables: where compose takes them from, and what `${…}` makes of them.

The forms are those of the Compose specification: $A, ${A}, ${A:-default}, ${A-default}, ${A:?message}, ${A?message},
${A:+other}, ${A+other}, nested to any depth, and $$ for a dollar.
"""

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ...errors import PgfitError
from ...model import Known, Unknown
from ...yamltree import Scalar

__all__ = ["Expansion", "Variables", "dotenv", "expand", "value"]

Variables = Mapping[str, str]

MOST_BRACES = 200
"""In one value; nested deeper, Python's stack would end."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = re.compile(r":?[-?+]")


class Expansion(NamedTuple):
    """A text after its variables were put in."""

    text: str
    names: tuple[str, ...]
    """The variables it names, whether they decide or not."""
    unset: tuple[str, ...]
    """Those that are needed and stand nowhere; compose puts nothing in their place."""
    problem: str
    """What compose would refuse it for: `${A:?message}` without A, or a broken form. '' if nothing."""


def expand(text: str, variables: Variables) -> Expansion:
    if "$" not in text:
        return Expansion(text, (), (), "")
    if text.count("${") > MOST_BRACES:
        return Expansion("", (), (), f"more than {MOST_BRACES} variables in one value")
    names: list[str] = []
    unset: list[str] = []
    problems: list[str] = []
    made = "".join(_pieces(text, variables, names, unset, problems))
    return Expansion(made, tuple(dict.fromkeys(names)), tuple(dict.fromkeys(unset)), problems[0] if problems else "")


def _pieces(text: str, variables: Variables, names: list[str], unset: list[str], problems: list[str]) -> Iterator[str]:
    position = 0
    while (dollar := text.find("$", position)) >= 0:
        yield text[position:dollar]
        following = text[dollar + 1 : dollar + 2]
        if following == "$":
            yield "$"
            position = dollar + 2
        elif following == "{":
            end = closing(text, dollar + 1)
            if end < 0:
                problems.append("`${` is never closed")
                return
            yield from _braced(text[dollar + 2 : end], variables, names, unset, problems)
            position = end + 1
        elif match := _NAME.match(text, dollar + 1):
            yield from _braced(match[0], variables, names, unset, problems)
            position = match.end()
        else:
            problems.append("a single `$` that begins no variable; a real dollar is written `$$`")
            yield "$"
            position = dollar + 1
    yield text[position:]


def closing(text: str, brace: int) -> int:
    """Where the brace at this place is closed, counting those of nested `${`; -1 if it is not."""
    depth = 0
    position = brace
    while position < len(text):
        if text[position] == "{" and (position == brace or text[position - 1] == "$"):
            depth += 1
        elif text[position] == "}":
            depth -= 1
            if depth == 0:
                return position
        position += 1
    return -1


def _braced(inside: str, variables: Variables, names: list[str], unset: list[str], problems: list[str]) -> Iterator[str]:
    match = _NAME.match(inside)
    if match is None:
        problems.append("`${…}` does not begin with the name of a variable")
        return
    name, rest = match[0], inside[match.end() :]
    names.append(name)
    value = variables.get(name)
    if not rest:
        if value is None:
            unset.append(name)
        yield value or ""
        return
    operator = _OPERATOR.match(rest)
    if operator is None:
        problems.append(f"`${{{name}…}}` has something compose does not know after the name")
        return
    there = bool(value) if operator[0].startswith(":") else value is not None
    other = rest[operator.end() :]
    kind = operator[0][-1]
    if kind == "-" and not there:
        yield from _pieces(other, variables, names, unset, problems)
    elif kind == "+":
        if there:
            yield from _pieces(other, variables, names, unset, problems)
    elif kind == "?" and not there:
        problems.append(f"the variable {name} is required, and not set")
    else:
        yield value or ""


def value(scalar: Scalar, variables: Variables) -> Known[str] | Unknown:
    """What stands there once variables are put in; Unknown where one of them is nowhere."""
    made = expand(scalar.text, variables)
    if made.problem:
        return Unknown(f"{scalar.place}: {made.problem}")
    if made.unset:
        return Unknown(f"{scalar.place}: it comes from {', '.join(made.unset)}, which is not set here")
    return Known(made.text, scalar.place)


def dotenv(path: Path, variables: Variables) -> dict[str, str]:
    """The variables of a .env file; those in its values are taken from above it in the file, or from `variables`.

    Raises PgfitError for a file that cannot be read or a line that is no assignment.
    """
    from dotenv.parser import parse_stream  # noqa: PLC0415  only where there is such a file

    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise PgfitError(f"cannot be read: {error.strerror}", place=str(path)) from None
    except UnicodeDecodeError:
        raise PgfitError("it is not UTF-8 text", place=str(path)) from None
    found: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(text)):
        if binding.error:
            blank = len(binding.original.string) - len(binding.original.string.lstrip("\r\n"))
            raise PgfitError("this is no NAME=VALUE", place=f"{path}:{binding.original.line + blank}")
        if binding.key is None:
            continue
        if binding.value is None:
            if binding.key in variables:
                found[binding.key] = variables[binding.key]
            continue
        literal = re.match(r"\s*(?:export\s+)?[^=]*=\s*'", binding.original.string) is not None
        known = {**found, **variables}
        found[binding.key] = binding.value if literal else expand(binding.value, known).text
    return found
