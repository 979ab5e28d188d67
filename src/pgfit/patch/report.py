"""What was planned and changed, for a person and for a program. No value of the environment is ever in it."""

from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from ..inputs.compose.server import Server
from ..model import Known, Plan
from ..render.summary import warnings
from ..tune import RULES
from ..units import human, print_cpus
from . import channels
from .project import Fate, Patched

__all__ = ["as_document", "as_text", "next_step", "summary_of"]


def summary_of(server: Server) -> str:
    """`db: the official image, PostgreSQL 18`."""
    about = server.family.about if server.family else "an image pgfit does not know"
    version = f", PostgreSQL {server.major.value}" if isinstance(server.major, Known) else ""
    return f"{server.name}: {about}{version}"


def as_text(fate: Fate, *, may_write: bool = True, brief: bool = False) -> Iterator[str]:
    """A paragraph for a server that is not refused; brief where the changed lines follow anyway."""
    yield summary_of(fate.server)
    assert fate.fitted is not None  # noqa: S101  what is not refused was planned
    plan = fate.fitted.plan
    for line in _plan(fate, plan):
        yield from wrap(line, 80, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False, break_long_words=False)
    if not fate.changes:
        yield "  nothing to change: the file says all of this already"
        return
    yield "  changes:" if may_write else "  would change:"
    yield from (f"    {line}" for line in _changes(fate, brief=brief))


def _plan(fate: Fate, plan: Plan) -> Iterator[str]:
    facts, budget = plan.facts, plan.budget
    cpus = f", {print_cpus(facts.cpus.value)} CPU" if isinstance(facts.cpus, Known) else ", CPU limit unknown"
    yield f"limit: {human(facts.memory.value)}{cpus} ({facts.memory.where})"
    fits = f"too much by {human(budget.overcommit)}" if budget.overcommit else "fits"
    yield f"worst case: {human(budget.worst_case)} of {human(budget.limit)}: {fits}"
    yield f"connections: {plan.application_connections} for the application, {plan.reserved_connections} reserved"
    if fate.clients.sessions:
        parts = ", ".join(f"{one.service} {one.sessions}" for one in fate.clients.known)
        over = fate.clients.sessions > plan.application_connections
        yield f"known clients: at least {fate.clients.sessions} ({parts})" + (": MORE than there is room for" if over else "")
    if fate.fitted is not None and fate.fitted.any_major:
        yield "version: unknown; only settings that PostgreSQL 13 to 19 all know, at values that fit each (--postgres says it)"
    if "max_connections" in facts.fixed and fate.fitted is not None and "max_connections" not in fate.fitted.kept:
        yield "the file's max_connections is kept, since it fits; fewer would leave each session more (--connections N)"
    given = fate.server.command.last("config_file")
    if conf := given.value if given is not None else fate.server.family.config_file if fate.server.family else "":
        yield f"what {conf} sets is not read; the command line wins over it"
    if fate.server.limits.replicas > 1:
        yield f"replicas: {fate.server.limits.replicas}, each with a limit and connections of its own"
    there = channels.given(fate.server)
    for name, why in (fate.fitted.kept if fate.fitted else {}).items():
        given = there.last(name)
        if given is not None and given.word.variables:
            yield f"{name} stays {given.value}: {why}" if name in RULES else f"{name} stays: {why}"  # any other may be a secret
    yield from (*warnings(plan), *fate.notes)


def _changes(fate: Fate, *, brief: bool) -> Iterator[str]:
    for name, old, new in fate.settings:
        if old:
            yield f"{name}: {old} → {new}"
    added = [(name, new) for name, old, new in fate.settings if not old]
    if brief and added:
        text = "sets " + ", ".join(f"{name}={new}" for name, new in added)
        yield from wrap(text, 76, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False)
    else:
        yield from (f"{name}: {new}" for name, new in added)
    for other in fate.others:
        yield f"{'.'.join(other.path)}: " + (f"{other.old} → {other.new}" if other.old else other.new)
    for name, value in fate.environment.items():
        yield f"environment {name}: {value}"
    if fate.comment:
        yield "the limits in the comment above the command"


def next_step(patched: Patched) -> str:
    """What makes the new settings run."""
    names = " ".join(one.server.name for one in patched.fates if one.changes)
    return f"docker compose up -d {names}\n      (a restart alone keeps the old command)"


def as_document(patched: Patched, diffs: dict[str, list[str]], *, written: bool) -> dict[str, Any]:
    return {
        "files": [{"path": path, "diff": lines} for path, lines in diffs.items()],
        "written": written,
        "changes": bool(patched.texts),
        "refused": bool(patched.refused),
        "servers": [_server(fate) for fate in patched.fates],
        "left_out": list(patched.left_out),
    }


def _server(fate: Fate) -> dict[str, Any]:
    server = fate.server
    document: dict[str, Any] = {
        "service": server.name,
        "place": server.service.key.place,
        "family": server.family.name if server.family else None,
        "postgres": server.major.value if isinstance(server.major, Known) else None,
        "clients": {"at_least": fate.clients.sessions, "known": {one.service: one.sessions for one in fate.clients.known}},
    }
    if fate.refusal is not None:
        error = fate.refusal
        document |= {
            "status": "refused",
            "message": error.message,
            "error_place": error.place,
            "hint": error.hint,
            "fragment": getattr(error, "fragment", ""),
        }
        return document
    assert fate.fitted is not None  # noqa: S101  as above
    plan = fate.fitted.plan
    reasons = {one.setting.name: one.why for one in plan.settings}
    document |= {
        "status": "changed" if fate.changes else "unchanged",
        "memory": int(plan.facts.memory.value),
        "memory_from": plan.facts.memory.where,
        "cpus": plan.facts.cpus.value if isinstance(plan.facts.cpus, Known) else None,
        "worst_case": int(plan.budget.worst_case),
        "connections": plan.application_connections,
        "settings": [
            {"name": name, "old": old or None, "new": new, "why": reasons.get(name, "")} for name, old, new in fate.settings
        ],
        "others": [{"path": ".".join(one.path), "old": one.old or None, "new": one.new} for one in fate.others],
        "environment": dict(fate.environment),
        "kept": dict(fate.fitted.kept),
        "notes": [*plan.notes, *fate.notes],
    }
    return document
