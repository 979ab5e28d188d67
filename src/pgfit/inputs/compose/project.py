"""A project: the services of one or more compose files, merged as compose merges them.

load(paths, variables) -> Project(services, sources, problems)
"""

from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from pathlib import Path
from typing import NamedTuple

from ...errors import PgfitError
from ...yamltree import BadFile, Entry, Mapping, Node, Scalar, Sequence, Source, documents
from . import find
from .merge import merge
from .variables import Variables, expand

__all__ = ["Project", "Service", "load", "read_project"]

MOST_FILES = 100
"""Reached through `include` and `extends`; more is a circle."""
TOP_LEVEL = frozenset({"version", "name", "services", "networks", "volumes", "configs", "secrets", "include", "models"})


class Service(NamedTuple):
    """A service, with everything merged into it."""

    name: str
    key: Scalar
    """Where its name stands, in the last file that has it."""
    config: Mapping
    """Merged: `<<`, `extends`, override files. Its leaves know their own place."""
    own: tuple[Mapping, ...]
    """The mappings written for it in the project's files, base first."""
    definitions: tuple[Entry, ...]
    """The entries under `services:` that hold them; one may be an alias."""
    problem: str = ""
    """Why it could not be read whole, with place: a file to extend that is not here."""

    def get(self, *path: str) -> Node | None:
        """The value at a path: get('deploy', 'resources', 'limits')."""
        node: Node | None = self.config
        for name in path:
            node = node.get(name) if isinstance(node, Mapping) else None
        return node


class Project(NamedTuple):
    services: AnyMapping[str, Service]
    sources: tuple[Source, ...]
    """All files read, those that are included among them."""
    named: tuple[str, ...]
    """The files it was read from: those of -f, or found."""
    variables: Variables
    directory: Path
    roots: tuple[Mapping, ...]
    """The top of each file or document."""
    problems: tuple[str, ...]
    """What could not be read, and is not needed to go on: an include that is not here."""
    v1: bool = False
    """A file of compose's first format: services at the top level."""

    def home_of(self, build: Node) -> Path:
        """What the paths of a `build:` are relative to: the first file's directory; its own, of a file that another one reads."""
        context = build.get("context") if isinstance(build, Mapping) else None
        path = (context or build).source.path
        return self.directory if path in self.named else Path(path).parent

    def top(self, *path: str) -> Node | None:
        """A value outside the services: top('volumes', 'data'); the last file's."""
        for root in reversed(self.roots):
            node: Node | None = root
            for name in path:
                node = node.get(name) if isinstance(node, Mapping) else None
            if node is not None:
                return node
        return None


def read_project(files: Iterable[str] = (), env_files: Iterable[str] = (), *, without: Path | None = None) -> Project:
    """The files named, or those that docker compose finds from here; `without` one that will be written. Raises PgfitError."""
    named = list(files)
    here = Path()
    if not named:
        named = find.find(here, find.environment(here, env_files))
    if without is not None:
        named = [one for one in named if one == find.STDIN or Path(one).resolve() != without.resolve()]
        if not named:
            raise PgfitError("the project has no other file", hint="name another file to write", place=str(without))
    directory = here if named[0] == find.STDIN else Path(named[0]).parent
    return load([find.read(name) for name in named], find.environment(directory, env_files), directory)


def load(
    sources: Iterable[Source], variables: Variables, directory: Path, *, replaced: AnyMapping[str, Source] | None = None
) -> Project:
    """Raises BadFile for what compose itself could not read.

    With `replaced`, `sources` are those of a project read before, and these take the place of some of them.
    """
    reader = _Reader(variables, replaced)
    given = list(sources)
    for source in given:
        reader.add(source, directory)
    services = {name: reader.resolved(name) for name in reader.written}
    nameless = [one for one in services.values() if one.problem and not {"image", "build"} & one.config.all().keys()]
    return Project(
        services=services,
        sources=tuple(reader.sources),
        named=tuple(source.path for source in given),
        variables=variables,
        directory=directory,
        roots=tuple(reader.roots),
        problems=(*reader.problems, *(f"{one.problem}: whether {one.name} is a server is not known" for one in nameless)),
        v1=reader.v1,
    )


class _Reader:
    def __init__(self, variables: Variables, replaced: AnyMapping[str, Source] | None) -> None:
        self.variables = variables
        self.replaced = replaced or {}
        self.sources: list[Source] = []
        self.roots: list[Mapping] = []
        self.problems: list[str] = []
        self.written: dict[str, list[tuple[Entry, Path]]] = {}
        self.v1 = False
        self.other_files: dict[Path, dict[str, tuple[Entry, Path]]] = {}

    def add(self, source: Source, directory: Path) -> None:
        if len(self.sources) >= MOST_FILES:
            raise BadFile(f"more than {MOST_FILES} files are included", hint="is it a circle?", place=source.path)
        source = self.replaced.get(source.path, source)
        if any(one.path == source.path for one in self.sources):
            return
        self.sources.append(source)
        for root in documents(source):
            if isinstance(root, Scalar) and root.null:
                continue
            if not isinstance(root, Mapping):
                raise BadFile("it is not a compose file: no `services:`", place=root.place)
            self.roots.append(root)
            found, v1 = services_of(root)
            self.v1 = self.v1 or v1
            self.include(root, directory)
            for name, entry in found.items():
                self.written.setdefault(name, []).append((entry, directory))

    def include(self, root: Mapping, directory: Path) -> None:
        node = root.get("include")
        for item in node.items if isinstance(node, Sequence) else []:
            paths = item.get("path") if isinstance(item, Mapping) else item
            for path in paths.items if isinstance(paths, Sequence) else [paths]:
                if not isinstance(path, Scalar):
                    continue
                made = expand(path.text, self.variables)
                file = directory / made.text
                if made.unset or made.problem or not file.is_file():
                    self.problems.append(f"{path.place}: the included file {path.text} is not here, and was not read")
                elif not any(Path(source.path) == file for source in self.sources):
                    self.add(self.replaced.get(str(file)) or find.read(str(file)), file.parent)

    def resolved(self, name: str) -> Service:
        entries = self.written[name]
        own: list[Mapping] = []
        whole: Node | None = None
        problem = ""
        for entry, directory in entries:
            mapping = as_mapping(entry)
            own.append(mapping)
            try:
                extended: Node = self.extended(mapping, directory, name, ())
            except PgfitError as error:
                extended, problem = mapping, problem or str(error)
            whole = extended if whole is None else merge(whole, extended, ("services", name))
        last = entries[-1][0]
        if not isinstance(whole, Mapping):
            raise BadFile(f"the service {name} is not a mapping", place=last.key.place)
        return Service(name, last.key, whole, tuple(own), tuple(entry for entry, _ in entries), problem)

    def extended(self, mapping: Mapping, directory: Path, name: str, seen: tuple[tuple[str, str], ...]) -> Mapping:
        """The mapping over what it extends. Raises BadFile where that is not to be found."""
        entry = mapping.all().get("extends")
        if entry is None or (isinstance(entry.value, Scalar) and entry.value.null):
            return mapping
        wanted, file = name, ""
        if isinstance(entry.value, Scalar):
            wanted = expand(entry.value.text, self.variables).text
        elif isinstance(entry.value, Mapping):
            service, path = entry.value.get("service"), entry.value.get("file")
            wanted = expand(service.text, self.variables).text if isinstance(service, Scalar) else name
            file = expand(path.text, self.variables).text if isinstance(path, Scalar) else ""
        place = entry.key.place
        base, where = self.base_of(wanted, directory / file if file else None, entry.key)
        key = (base.key.source.path, f"{wanted}:{base.key.start}")
        if key in seen or len(seen) > MOST_FILES:
            raise BadFile(f"the service {name} extends itself", place=place)
        under = self.extended(as_mapping(base), where, wanted, (*seen, key))
        made = merge(under, mapping, ("services", name))
        assert isinstance(made, Mapping)  # noqa: S101  both are
        return made

    def base_of(self, name: str, file: Path | None, key: Scalar) -> tuple[Entry, Path]:
        """compose extends within each file, before it merges them: the base is the one that stands in the same file."""
        place = key.place
        if file is None:
            written = self.written.get(name, [])
            beside = [one for one in written if one[0].key.source is key.source]
            elsewhere = self.other_files.get(Path(key.source.path), {}).get(name)
            if not (beside or elsewhere or written):
                raise BadFile(f"it extends the service {name}, which is not here", place=place)
            return beside[-1] if beside else elsewhere or written[-1]
        if not file.is_file():
            raise BadFile(f"it extends {name} from {file}, which is not here", place=place)
        if file not in self.other_files:
            found: dict[str, tuple[Entry, Path]] = {}
            for root in documents(find.read(str(file))):
                if isinstance(root, Mapping):
                    found |= {one: (entry, file.parent) for one, entry in services_of(root)[0].items()}
            self.other_files[file] = found
        if name not in self.other_files[file]:
            raise BadFile(f"it extends {name}, which is not in {file}", place=place)
        return self.other_files[file][name]


def services_of(root: Mapping) -> tuple[dict[str, Entry], bool]:
    """The services of a file, and whether it is of compose's first format, where they stand at the top."""
    if (node := root.get("services")) is not None:
        if isinstance(node, Scalar) and node.null:
            return {}, False
        if not isinstance(node, Mapping):
            raise BadFile("`services:` is not a mapping", place=node.place)
        return dict(node.all()), False
    others = {name: entry for name, entry in root.all().items() if name not in TOP_LEVEL and not name.startswith("x-")}
    images = [one for one in others.values() if isinstance(one.value, Mapping) and {"image", "build"} & one.value.all().keys()]
    if len(images) == len(others) and images and root.own("version") is None:
        return others, True
    if images or not TOP_LEVEL & root.all().keys():
        raise BadFile("it is not a compose file: no `services:`", place=root.place)
    return {}, False


def as_mapping(entry: Entry) -> Mapping:
    if isinstance(entry.value, Mapping):
        return entry.value
    if isinstance(entry.value, Scalar) and entry.value.null:
        return Mapping(entry.value.source, entry.value.start, entry.value.end, False, [])
    raise BadFile(f"the service {entry.key.text} is not a mapping", place=entry.key.place)
