"""The facts of a server in a compose file, the wishes of the user, and the plan for both."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ..catalog import MAJORS, catalog
from ..catalog.values import parse, print_value
from ..errors import BadValue, DoesNotFit, PgfitError
from ..inputs.compose.command import Given
from ..inputs.compose.server import Server
from ..inputs.options import MOST_MEMORY, Options, facts_from
from ..model import Facts, Known, Plan, Profile, Unknown, Value
from ..tune import RULES, extensions, plan
from ..tune.any_major import plan_for_any
from . import channels
from .comment import comment_above
from .places import Refused

__all__ = ["ITS_OWN", "Fitted", "Wishes", "fit"]

ITS_OWN = frozenset(
    {
        "fsync",
        "full_page_writes",
        "synchronous_commit",
        "shared_preload_libraries",
        "superuser_reserved_connections",
        "reserved_connections",
        "max_locks_per_transaction",
        "max_slot_wal_keep_size",
        "min_dynamic_shared_memory",
        "wal_compression",
        "wal_buffers",
        "log_temp_files",
        "log_checkpoints",
        "log_lock_waits",
        "log_autovacuum_min_duration",
    }
)
"""Settings that say what the database is for, not how it fits: what the file says of them stands."""


class Wishes(NamedTuple):
    """The options of `pgfit compose`."""

    profile: Profile
    options: Options = Options()
    """As of `pgfit recommend`; a memory or CPU limit here wins over the file's."""
    postgres: int | None = None
    """The major of servers whose image does not say it."""
    keep: bool = False
    """Whether all settings of the file stand, and the plan adapts."""
    only: frozenset[str] = frozenset()
    """What may be written: command, limits, shm_size, stop_grace_period, environment; all if empty."""

    def may(self, what: str) -> bool:
        return not self.only or what in self.only

    def check(self) -> None:
        """Raises BadValue for an option that no file could mend."""
        memory = self.options.memory or f"{MOST_MEMORY}b"
        majors = [self.postgres] if self.postgres is not None else list(reversed(MAJORS))
        mistakes: list[BadValue] = []
        for major in majors:  # a setting that one of them has may be meant for it
            try:
                facts_from(self.options._replace(memory=memory, postgres=major))
            except BadValue as error:
                mistakes.append(error)
            else:
                return
        raise mistakes[0]


class Fitted(NamedTuple):
    """What a server should run with."""

    plan: Plan
    settings: Mapping[str, str]
    """To stand in its command, as text; what stands there already with the same meaning keeps its spelling."""
    kept: Mapping[str, str]
    """Settings of the file that stay, and why."""
    any_major: bool
    """Whether the major is not known, and the settings are those all majors have."""


def fit(server: Server, wishes: Wishes, clients: int = 0) -> Fitted:
    """Raises Refused, with the place, where there is no limit, no supported version, or no plan that fits.

    `clients` is how many sessions the other services of the file are known to open.
    """
    facts, major = _facts(server, wishes)
    kept = _kept(server, wishes, facts)
    fixed = {**_pins(server, facts.postgres), **_typed(server, kept, facts.postgres, strict=major is not None), **facts.fixed}
    facts = facts._replace(fixed=MappingProxyType(fixed))
    deciding = plan_for_any if major is None else plan
    made = _planned(server, deciding, facts, wishes, clients)
    skipped = {
        given.name: "pgfit has no better value"
        for given in channels.given(server).settings
        if given.name in made.skipped and given.name not in kept and given.name in catalog(facts.postgres)
    }
    if skipped:
        kept |= skipped
        fixed |= _typed(server, skipped, facts.postgres, strict=major is not None)
        made = _planned(server, deciding, facts._replace(fixed=MappingProxyType(fixed)), wishes, clients)
    return Fitted(made, MappingProxyType(_texts(server, made, kept)), MappingProxyType(kept), major is None)


def _facts(server: Server, wishes: Wishes) -> tuple[Facts, int | None]:
    place = server.service.key.place
    limits = server.limits
    if limits.problems and wishes.options.memory is None:
        raise Refused(limits.problems[0].partition(": ")[2], place=limits.problems[0].partition(": ")[0])
    if wishes.options.memory is None and isinstance(limits.memory, Unknown):
        why = (
            ""
            if limits.memory.why == "the file does not say"
            else f": {limits.memory.why.partition(': ')[2] or limits.memory.why}"
        )
        where = limits.memory.why.partition(": ")[0] if why and ":" in limits.memory.why else place
        raise Refused(
            f"no memory limit to fit into{why}",
            hint="--memory 512M --cpus 1 writes the limits into the file",
            place=where,
        )
    major = wishes.postgres
    if isinstance(server.major, Known):
        major = server.major.value
        if not MAJORS[0] <= major <= MAJORS[-1]:
            end = "is past its end of life, and " if major < MAJORS[0] else ""
            raise Refused(
                f"PostgreSQL {major} {end}pgfit knows {MAJORS[0]} to {MAJORS[-1]}",
                hint="settings and memory of this version were never measured",
                place=_image_place(server),
            )
    memory = wishes.options.memory
    if memory is None:
        assert isinstance(limits.memory, Known)  # noqa: S101  as checked above
        memory = f"{int(limits.memory.value)}b"
    options = wishes.options._replace(memory=memory, postgres=major or MAJORS[0])
    try:
        facts = facts_from(options)
    except BadValue as error:
        where = limits.memory.where if isinstance(limits.memory, Known) and error.place == "--memory" else error.place
        raise BadValue(error.message, hint=error.hint, place=where) from None
    if wishes.options.memory is None and isinstance(limits.memory, Known):
        facts = facts._replace(memory=limits.memory)
    if wishes.options.cpus is None:
        facts = facts._replace(cpus=limits.cpus)
    family = server.family
    if family is not None and family.extensions:
        preloaded = channels.given(server).last("shared_preload_libraries")
        loaded = extensions.libraries(preloaded.value) if preloaded is not None else None
        own = (extensions.find(name) for name in family.extensions)
        always = [one.name for one in own if loaded is None or not one.preload or one.preload in loaded]
        facts = facts._replace(extensions=tuple(dict.fromkeys([*always, *facts.extensions])))
    if limits.shm_shared and isinstance(limits.shm_size, Known):
        facts = facts._replace(shm_size=limits.shm_size)
    return facts, major


def _image_place(server: Server) -> str:
    node = server.service.get("image")
    return node.place if node is not None else server.service.key.place


def _kept(server: Server, wishes: Wishes, facts: Facts) -> dict[str, str]:
    """Which settings of the command stand, and why."""
    kept: dict[str, str] = {}
    for given in channels.given(server).settings:
        name = given.name
        if name in {one.lower() for one in facts.fixed}:
            continue
        if given.word.variables:
            kept[name] = f"it comes from ${{{given.word.variables[0]}}}"
        elif wishes.keep:
            kept[name] = "kept: --keep"
        elif name in ITS_OWN or (name == "huge_pages" and given.value == "on"):
            kept[name] = "what the database is for is yours to say"
        elif name not in RULES:
            kept[name] = "pgfit has no rule for it"
    return kept


def _pins(server: Server, major: int) -> dict[str, Value]:
    known, there = catalog(major), channels.given(server)
    pins = server.family.pins if server.family else {}
    return {name: parse(known[name], text) for name, text in pins.items() if there.last(name) is None}


def _typed(server: Server, names: Mapping[str, str], major: int, *, strict: bool) -> dict[str, Value]:
    """The values of these settings. Raises Refused for what the server would not start with."""
    found: dict[str, Value] = {}
    there = channels.given(server)
    for name in names:
        given = there.last(name)
        assert given is not None  # noqa: S101  the names come from the command
        if "." in name:
            continue
        if not strict and name not in catalog(major):
            if not any(name in catalog(one) for one in MAJORS):
                _refuse(given, BadValue(f"there is no setting {name!r} in any PostgreSQL from {MAJORS[0]} to {MAJORS[-1]}"))
            continue
        try:
            setting = catalog(major).find(name)
            found[setting.name] = parse(setting, given.value)
        except BadValue as error:
            _refuse(given, error)
    return found


def _refuse(given: Given, error: BadValue) -> None:
    names = ", ".join(given.word.variables)
    what = f"{given.name} cannot be what comes from {names}" if names else error.message
    raise Refused(f"the server would not start: {what}", hint=error.hint, place=given.word.node.place) from None


def _planned(server: Server, deciding, facts: Facts, wishes: Wishes, clients: int) -> Plan:  # type: ignore[no-untyped-def]  # noqa: ANN001  plan or plan_for_any
    """The plan; with the connections that the file asks for, where they fit."""
    try:
        base: Plan = deciding(facts, wishes.profile)
    except DoesNotFit as error:
        place = facts.memory.where if ":" in facts.memory.where else server.service.key.place
        raise Refused(error.message, hint=error.hint, place=place) from None
    except BadValue as error:  # what the file itself sets contradicts itself
        node = server.command.node
        place = node.place if node is not None and error.place == "--set" and not wishes.options.settings else error.place
        raise Refused(f"the server would not start: {error.message}", hint=error.hint, place=place) from None
    if isinstance(facts.connections, Known) or "max_connections" in facts.fixed:
        return base
    asked = _asked(server, facts.postgres)
    if asked and _is_of_pgfit(server, deciding, facts, wishes.profile, asked):
        asked = 0
    return _with_connections(deciding, facts, wishes.profile, base, asked, clients)


def _is_of_pgfit(server: Server, deciding, facts: Facts, profile: Profile, asked: int) -> bool:  # type: ignore[no-untyped-def]  # noqa: ANN001  as above
    """Whether the file's max_connections is what pgfit itself wrote for the limits before these: then it is no wish."""
    comment, limits = comment_above(server), server.limits
    before = [(limits.memory, limits.cpus)] if isinstance(limits.memory, Known) else []
    if comment is not None:
        cpus = Known(comment.cpus, "the comment") if comment.cpus is not None else Unknown("not said")
        before.append((Known(comment.memory, "the comment"), cpus))
    for memory, cpus in before:
        old = facts._replace(memory=memory, cpus=cpus)
        try:
            if (memory, cpus) != (facts.memory, facts.cpus) and deciding(old, profile).value("max_connections") == asked:
                return True
        except PgfitError:
            continue
    return False


def _with_connections(deciding, facts: Facts, profile: Profile, base: Plan, asked: int, clients: int) -> Plan:  # type: ignore[no-untyped-def]  # noqa: ANN001  as above
    """`base`, or a plan with the file's own max_connections, or with what the clients may open: the most that fits.

    Reading the file again must lead to the same plan: so what a plan without wishes comes to is no wish.
    """

    def tried(wish: Facts) -> Plan | None:
        try:  # whether it fits first: a refusal, with all its ways out, costs more than both plans
            if deciding(wish._replace(allow_overcommit=True), profile).budget.overcommit:
                return None
            made: Plan = deciding(wish, profile)
        except PgfitError:
            return None
        return made

    if clients > base.application_connections:
        base = tried(facts._replace(connections=Known(clients, "what the other services open"))) or base
    planned = base.value("max_connections")
    if asked in {0, planned} or (base.facts.connections != facts.connections and asked < float(planned)):
        return base
    return tried(facts._replace(fixed=MappingProxyType({**facts.fixed, "max_connections": asked}))) or base


def _asked(server: Server, major: int) -> int:
    given = channels.given(server).last("max_connections")
    if given is None:
        return 0
    try:
        return int(float(parse(catalog(major)["max_connections"], given.value)))
    except (BadValue, ValueError):
        return 0


def _texts(server: Server, made: Plan, kept: Mapping[str, str]) -> dict[str, str]:
    """By name in lower case, as the command's own are: PostgreSQL's TimeZone is timezone there."""
    texts: dict[str, str] = {}
    family, there = server.family, channels.given(server)
    preloads_itself = family is not None and bool(family.extensions) and there.last("shared_preload_libraries") is None
    for one in made.settings:
        name = one.setting.name.lower()
        if name in kept or (name == "shared_preload_libraries" and preloads_itself and not one.fixed):
            continue
        text = print_value(one.value)
        given = there.last(name)
        if given is not None and "." not in name:
            try:
                same = parse(one.setting, given.value) == one.value
            except BadValue:
                same = False
            text = given.value if same else text
        texts[name] = text
    return texts
