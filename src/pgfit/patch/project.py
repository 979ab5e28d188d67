"""Every server of a project planned, its file edited, and the result read again to prove what was done.

patch(project, wishes) -> Patched: for each server what changes or why not, and the new text of each file.
A file is patched whole or not at all: nothing here writes.
"""

from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from typing import NamedTuple

from ..edits import Edit, apply
from ..errors import PgfitError
from ..inputs.compose.clients import Clients, clients_of
from ..inputs.compose.project import Project
from ..inputs.compose.server import Server, servers
from ..yamltree import Source
from . import channels
from .command import Merge, fill_command, merge_command, new_command, restated
from .comment import comment_above, comment_for
from .diff import masked
from .fit import Fitted, Wishes, fit
from .fragment import lines_of
from .places import Change, Refused
from .proof import wrong
from .service import Setting, environment_changes, limit_changes, main_mapping, needs, sharers
from .variable import through

__all__ = ["Fate", "Patched", "patch"]


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
    comment: bool = False
    """Whether the limits in the comment above the command are others by now."""

    @property
    def changes(self) -> bool:
        return bool(self.settings or self.others or self.environment or self.comment)


class Patched(NamedTuple):
    fates: tuple[Fate, ...]
    texts: AnyMapping[str, tuple[Source, str]]
    """Files that change: what was read, and the text that should replace it."""
    left_out: tuple[str, ...]
    """Servers that --service did not name."""

    @property
    def refused(self) -> tuple[Fate, ...]:
        return tuple(one for one in self.fates if one.refusal is not None)


def patch(project: Project, wishes: Wishes, names: Iterable[str] = (), *, image_like: str = "", apart: bool = False) -> Patched:
    """Raises PgfitError for a service that is not there; what cannot be done for a server is its Fate.

    With `apart` the plan goes into a file of its own (override.py): no edits, so nothing that is shared is in the way.
    """
    found = servers(project, image_like=image_like)
    named = list(names)
    for name in named:
        if name not in {one.name for one in found}:
            what = "is no PostgreSQL server" if name in project.services else "is not in the file"
            known = ", ".join(one.name for one in found) or "none"
            raise PgfitError(f"the service {name} {what}", hint=f"servers here: {known}", place="--service")
    wanted = [one for one in found if not named or one.name in named]
    left_out = tuple(one.name for one in found if one not in wanted)
    patcher = _Patcher(project, wishes, frozenset(one.name for one in wanted), apart=apart)
    fates, changes = patcher.edited(wanted)
    if apart or any(one.refusal for one in fates):
        return Patched(tuple(fates), {}, left_out)
    try:
        texts = _applied(changes)
        problem = wrong(project, fates, texts, image_like)
    except (ValueError, PgfitError) as error:
        texts, problem = {}, str(error)
    return Patched(tuple(_unproven(one, problem) if problem else one for one in fates), {} if problem else texts, left_out)


def _unproven(fate: Fate, problem: str) -> Fate:
    """Refused, with what would have been written: the result does not read back as it should."""
    if not fate.changes:
        return fate
    fragment = "\n".join(lines_of(fate, 0))
    hint = "give the service keys of its own, like this fragment, or write an override file: --override FILE"
    return fate._replace(refusal=Refused(problem, hint=hint, place=fate.server.service.key.place, fragment=masked(fragment)))


class _Patcher:
    """One server after the other, into edits of one list."""

    def __init__(self, project: Project, wishes: Wishes, wanted: frozenset[str], *, apart: bool) -> None:
        self.project, self.wishes, self.wanted, self.apart = project, wishes, wanted, apart

    def edited(self, wanted: list[Server]) -> tuple[list[Fate], list[Change]]:
        fates: list[Fate] = []
        changes: list[Change] = []
        for server in wanted:
            clients = clients_of(server, self.project)
            try:
                fate, edits = self.one(server, clients)
            except PgfitError as error:
                fate, edits = Fate(server, clients, refusal=error), []
            fates.append(fate)
            changes += edits
        return fates, changes

    def one(self, server: Server, clients: Clients) -> tuple[Fate, list[Change]]:
        """Raises PgfitError where nothing can be written."""
        if server.refusal:
            place, colon, why = server.refusal.partition(": ")
            raise Refused(why if colon else place, hint=server.hint, place=place if colon else server.service.key.place)
        fitted = fit(server, self.wishes, clients.sessions)
        settings: list[tuple[str, str, str]] = []
        if self.wishes.may("command"):
            now = channels.now(server)
            settings = [(name, now.get(name, ""), value) for name, value in fitted.settings.items() if now.get(name) != value]
        others = list(needs(server, fitted.plan.container, self.wishes, self.project))
        variables, note = self.environment(server, fitted)
        notes = (note,) if note else ()
        fate = Fate(server, clients, fitted, None, tuple(settings), tuple(others), variables, notes)
        return (fate, []) if self.apart else self.edits(fate, fitted)

    def edits(self, fate: Fate, fitted: Fitted) -> tuple[Fate, list[Change]]:
        """The edits for what changes, and the fate with what its command becomes."""
        server, changes = fate.server, list[Change]()
        merge: Merge | None = None
        if fate.settings and server.family is not None and server.family.channel in channels.CHANNELS:
            changes += through(server, fitted.settings, fitted.kept)
        elif fate.settings:
            merge = _command(server, fitted, list(fate.settings))
            changes += merge.changes
        comment = _comment_changes(server, fitted) if self.wishes.may("command") else []
        changes += [*comment, *limit_changes(server, list(fate.others))]
        changes += environment_changes(server.service, dict(fate.environment))
        return fate._replace(merge=merge, comment=bool(comment)), changes

    def environment(self, server: Server, fitted: Fitted) -> tuple[dict[str, str], str]:
        """The variables to add; none where other services would get them too, and then a note."""
        assert server.family is not None  # noqa: S101  without one the server is refused above
        if not self.wishes.may("environment"):
            return {}, ""
        asked = {**(fitted.plan.container.environment if server.family.oom else {}), **server.family.environment}
        variables = {name: value for name, value in asked.items() if name not in server.environment}
        others = [name for name in sharers(server.service, self.project) if name not in self.wanted]
        if variables and others and not self.apart:
            return {}, f"{', '.join(variables)}: not written, since {', '.join(others)} share the environment"
        return variables, ""


def _command(server: Server, fitted: Fitted, settings: list[tuple[str, str, str]]) -> Merge:
    """Into the command where it is the service's own; else a whole one in the service's own mapping."""
    wanted = {name: value for name, _, value in settings}
    node = server.command.node
    own = any((entry := one.own("command")) and entry.value is node and entry.alias is None for one in server.service.own)
    if node is not None and own and server.command.words:
        return merge_command(server.command, wanted)
    words, rest = restated(channels.given(server), wanted)
    if node is not None and own:
        return fill_command(node, words, rest)
    alias = next((one for one in server.service.own if (entry := one.own("command")) and entry.alias), None)
    return new_command(alias or main_mapping(server.service), words, rest, comment_for(fitted.plan.facts))


def _comment_changes(server: Server, fitted: Fitted) -> list[Change]:
    """The comment that pgfit wrote above the command, where the limits in it are others by now."""
    there, wanted = comment_above(server), comment_for(fitted.plan.facts)
    if there is None or there.source.text[there.start : there.end] == wanted:
        return []
    return [Change(there.source, Edit(there.start, there.end, wanted))]


def _applied(changes: list[Change]) -> dict[str, tuple[Source, str]]:
    """New texts. What two servers want of a shared place is done once; other overlaps are a ValueError."""
    by_file: dict[str, tuple[Source, list[Edit]]] = {}
    for source, edit in changes:
        edits = by_file.setdefault(source.path, (source, []))[1]
        if edit not in edits:
            edits.append(edit)
    return {path: (source, apply(source.text, edits)) for path, (source, edits) in by_file.items()}
