"""The health check of a server: what it runs, whom it asks, how long it waits.

health(deployment) -> Health, or None without any
commands(health)   -> the simple commands of its test, as far as they can be told
asked(deployment, health) -> whom pg_isready or psql is to ask for
"""

import re
import shlex
from collections.abc import Iterator
from getopt import GetoptError, gnu_getopt
from typing import NamedTuple

from ..inputs.compose.limits import parse_duration
from ..inputs.compose.variables import expand, value
from ..model import Known, Unknown
from ..units import Duration, parse_count
from ..yamltree import Mapping, Node, Scalar, Sequence
from .deployment import Deployment
from .inside import variable

__all__ = ["WITHOUT_ITS_OWN", "Asked", "Health", "asked", "commands", "health", "is_missing", "span"]

WITHOUT_ITS_OWN = frozenset({"official", "pgvector", "postgis", "timescale", "paradedb", "bitnami"})
"""Families whose image surely brings no HEALTHCHECK."""
INTERVAL, RETRIES = Duration(30_000), 3
"""Docker's own."""


class Health(NamedTuple):
    node: Mapping
    test: Node | None
    off: bool
    words: tuple[str, ...]
    """Behind CMD or CMD-SHELL, as written."""
    kind: str
    """What the list begins with; CMD-SHELL for a string."""

    @property
    def shell(self) -> bool:
        return self.kind == "CMD-SHELL"


def health(deployment: Deployment) -> Health | None:
    node = deployment.get("healthcheck")
    if not isinstance(node, Mapping):
        return None
    test, disable = node.get("test"), node.get("disable")
    off = isinstance(disable, Scalar) and disable.text.lower() in {"true", "yes", "on", "y"}
    if isinstance(test, Scalar) and not test.null:
        return Health(node, test, off, (test.text,), "CMD-SHELL")
    words = tuple(one.text for one in test.items if isinstance(one, Scalar)) if isinstance(test, Sequence) else ()
    if not words:
        return Health(node, None, off, (), "")
    return Health(node, test, off or words[0] == "NONE", words[1:], words[0])


def is_missing(deployment: Deployment) -> bool:
    """Whether there surely is none: neither in the file nor in the image."""
    server, found = deployment.server, health(deployment)
    image_has_none = server.family is not None and server.family.name in WITHOUT_ITS_OWN and deployment.get("build") is None
    nothing = (found is None or (found.test is None and not found.off)) and not deployment.project.v1
    return nothing and image_has_none and not server.service.problem and not isinstance(deployment.get("healthcheck"), Sequence)


def span(deployment: Deployment, found: Health) -> tuple[Duration, int, Duration | None] | None:
    """Interval, retries, start_period (None where it is not given); None where one of them is not known."""
    interval, period = (_duration(deployment, found.node.get(name)) for name in ("interval", "start_period"))
    node = found.node.get("retries")
    retries = value(node, deployment.project.variables) if isinstance(node, Scalar) and not node.null else Known("0", "")
    times = parse_count(retries.value) if isinstance(retries, Known) else None
    if isinstance(interval, Unknown) or isinstance(period, Unknown) or times is None:
        return None
    return interval or INTERVAL, times or RETRIES, period


def _duration(deployment: Deployment, node: Node | None) -> Duration | Unknown | None:
    if not isinstance(node, Scalar) or node.null:
        return None
    known = value(node, deployment.project.variables)
    try:
        return parse_duration(known.value) if isinstance(known, Known) else known
    except ValueError:
        return Unknown("it is no duration")


_OPERATOR = re.compile(r"[();<>|&]+")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_BEFORE = frozenset({"!", "{", "if", "then", "exec", "command"})
_SHELLS = frozenset({"sh", "bash", "ash", "/bin/sh", "/bin/bash"})


def commands(found: Health, known: dict[str, str] | None = None) -> list[list[str]] | Unknown:
    """Each with its words, assignments before it among them. With `known`, the container's variables are put in."""
    if not found.shell:
        return _of_shell(found.words[2], known) if _runs_shell(list(found.words)) else [list(found.words)]
    return _of_shell(found.words[0], known) if found.words else []


def _of_shell(text: str, known: dict[str, str] | None) -> list[list[str]] | Unknown:
    if known is not None:
        made = expand(text, known)
        if made.problem or ("$" in text and "'" in text):
            return Unknown("only a shell can tell what it runs")
        text = made.text
    lexer = shlex.shlex(text.replace("\n", ";"), posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        tokens = list(lexer)
    except ValueError:
        return Unknown("only a shell can tell what it runs")
    made_up: list[list[str]] = [[]]
    for token in tokens:
        if _OPERATOR.fullmatch(token):
            if token[0] in "<>" and made_up[-1] and made_up[-1][-1] in {"1", "2"}:
                made_up[-1].pop()
            made_up.append([] if token[0] not in "<>" else ["", token])
        else:
            made_up[-1].append(token)
    out: list[list[str]] = []
    for words in made_up:
        while words and words[0] in _BEFORE:
            words.pop(0)
        if _runs_shell(words):
            inner = _of_shell(words[2], known)
            if isinstance(inner, Unknown):
                return inner
            out += inner
        elif words and words[0]:
            out.append(words)
    return out


def _runs_shell(words: list[str]) -> bool:
    return len(words) > 2 and words[0] in _SHELLS and words[1] == "-c"


class Asked(NamedTuple):
    """What one pg_isready or psql asks for; None where it does not say."""

    program: str
    user: str | None
    database: str | None
    host: str | None


_PG_ISREADY = ("d:h:p:qt:U:V?", ["dbname=", "host=", "port=", "quiet", "timeout=", "username=", "version", "help"])
_PSQL = (
    "aAbc:d:eEf:F:h:HlL:no:p:P:qR:sStT:U:v:VwWxXz01?",
    ["command=", "dbname=", "file=", "host=", "port=", "quiet", "tuples-only", "no-align", "username=", "no-password", "password",
     "no-psqlrc", "set=", "variable=", "pset=", "single-transaction", "output=", "list", "version"],
)  # fmt: skip
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def asked(deployment: Deployment, found: Health) -> list[Asked]:
    """Those that can be told wholly; a health check with a wrapper, a variable or a connection string in it gives none."""
    words = [expand(one, deployment.project.variables) for one in found.words]
    if (found.shell and len(words) != 1) or any(one.unset or one.problem for one in words):
        return []
    here = found._replace(words=tuple(one.text for one in words))
    known: dict[str, str] = {}
    for name in re.findall(r"\$\{?([A-Za-z_]\w*)", " ".join(here.words)) if found.shell or _runs_shell(list(here.words)) else []:
        inside = variable(deployment, name)
        if isinstance(inside, Unknown):
            return []
        if inside.value:
            known[name] = inside.value
    run = commands(here, known)
    return [one for words in run for one in _asked(deployment, words)] if not isinstance(run, Unknown) else []


def _asked(deployment: Deployment, words: list[str]) -> Iterator[Asked]:
    said = {}
    while words and _ASSIGNMENT.match(words[0]):
        name, _, text = words[0].partition("=")
        said[name], words = text, words[1:]
    program = words[0].rpartition("/")[2] if words else ""
    if program not in {"pg_isready", "psql"}:
        return
    short, long = _PG_ISREADY if program == "pg_isready" else _PSQL
    try:
        options, rest = gnu_getopt(words[1:], short, long)
    except GetoptError:
        return
    given = {name: text for name, text in options if text}
    outside = {name: variable(deployment, name) for name in ("PGUSER", "PGDATABASE", "PGHOST", "PGSERVICE")}
    if any(isinstance(one, Unknown) for one in outside.values()):
        return
    said = {**{name: one.value for name, one in outside.items() if isinstance(one, Known)}, **said}
    database = given.get("-d") or given.get("--dbname") or next(iter(rest), "") or said["PGDATABASE"]
    user = given.get("-U") or given.get("--username") or next(iter(rest[1:]), "") or said["PGUSER"]
    host = given.get("-h") or given.get("--host") or said["PGHOST"]
    elsewhere = host and host not in _HERE and not host.startswith("/")
    if said["PGSERVICE"] or re.search(r"[=?]|://", database) or elsewhere or deployment.server.refusal:
        return
    yield Asked(program, user or None, database or None, host or None)
