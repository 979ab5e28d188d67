"""Every server of a project planned, its file edited, and the result read again to prove what was done.

patch(project, wishes) -> Patched: for each server what changes or why not, and the new text of each file.
A file is patched whole or not at all: nothing here writes.
"""

import re
from collections.abc import Iterable, Mapping as AnyMapping
from typing import NamedTuple

from ..edits import Edit, apply
from ..errors import PgfitError
from ..inputs.compose.clients import Clients, clients_of
from ..inputs.compose.project import Project, Service, load
from ..inputs.compose.server import Server, servers
from ..model import Known
from ..units import human, print_cpus
from ..yamltree import Mapping, Node, Scalar, Sequence, Source
from . import channels
from .command import Merge, merge_command, new_command, unquoted
from .fit import Fitted, Wishes, fit
from .places import Change, Refused
from .service import Setting, environment_changes, limit_changes, main_mapping, needs

__all__ = ["Fate", "Patched", "comment_for", "patch"]

COMMENT = "fitted by pgfit to "
WRITTEN = frozenset({"command", "shm_size", "stop_grace_period", "environment", "mem_limit", "cpus", "cpu_quota", "deploy",
                     "mem_reservation", "memswap_limit"})  # fmt: skip
"""The keys of a service that an edit may change."""


class Fate(NamedTuple):
    """What becomes of one server."""

    server: Server
    clients: Clients
    fitted: Fitted | None = None
    refusal: PgfitError | None = None
    settings: tuple[tuple[str, str, str], ...] = ()
    """Name, old value ('' if none), new value of each setting that changes."""
    others: tuple[Setting, ...] = ()
    """What else of the service changes."""
    environment: AnyMapping[str, str] = {}
    """Variables that are added."""
    notes: tuple[str, ...] = ()
    merge: Merge | None = None

    @property
    def changes(self) -> bool:
        return bool(self.settings or self.others or self.environment)


class Patched(NamedTuple):
    fates: tuple[Fate, ...]
    texts: AnyMapping[str, tuple[Source, str]]
    """Files that change: what was read, and the text that should replace it."""
    left_out: tuple[str, ...]
    """Servers that --service did not name."""

    @property
    def refused(self) -> tuple[Fate, ...]:
        return tuple(one for one in self.fates if one.refusal is not None)


def patch(project: Project, wishes: Wishes, names: Iterable[str] = (), *, image_like: str = "") -> Patched:
    """Raises PgfitError for a service that is not there; what cannot be done for a server is its Fate."""
    found = servers(project, image_like=image_like)
    named = list(names)
    for name in named:
        if name not in {one.name for one in found}:
            what = "is no PostgreSQL server" if name in project.services else "is not in the file"
            known = ", ".join(one.name for one in found) or "none"
            raise PgfitError(f"the service {name} {what}", hint=f"servers here: {known}", place="--service")
    wanted = [one for one in found if not named or one.name in named]
    left_out = tuple(one.name for one in found if one not in wanted)
    fates, changes = _edited(project, wanted, wishes, with_environment=True)
    if any(one.refusal for one in fates):
        return Patched(tuple(fates), {}, left_out)
    wrong = ""
    texts: dict[str, tuple[Source, str]] = {}
    for with_environment in (True, False):
        if not with_environment:
            fates, changes = _edited(project, wanted, wishes, with_environment=False)
        try:
            texts = _applied(changes)
            wrong = _wrong(project, fates, texts, image_like)
        except (ValueError, PgfitError) as error:
            wrong = str(error)
        if not wrong:
            return Patched(tuple(fates), texts, left_out)
        if not any(one.environment for one in fates):
            break
    refusal = Refused(wrong, hint="write the fragment below by hand, or give the service its own keys", place=fates[0].server.service.key.place)
    return Patched(tuple(one._replace(refusal=refusal) if one.changes else one for one in fates), {}, left_out)


def _edited(project: Project, wanted: list[Server], wishes: Wishes, *, with_environment: bool) -> tuple[list[Fate], list[Change]]:
    fates: list[Fate] = []
    changes: list[Change] = []
    for server in wanted:
        clients = clients_of(server, project)
        try:
            fate, edits = _one(server, project, wishes, clients, with_environment=with_environment)
        except PgfitError as error:
            fate, edits = Fate(server, clients, refusal=error), []
        fates.append(fate)
        changes += edits
    return fates, changes


def _one(server: Server, project: Project, wishes: Wishes, clients: Clients, *, with_environment: bool) -> tuple[Fate, list[Change]]:
    if server.refusal:
        place, colon, why = server.refusal.partition(": ")
        raise Refused(why if colon else place, hint=server.hint, place=place if colon else server.service.key.place)
    fitted = fit(server, wishes, clients.sessions)
    assert server.family is not None  # noqa: S101  without one the server is refused above
    notes: list[str] = []
    changes: list[Change] = []
    settings: list[tuple[str, str, str]] = []
    merge: Merge | None = None
    if wishes.may("command"):
        channel = server.family.channel
        if channel in channels.CHANNELS:
            now = channels.current(server)
            settings = [(name, now.get(name, ""), value) for name, value in fitted.settings.items() if now.get(name) != value]
            changes += channels.through(server, fitted.settings) if settings else []
        else:
            settings = _differing(server, fitted)
            merge = _command(server, fitted, settings) if settings else None
            changes += merge.changes if merge is not None else ()
    others = list(needs(server, fitted.plan.container, wishes, project))
    changes += limit_changes(server, others)
    changes += _comment_changes(server, fitted) if wishes.may("command") else []
    variables: dict[str, str] = {}
    if wishes.may("environment"):
        asked = {**(fitted.plan.container.environment if server.family.oom else {}), **server.family.environment}
        variables = {name: value for name, value in asked.items() if name not in server.environment}
        if variables and not with_environment:
            notes.append(f"{', '.join(variables)} are not written: the environment is shared with other services")
            variables = {}
        elif variables:
            changes += environment_changes(server.service, variables)
    return Fate(server, clients, fitted, None, tuple(settings), tuple(others), variables, tuple(notes), merge), changes


def _differing(server: Server, fitted: Fitted) -> list[tuple[str, str, str]]:
    found = []
    for name, value in fitted.settings.items():
        given = server.command.last(name)
        if given is None or given.value != value:
            found.append((name, given.value if given is not None else "", value))
    return found


def comment_for(fitted: Fitted) -> str:
    facts = fitted.plan.facts
    cpus = f", {print_cpus(facts.cpus.value)} CPU" if isinstance(facts.cpus, Known) else ""
    return f"{COMMENT}{human(facts.memory.value)}{cpus}"


def _command(server: Server, fitted: Fitted, settings: list[tuple[str, str, str]]) -> Merge:
    """Into the command where it is the service's own; else a whole one in the service's own mapping."""
    wanted = {name: value for name, _, value in settings}
    node = server.command.node
    for mapping in server.service.own:
        entry = mapping.own("command")
        if node is not None and entry is not None and entry.value is node and entry.alias is None:
            return merge_command(server.command, wanted)
    if node is not None:
        words = [(unquoted(word), word.text) for word in server.command.words]
        replaced = {id(given.word): value for name, value in wanted.items() if (given := server.command.last(name)) is not None}
        kept = []
        for word, pair in zip(server.command.words, words, strict=True):
            if id(word) in replaced:
                given = next(one for one in reversed(server.command.settings) if one.word is word)
                text = word.text[: len(word.text) - len(given.value)] + replaced[id(word)]
                kept.append((text.replace("$", "$$"), text))
            else:
                kept.append(pair)
        words = kept
        wanted = {name: value for name, value in wanted.items() if server.command.last(name) is None}
    else:
        words = [(word.replace("$", "$$"), word) for word in server.cmd or ("postgres",)]
    alias = next((one for one in server.service.own if (entry := one.own("command")) and entry.alias), None)
    return new_command(alias or main_mapping(server.service), words, wanted, comment_for(fitted))


def _comment_changes(server: Server, fitted: Fitted) -> list[Change]:
    """The comment that pgfit wrote above the command, where the limits in it are others by now."""
    for mapping in server.service.own:
        entry = mapping.own("command")
        if entry is None or entry.value is not server.command.node:
            continue
        source = entry.key.source
        start = source.line_start(entry.key.start)
        above = source.line_start(start - 1) if start else 0
        line = source.text[above : source.line_end(above)]
        match = re.fullmatch(rf"(\s*# ){re.escape(COMMENT)}.*", line)
        wanted = comment_for(fitted)
        if match and start and line != match[1] + wanted:
            return [Change(source, Edit(above, above + len(line), match[1] + wanted))]
    return []


def _applied(changes: list[Change]) -> dict[str, tuple[Source, str]]:
    """New texts. What two servers want of a shared place is done once; other overlaps are a ValueError."""
    by_file: dict[str, tuple[Source, list[Edit]]] = {}
    for source, edit in changes:
        edits = by_file.setdefault(source.path, (source, []))[1]
        if edit not in edits:
            edits.append(edit)
    return {path: (source, apply(source.text, edits)) for path, (source, edits) in by_file.items()}


# -- the proof ----------------------------------------------------------------------------------------------------


def _wrong(project: Project, fates: list[Fate], texts: AnyMapping[str, tuple[Source, str]], image_like: str) -> str:
    """What is not as it should be in the new text; '' if nothing. The new text is read as compose would read it."""
    if not texts:
        return ""
    unknown = [path for path in texts if path not in {source.path for source in project.sources}]
    if unknown:
        return f"what must change stands in {unknown[0]}, which is not one of the project's files"
    again = load(
        project.sources,
        project.variables,
        project.directory,
        replaced={path: Source(path, text) for path, (_, text) in texts.items()},
    )
    touched = {fate.server.name for fate in fates if fate.changes}
    digests: dict[int, int] = {}
    changed = [
        name
        for name, service in project.services.items()
        if name not in touched and _digest(service.config, digests) != _digest(again.services[name].config, digests)
    ]
    if changed:
        return f"the lines are shared: {', '.join(changed)} would change as well"
    for fate in fates:
        if fate.changes and (problem := _unlike(fate, project, again, image_like, digests)):
            return problem
    return ""


def _unlike(fate: Fate, project: Project, again: Project, image_like: str, digests: dict[int, int]) -> str:
    name = fate.server.name
    before, after = project.services[name], again.services[name]
    for key in {*before.config.all(), *after.config.all()} - WRITTEN:
        if _of(before, key, digests) != _of(after, key, digests):
            return f"{key} of {name} would change"
    server = next((one for one in servers(again, image_like=image_like) if one.name == name), None)
    if server is None or fate.fitted is None:
        return f"{name} would not be a server any more"
    if fate.merge is not None and tuple(word.text for word in server.command.words) != fate.merge.words:
        return f"the command of {name} would not read as meant"
    now = channels.current(server) if server.family and server.family.channel in channels.CHANNELS else None
    for setting, _, value in fate.settings:
        given = server.command.last(setting)
        if (now.get(setting) if now is not None else given.value if given else None) != value:
            return f"{setting} of {name} would not read back as {value}"
    for other in fate.others:
        node = after.get(*other.path)
        if not isinstance(node, Scalar) or node.text != other.new:
            return f"{'.'.join(other.path)} of {name} would not read back as {other.new}"
    had = set(fate.server.environment)
    for variable, known in server.environment.items():
        old = fate.server.environment.get(variable)
        if old is not None and old.value != known.value and _raw(old.node) != _raw(known.node) and now is None:
            return f"the variable {variable} of {name} would change"
        if old is None and variable not in fate.environment and now is None:
            return f"the variable {variable} of {name} would come anew"
    if had - set(server.environment):
        return f"a variable of {name} would be lost"
    return ""


def _raw(node: Scalar) -> str:
    return node.text


def _of(service: Service, key: str, digests: dict[int, int]) -> int:
    node = service.config.get(key)
    return 0 if node is None else _digest(node, digests)


def _digest(node: Node, known: dict[int, int]) -> int:
    """A number for what a node says; each node is read once, however many aliases lead to it."""
    if id(node) not in known:
        if isinstance(node, Scalar):
            known[id(node)] = hash((node.tag, node.style == "", node.text))
        elif isinstance(node, Sequence):
            known[id(node)] = hash(tuple(_digest(item, known) for item in node.items))
        else:
            assert isinstance(node, Mapping)  # noqa: S101  there is nothing else
            known[id(node)] = hash(tuple((name, _digest(one.value, known)) for name, one in node.all().items()))
    return known[id(node)]
