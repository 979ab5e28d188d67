"""Sizes, processor shares and durations: how people, Docker, Kubernetes and PostgreSQL spell them.

`Bytes` and `Duration` are integers that know their unit, so that a value stays typed until it is printed.
Docker's sizes are binary (`256M` is 256 MiB); Kubernetes' `256M` is decimal. pgfit's options read the way
Docker does, and accept Kubernetes' unambiguous `Ki`, `Mi`, `Gi`, `Ti`.
"""

import re

from .errors import BadValue

__all__ = [
    "GB",
    "KB",
    "MB",
    "TB",
    "Bytes",
    "Cpus",
    "Duration",
    "human",
    "parse_count",
    "parse_cpus",
    "parse_size",
    "print_cpus",
    "print_docker_size",
    "print_postgres_duration",
    "print_postgres_size",
    "round_down",
]


class Bytes(int):
    """A number of bytes; zero and negative numbers carry PostgreSQL's special meanings (0 off, -1 derived)."""

    __slots__ = ()


class Duration(int):
    """A time span in milliseconds; zero and -1 as in `Bytes`."""

    __slots__ = ()


Cpus = float
"""Processors the container may use; a quota of half a processor is 0.5."""

KB, MB, GB, TB = 1024, 1024**2, 1024**3, 1024**4

_SIZE = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*([a-z]*)", re.ASCII | re.IGNORECASE)
_POWER = {"k": 1, "m": 2, "g": 3, "t": 4, "p": 5}


def parse_size(text: str, *, what: str = "size") -> Bytes:
    """Read `256M`, `1.5g`, `512Mi`, `4GiB` or `268435456` as Docker would: binary, any case.

    Raises BadValue for anything else, for zero, and for a bare number that is too small to be bytes.
    """
    match = _SIZE.fullmatch(text.strip())
    hint = "write it as 256M, 1.5g, 512Mi or in bytes"
    if match is None:
        raise BadValue(f"{text!r} is not a size", hint=hint, place=what)
    number, unit = match[1], match[2].lower()
    letter = unit[:1]
    if unit not in {"", "b"} and (letter not in _POWER or unit[1:] not in {"", "b", "i", "ib"}):
        raise BadValue(f"{text!r} has the unknown unit {match[2]!r}", hint=hint, place=what)
    if len(number) > 40:
        raise BadValue("the size has too many digits", hint=hint, place=what)
    size = int(float(number) * 1024 ** _POWER.get(letter, 0))
    if size == 0:
        raise BadValue(f"{text!r} is no memory at all", hint=hint, place=what)
    if size < KB and unit != "b":
        raise BadValue(f"{text!r} means {size} bytes", hint=f"did you mean {number}M?", place=what)
    return Bytes(size)


def parse_cpus(text: str, *, what: str = "--cpus") -> Cpus:
    """Read `0.3`, `2` or Kubernetes' `500m`. Raises BadValue for anything that is not a positive number."""
    match = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)(m?)", text.strip(), re.ASCII)
    hint = "write it as 0.5, 2 or 500m"
    if match is None or len(match[1]) > 20:
        raise BadValue(f"{text!r} is not a number of CPUs", hint=hint, place=what)
    cpus = float(match[1]) / (1000 if match[2] else 1)
    if cpus <= 0:
        raise BadValue("no CPU at all: PostgreSQL needs some", hint=hint, place=what)
    return cpus


def parse_count(text: str) -> int | None:
    """A whole number of at most 12 digits; None for anything else, other scripts' digits among it."""
    return int(text) if re.fullmatch(r"\d{1,12}", text, re.ASCII) else None


def print_cpus(cpus: Cpus) -> str:
    """`0.3`, `2`: at most three decimals, as Docker takes them; never `0`, which to Docker means no limit."""
    return f"{max(cpus, 0.001):.3f}".rstrip("0").rstrip(".")


_STEPS = ((TB, "TB"), (GB, "GB"), (MB, "MB"), (KB, "kB"))


def print_postgres_size(size: Bytes) -> str:
    """The largest of PostgreSQL's units that divides the size: `64MB`, `1792kB`, `1GB`; `-1` and `0` as they are."""
    if size <= 0:
        return str(int(size))
    for unit, name in _STEPS:
        if size % unit == 0:
            return f"{size // unit}{name}"
    return f"{int(size)}B"


def print_docker_size(size: Bytes) -> str:
    """As Docker and Compose read it back exactly: `256m`, `4g`, `1536m`, or bytes with `b`."""
    for unit, name in ((GB, "g"), (MB, "m"), (KB, "k")):
        if size % unit == 0:
            return f"{size // unit}{name}"
    return f"{int(size)}b"


_SPANS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, "ms"))


def print_postgres_duration(span: Duration) -> str:
    """The largest of PostgreSQL's units that divides the span: `15min`, `10s`; `-1` and `0` as they are."""
    if span <= 0:
        return str(int(span))
    unit, name = next((unit, name) for unit, name in _SPANS if span % unit == 0)
    return f"{span // unit}{name}"


def human(size: float) -> str:
    """A size to read, rounded: `1.8 MB`, `256 MB`, `1.5 GB`. Binary, as everything in PostgreSQL."""
    for unit, name in _STEPS:
        if abs(size) >= unit:
            number = size / unit
            digits = f"{number:.1f}" if abs(number) < 99.95 else f"{number:.0f}"
            return f"{digits.removesuffix('.0')} {name}"
    return f"{size:.0f} bytes"


def round_down(size: float, *, least: int = 64 * KB) -> Bytes:
    """The nearest tidy size below, at most 6% lower, so that people can remember and compare it.

    Monotone: a larger size never rounds to a smaller one. Below `least` it rounds to 0.
    """
    step = least
    while step * 32 <= size:
        step *= 2
    return Bytes(int(size) // step * step)
