"""Workload profiles: load("web"), load("my-profile.yaml").

A profile is a flat YAML file of numbers; `extends` names another one, and only the differences are written.
The wheel carries, beside the YAML files, one JSON file with all of them resolved (tools/build_profiles.py), so that
`pgfit recommend` need not import a YAML parser; from a source tree the YAML files themselves are read.
"""

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from .errors import BadProfile, BadValue, nearest
from .model import Profile, Storage
from .units import GB, KB, MB, TB, Bytes, Duration

__all__ = ["compile_all", "load", "names"]

_HERE = Path(__file__).parent
_SHIPPED = _HERE / "profile_files"
_SOURCE = _HERE.parent.parent / "profiles"
COMPILED = "compiled.json"
"""All shipped profiles, resolved; written when the wheel is built."""

STORAGES = ("ssd", "nvme", "hdd", "network")

Raw = Mapping[str, Any]
"""Keys of a profile with their scalars as written, before any typing; `storage` one and two levels deeper."""

_KEYS = {key: kind for key, kind in Profile.__annotations__.items() if key != "name"}  # the file's name is the name
_SIZES = {"kB": KB, "MB": MB, "GB": GB, "TB": TB}
_SPANS = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}

_SHARE = (0.0, 0.9)
_RANGES: dict[str, tuple[float, float]] = {
    "sorts": (0, 100),
    "hashes": (0, 100),
    "relations": (0, 1_000_000),
    "prepared_statements": (0, 1_000_000),
    "temp_table_sessions": (0, 1),
    "analyze_row_bytes": (1, 1_000_000),
    "active_sessions": (0, 1),
    "connections_per_cpu": (0.1, 10_000),
    "connections_at_least": (1, 10_000),
    "connections_at_most": (1, 100_000),
    "shared_buffers_small_share": _SHARE,
    "shared_buffers_share": _SHARE,
    "maintenance_work_mem_share": _SHARE,
    "autovacuum_work_mem_share": _SHARE,
    "work_mem_useful": (64 * KB, 2 * TB),
    "work_mem_at_most": (64 * KB, 2 * TB),
    "maintenance_work_mem_at_most": (MB, 2 * TB),
    "autovacuum_work_mem_at_most": (MB, 2 * TB),
    "parallel_workers_per_gather": (0, 1024),
    "parallel_from_cpus": (1, 1024),
    "autovacuum_naptime": (1000, 2_147_483_000),
    "autovacuum_vacuum_scale_factor": (0, 100),
    "autovacuum_analyze_scale_factor": (0, 100),
    "max_wal_size": (64 * MB, 2 * TB),
    "wal_volume_share": (0.001, 0.9),
    "checkpoint_timeout": (30_000, 86_400_000),
    "default_statistics_target": (1, 10_000),
    "random_page_cost": (0.01, 1000),
    "effective_io_concurrency": (0, 1000),
    "maintenance_io_concurrency": (0, 1000),
}
"""What a number may be; outside, it is a slip of the pen. Shares stay below 0.9: the rest of the server lives too."""


class _Source(NamedTuple):
    """Where the keys of a profile stand: file:line of each, for errors."""

    raw: Raw
    places: Mapping[str, str]
    file: str

    def place(self, key: str) -> str:
        return self.places.get(key, self.file)


@cache
def _directory() -> Path:
    return _SHIPPED if _SHIPPED.is_dir() else _SOURCE


@cache
def _compiled() -> dict[str, dict[str, Any]]:
    path = _directory() / COMPILED
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def names() -> list[str]:
    """The profiles that come with pgfit; the default first."""
    found = sorted(_compiled()) or sorted(path.stem for path in _directory().glob("*.yaml"))
    return sorted(found, key=lambda name: name != "web")


@cache
def load(name: str) -> Profile:
    """The profile of this name, or in this file (a name with a slash, or that ends in .yaml or .yml, is a file).

    Raises BadProfile with file, line and the nearest key; BadValue for a name that does not exist.
    """
    if not name.isprintable():
        raise BadValue("a profile's name is printable text", place="--profile")
    if "/" in name or name.endswith((".yaml", ".yml")):
        return _build(Path(name).stem, _read(Path(name), ()))
    if name not in names():
        guess = nearest(name, names())
        hint = f"did you mean {guess}?" if guess else f"there are {', '.join(names())}; a file is named with its ending"
        raise BadValue(f"there is no profile {name!r}", hint=hint, place="--profile")
    if name in _compiled():
        return _build(name, _Source(_compiled()[name], {}, name))
    return _build(name, _read(_directory() / f"{name}.yaml", ()))


def compile_all(directory: Path) -> dict[str, dict[str, Any]]:
    """Every profile of a directory, resolved and checked: what the wheel carries as JSON."""
    resolved = {}
    for path in sorted(directory.glob("*.yaml")):
        source = _read(path, ())
        _build(path.stem, source)
        resolved[path.stem] = dict(source.raw)
    return resolved


def _read(path: Path, seen: tuple[Path, ...]) -> _Source:
    """The file's keys over those of the profile it extends."""
    import yaml  # noqa: PLC0415  10 ms, only for profiles that are not compiled

    try:
        text = path.read_text(encoding="utf-8-sig")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise BadProfile(f"cannot be read: {reason}", place=str(path)) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadProfile(f"not YAML: {error.problem}", place=f"{path}:{line}") from error
    except RecursionError as error:
        raise BadProfile("not a profile: nested too deeply", place=str(path)) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # PyYAML lets "\UFFFFFFFF" fail in chr()
        raise BadProfile("not YAML: it holds a character that YAML does not allow", place=str(path)) from error
    source = _scalars(node, path)
    base = source.raw.get("extends")
    if base is None:
        return source
    parent_path = _directory() / f"{base}.yaml" if base in names() else path.parent / base
    if not _is_file(parent_path):
        hint = f"did you mean {nearest(base, names())}?" if nearest(base, names()) else f"there are {', '.join(names())}"
        raise BadProfile(f"extends {base!r}, which does not exist", hint=hint, place=source.place("extends"))
    if any(parent_path.samefile(one) for one in (*seen, path)):
        raise BadProfile("extends itself", place=source.place("extends"))
    parent = _read(parent_path, (*seen, path))
    storage = {**parent.raw.get("storage", {})}
    for kind, row in source.raw.get("storage", {}).items():
        storage[kind] = {**storage.get(kind, {}), **row}
    raw = {**parent.raw, **source.raw, "storage": storage}
    return _Source(raw, {**parent.places, **source.places}, str(path))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long, a directory that may not be entered
        return False


def _scalars(node: Any, path: Path) -> _Source:
    """The mapping as raw text, with the line of every key. YAML's own typing is not trusted: `on`, `1:30`."""
    import yaml  # noqa: PLC0415  as in _read

    raw: dict[str, Any] = {}
    places: dict[str, str] = {}

    def walk(mapping: Any, into: dict[str, Any], prefix: str) -> None:
        if not isinstance(mapping, yaml.MappingNode):
            line = mapping.start_mark.line + 1 if mapping is not None else 1
            what = f"{prefix.rstrip('.')} must be" if prefix else "a profile is"
            raise BadProfile(f"{what} a mapping of keys to numbers", place=f"{path}:{line}")
        for key_node, value_node in mapping.value:
            place = f"{path}:{key_node.start_mark.line + 1}"
            if not isinstance(key_node, yaml.ScalarNode):
                raise BadProfile("a key must be one word", place=place)
            key = str(key_node.value)
            if key in into:
                raise BadProfile(f"{prefix}{key} is given twice", place=place)
            places[prefix + key] = place
            if key == "storage" or prefix:
                depth = prefix.count(".")
                if depth < 2:
                    into[key] = {}
                    walk(value_node, into[key], f"{prefix}{key}.")
                    continue
            if not isinstance(value_node, yaml.ScalarNode) and (prefix or key in {*_KEYS, "extends"}):
                raise BadProfile(f"{prefix}{key} must be one value", place=place)
            into[key] = value_node.value  # of an unknown key, whatever it is: _build refuses the key

    walk(node, raw, "")
    return _Source(raw, places, str(path))


def _build(name: str, source: _Source) -> Profile:
    for key in source.raw:
        if key not in _KEYS and key != "extends":
            guess = nearest(key, list(_KEYS))
            raise BadProfile(f"unknown key {key!r}", hint=f"did you mean {guess}?" if guess else "", place=source.place(key))
    values: dict[str, Any] = {"name": name}
    for key, kind in _KEYS.items():
        if key == "storage":
            values[key] = _storage(source)
        else:
            if key not in source.raw:
                hint = "begin the file with `extends: web` and write only what differs"
                raise BadProfile(f"{key} is missing", hint=hint, place=source.file)
            values[key] = _typed(key, kind, source.raw[key], source.place(key))
    profile = Profile(**values)
    if profile.sorts + profile.hashes == 0:
        hint = "a promise of no query at all proves nothing; give one of them at least 1"
        raise BadProfile("sorts and hashes are both 0", hint=hint, place=source.place("sorts"))
    if profile.connections_at_least > profile.connections_at_most:
        place = source.place("connections_at_least")
        raise BadProfile("connections_at_least is above connections_at_most", place=place)
    if profile.shared_buffers_small_share * 0.6 > profile.shared_buffers_share:
        place = source.place("shared_buffers_share")
        hint = "else more memory would give less shared_buffers"
        raise BadProfile("shared_buffers_share is below 0.6 of shared_buffers_small_share", hint=hint, place=place)
    return profile


def _storage(source: _Source) -> dict[str, Storage]:
    known = Storage.__annotations__
    made = {}
    for kind in source.raw.get("storage", {}):
        if kind not in STORAGES:
            hint = f"there are {', '.join(STORAGES)}"
            raise BadProfile(f"unknown storage {kind!r}", hint=hint, place=source.place(f"storage.{kind}"))
    for kind in STORAGES:
        row = source.raw.get("storage", {}).get(kind, {})
        for key in row:
            if key not in known:
                guess = nearest(key, list(known))
                hint = f"did you mean {guess}?" if guess else ""
                raise BadProfile(f"unknown key {key!r}", hint=hint, place=source.place(f"storage.{kind}.{key}"))
        if missing := [key for key in known if key not in row]:
            raise BadProfile(f"storage.{kind} lacks {', '.join(missing)}", place=source.place(f"storage.{kind}"))
        typed = {key: _typed(key, kind_, row[key], source.place(f"storage.{kind}.{key}")) for key, kind_ in known.items()}
        made[kind] = Storage(**typed)
    return made


def _typed(key: str, kind: Any, text: str, place: str) -> Any:
    """A scalar as the field wants it. Raises BadProfile."""
    if kind is str:
        return text
    if kind is bool:
        if text not in {"true", "false"}:
            raise BadProfile(f"{key} is {text!r}; it is true or false", place=place)
        return text == "true"
    units = _SIZES if kind is Bytes else _SPANS if kind is Duration else {}
    unit = next((unit for unit in sorted(units, key=len, reverse=True) if text.endswith(unit)), "")
    try:
        number = float(text.removesuffix(unit).strip())
        if units and not unit:
            raise ValueError  # noqa: TRY301  one message for every way to miswrite it
        if kind is int and not number.is_integer():
            raise ValueError  # noqa: TRY301  as above
    except ValueError:
        want = f"a number with a unit ({', '.join(units)})" if units else "a whole number" if kind is int else "a number"
        raise BadProfile(f"{key} is {text!r}; it must be {want}", place=place) from None
    value = number * units.get(unit, 1)
    least, most = _RANGES[key]
    if not math.isfinite(value) or not least <= value <= most:
        low, high = (f"{bound:g}" for bound in (least / units.get(unit, 1), most / units.get(unit, 1)))
        raise BadProfile(f"{key} is {text}; it must be between {low}{unit} and {high}{unit}", place=place)
    return kind(value) if kind is not float else value
