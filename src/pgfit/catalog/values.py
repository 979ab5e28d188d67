"""Values as text, and back: by the type, unit and range that PostgreSQL itself states."""

import math
import re

from ..errors import BadValue, nearest
from ..model import Setting, Value
from ..units import GB, KB, MB, TB, Bytes, Duration, human, print_postgres_duration, print_postgres_size

__all__ = ["bounds", "clamp", "default_of", "parse", "print_value"]

SIZE_UNITS = {"B": 1, "kB": KB, "MB": MB, "GB": GB, "TB": TB}
TIME_UNITS = {"us": 0.001, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
COUNTED_IN = {**SIZE_UNITS, "8kB": 8 * KB, **TIME_UNITS}
"""What one unit of a pg_settings row is worth, in bytes or milliseconds."""

_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-z]*)", re.ASCII)
_BASED = re.compile(r"0(?:(x)[0-9a-f]{1,40}|[0-7]{1,40})", re.ASCII | re.IGNORECASE)
"""Octal and hexadecimal, as PostgreSQL reads whole numbers: unix_socket_permissions is written 0777."""
_TRUE, _FALSE = {"on", "true", "yes", "1", "t", "y"}, {"off", "false", "no", "0", "f", "n"}
_ENUM_ON, _ENUM_OFF = {"true", "yes", "1"}, {"false", "no", "0"}


def print_value(value: Value) -> str:
    """As PostgreSQL takes it, without quotes: `64MB`, `15min`, `on`, `1.1`."""
    match value:
        case bool():
            return "on" if value else "off"
        case Bytes():
            return print_postgres_size(value)
        case Duration():
            return print_postgres_duration(value)
        case float():
            return f"{value:.15g}"  # as many digits as survive text and back; more would show 0.1 + 0.2
        case _:
            return str(value)


def parse(setting: Setting, text: str) -> Value:
    """Read a value as PostgreSQL would for this setting. Raises BadValue where PostgreSQL would refuse it."""
    bare = text.strip()
    if len(bare) > 1 and bare[0] == bare[-1] == "'":
        text = bare[1:-1].replace("''", "'")
    else:
        text = text.lstrip() if setting.type == "string" else bare  # log_line_prefix likes to end in a blank
    if setting.type == "bool":
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        raise _bad(setting, text, "it is on or off")
    if setting.type == "enum":
        spelled = {one.lower(): one for one in setting.choices}
        if not spelled or text.lower() in spelled:
            return spelled.get(text.lower(), text.lower())
        if {"on", "off"} <= spelled.keys() and text.lower() in _ENUM_ON | _ENUM_OFF:  # taken, but not told in pg_settings
            return "on" if text.lower() in _ENUM_ON else "off"
        guess = nearest(text, setting.choices)
        raise _bad(setting, text, f"it is one of {', '.join(setting.choices)}" + (f"; {guess}?" if guess else ""))
    if setting.type == "string":
        if not text.isprintable():
            raise _bad(setting, text, "a value is one line of printable text")
        return text
    return _parse_number(setting, text)


def _parse_number(setting: Setting, text: str) -> Value:
    if setting.type == "integer" and (based := _BASED.fullmatch(text)):
        text = str(int(text, 16 if based[1] else 8))
    match = _NUMBER.fullmatch(text)
    units = SIZE_UNITS if setting.unit in {"B", "kB", "8kB", "MB"} else TIME_UNITS if setting.unit else {}
    known = ", ".join(units) or "none"
    if match is None:
        raise _bad(setting, text, f"it is a number; units: {known}")
    unit = match[2]
    if unit and unit not in units:
        exact = next((known for known in units if known.lower() == unit.lower()), "")
        raise _bad(setting, text, f"write {match[1]}{exact}" if exact else f"units: {known}")
    number = float(match[1])
    base = COUNTED_IN.get(setting.unit, 1)
    counted = number * units[unit] / base if unit else number
    if not math.isfinite(counted):
        raise _bad(setting, text, "it is far too large")
    if setting.type == "integer":
        counted = round(counted)
    _check(setting, text, counted)
    return _typed(setting, counted)


def _typed(setting: Setting, counted: float) -> Value:
    """A number of the setting's units as a value with its unit; 0 and -1 keep their special meanings."""
    if setting.unit in {"B", "kB", "8kB", "MB"}:
        return Bytes(int(counted * COUNTED_IN[setting.unit]) if counted > 0 else int(counted))
    if setting.unit and setting.type == "integer":
        return Duration(int(counted * COUNTED_IN[setting.unit]) if counted > 0 else int(counted))
    return int(counted) if setting.type == "integer" else float(counted)


def _check(setting: Setting, text: str, counted: float) -> None:
    if setting.least is not None and counted < setting.least:
        raise _bad(setting, text, f"the least is {_bound(setting, setting.least)}")
    if setting.most is not None and counted > setting.most:
        raise _bad(setting, text, f"the most is {_bound(setting, setting.most)}")


def _bound(setting: Setting, bound: float) -> str:
    return print_value(_typed(setting, bound))


def _bad(setting: Setting, text: str, hint: str) -> BadValue:
    return BadValue(f"{setting.name} cannot be {text!r}", hint=hint)


def bounds(setting: Setting) -> str:
    """`, 64kB to 2TB` or `, one of pglz, on, off`: what it may be, to follow its default; '' where anything goes."""
    if setting.choices:
        return f", one of {', '.join(setting.choices)}"
    if setting.least is None or setting.most is None:
        return ""
    ends = (_typed(setting, setting.least), _typed(setting, setting.most))
    low, high = (human(end) if isinstance(end, Bytes) and end > 0 else print_value(end) for end in ends)
    return f", {low} to {high}"


def default_of(setting: Setting) -> Value:
    """The default, typed."""
    if setting.type == "bool":
        return setting.default == "on"
    if setting.type in {"integer", "real"}:
        return _typed(setting, float(setting.default))
    return setting.default


def clamp(setting: Setting, value: Value) -> Value:
    """The nearest value inside PostgreSQL's range for this major; anything but a number as it is."""
    if isinstance(value, bool | str) or setting.type not in {"integer", "real"}:
        return value
    base = COUNTED_IN.get(setting.unit, 1)
    positive_units = isinstance(value, Bytes | Duration) and value > 0
    counted = value / base if positive_units else float(value)
    if setting.type == "integer":
        counted = math.floor(counted)
    inside = max(counted, setting.least if setting.least is not None else counted)
    inside = min(inside, setting.most if setting.most is not None else inside)
    return _typed(setting, inside)
