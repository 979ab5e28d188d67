"""One connection, one transaction that only reads, one round trip for all questions. The only file that knows psycopg.

The questions go out together in libpq's pipeline mode. Each is followed by a synchronisation and a return to the
savepoint, so that a denial costs its own answer only; and nothing waits for an answer before the last is sent.
"""

import os
import re
import select
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg import conninfo, pq

from ..errors import PgfitError
from .failures import could_not_connect, unreadable_address
from .questions import EXTENSIONS, SECRET, Question, questions
from .record import Row, Scalar, Snapshot

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

__all__ = ["Connection", "connect", "take"]

BOOL, INTEGERS, FLOATS = 16, {20, 21, 23, 26}, {700, 701, 1700}
"""Oids of types, which never change."""
PLAIN = re.compile(r"[\w./:, -]{1,200}", re.ASCII)
"""A host, a path, a service: told only where it looks like one. What was typed in the wrong place may be a password."""
OPEN = ("BEGIN READ ONLY", "SET LOCAL search_path = pg_catalog, pg_temp")
"""Before anything is asked: nobody's functions, operators and views but PostgreSQL's. pgfit may be a superuser."""
NARROW = ("SET LOCAL jit = off", "SET LOCAL max_parallel_workers_per_gather = 0")
"""After pg_settings was read: no more memory or processors than needed."""
WAIT_FOR_LOCKS = 500
"""Milliseconds for each question, but never so many that all of them together run out of patience."""
PATIENCE = 2
"""How often the time of one question all of them together may take, before the server counts as hanging."""


class Connection(NamedTuple):
    """An open connection, and what to call it."""

    raw: "psycopg.Connection[tuple[object, ...]]"
    where: str


def connect(address: str, parameters: Mapping[str, str], *, seconds: float) -> Connection:
    """Connect by libpq's conventions; `parameters` win over the address. Raises PgfitError, never with a secret in it."""
    try:
        typed = conninfo.conninfo_to_dict(address)
    except UnicodeError:  # %db of a password, say, which is no letter
        raise unreadable_address("") from None
    except psycopg.Error as error:
        raise unreadable_address(str(error)) from None
    spilled = "@" in f"{typed.get('host')}{typed.get('port')}{typed.get('dbname')}" or "?" in str(typed.get("user"))
    if spilled or "\0" in address:  # of a password with such a character in it, a part became the host
        raise unreadable_address("") from None
    named = {**typed, **parameters}
    where = _where(named)
    settings = {"client_encoding": "UTF8", "application_name": "pgfit", "connect_timeout": max(2, int(seconds))}
    if "options" not in typed:
        settings["options"] = ""  # PGOPTIONS is for psql's sessions; poolers refuse it
    try:
        raw = psycopg.connect(address, autocommit=True, prepare_threshold=None, **{**settings, **parameters})  # type: ignore[arg-type]  # any keyword of libpq's
    except psycopg.Error as error:
        raise could_not_connect(str(error), error.sqlstate, where) from None
    except UnicodeError as error:  # a name that no host can have: `..`, or more than 63 characters between two dots
        raise could_not_connect(str(error), None, where) from None
    return Connection(raw, where)


def _where(named: Mapping[str, object]) -> str:
    def said(keyword: str, variable: str, otherwise: str) -> str:
        return str(named.get(keyword) or os.environ.get(variable) or otherwise)

    if service := named.get("service") or os.environ.get("PGSERVICE"):
        return f"service {service}" if PLAIN.fullmatch(str(service)) else "the service"
    host, port = said("host", "PGHOST", "local socket"), said("port", "PGPORT", "5432")
    return f"{host if PLAIN.fullmatch(host) else 'the host'}:{port if port.isdigit() else 'its port'}"


def take(connection: Connection, *, seconds: float, names: tuple[str, ...] = (), statement_texts: bool = False) -> Snapshot:
    """Ask everything, or only what is named. Raises PgfitError where the server goes away or hangs."""
    raw, started = connection.raw.pgconn, time.monotonic()
    number = raw.server_version
    if number < 80000:  # pgbouncer tells its own version
        what, hint = "that is a pooler's own console", "name the database behind it: dbname=…"
        raise PgfitError(what, hint=hint, place=connection.where)
    if number < 130000:
        what = f"PostgreSQL {number // 10000}.{number % 10000} is older than pgfit knows"
        raise PgfitError(what, hint="pgfit audits 13 and later", place=connection.where)
    asked = questions(number // 10000, names)
    rows, missing = _ask(connection, asked, seconds)
    first = rows.get("server", ({},))[0]
    schema = first.get("statements_schema")
    if isinstance(schema, str) and not names:
        more = questions(number // 10000, ("statements_texts" if statement_texts else "statements",))
        named = [one._replace(name="statements", sql=one.sql.replace("schema_of_it", _quoted(schema))) for one in more]
        found, denied = _ask(connection, named, seconds)
        rows, missing = {**rows, **found}, {**missing, **denied}
    elif "server" in missing and not names:
        missing["statements"] = "whether pg_stat_statements is installed is not known"
    info = connection.raw.info
    return Snapshot(
        taken_at=datetime.now(UTC).isoformat(timespec="seconds"),
        version_num=number,
        server={"host": info.host, "port": str(info.port), "database": info.dbname, "user": info.user},
        rows=rows,
        missing=missing,
        pooled="pid" in first and first["pid"] != raw.backend_pid,
        milliseconds=(time.monotonic() - started) * 1000,
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _ask(connection: Connection, asked: Sequence[Question], seconds: float) -> tuple[dict[str, tuple[Row, ...]], dict[str, str]]:
    """All questions in one go. A question that fails is missing, with what the server said of it."""
    limit = int(seconds * 1000)
    times = (f"SET LOCAL statement_timeout = {limit}", f"SET LOCAL lock_timeout = {min(WAIT_FOR_LOCKS, limit // 10)}")
    script: list[tuple[str, Question | None]] = [(sql, None) for sql in (*OPEN, *times)]
    narrowed = False
    for one in asked:
        if one.name not in {"server", "settings"} and not narrowed:
            script += [(sql, None) for sql in NARROW]
            narrowed = True
        script.append(("SAVEPOINT pgfit", None))
        if one.milliseconds is not None:
            script.append((f"SET LOCAL statement_timeout = {min(limit, one.milliseconds)}", None))
        script += [(one.sql, one), ("ROLLBACK TO SAVEPOINT pgfit", None)]
    script.append(("ROLLBACK", None))
    rows: dict[str, tuple[Row, ...]] = {}
    missing: dict[str, str] = {}
    for (_, question), result in zip(script, _pipeline(connection, script, PATIENCE * seconds), strict=True):
        if question is None:
            continue
        if result.status == pq.ExecStatus.TUPLES_OK:
            rows[question.name] = _rows(result)
        else:
            missing[question.name] = _why_not(result)
    if not rows:
        said = next(iter(missing.values()), "nothing was answered")
        raise PgfitError(f"the server answers no question: {said}", hint="its log tells more", place=connection.where)
    return rows, missing


def _pipeline(connection: Connection, script: Sequence[tuple[str, Question | None]], seconds: float) -> "list[PGresult]":
    raw = connection.raw.pgconn
    hidden, extensions = _array(SECRET), _array(EXTENSIONS)
    try:
        raw.nonblocking = 1
        raw.enter_pipeline_mode()
        for sql, question in script:
            raw.send_query_params(sql.encode(), [hidden, extensions] if question and question.has_parameters else None)
            raw.pipeline_sync()
    except psycopg.Error:  # it was closed since the last time
        raise _gone(connection) from None
    results: list[PGresult] = []
    end = time.monotonic() + seconds
    while len(results) < len(script):
        _exchange(connection, end)
        while not raw.is_busy() and len(results) < len(script):
            result = raw.get_result()
            if result is None or result.status == pq.ExecStatus.PIPELINE_SYNC:
                if raw.status == pq.ConnStatus.BAD:
                    raise _gone(connection)
                continue
            results.append(result)
    while not _drained(connection, end):
        pass
    raw.exit_pipeline_mode()
    return results


def _drained(connection: Connection, end: float) -> bool:
    """Read the last synchronisation."""
    raw = connection.raw.pgconn
    while not raw.is_busy():
        result = raw.get_result()
        if result is not None and result.status == pq.ExecStatus.PIPELINE_SYNC:
            return True
        if raw.status == pq.ConnStatus.BAD:
            raise _gone(connection)
    _exchange(connection, end)
    return False


def _exchange(connection: Connection, end: float) -> None:
    """Wait until something can be sent or read, and do it. Raises PgfitError where nothing comes until `end`."""
    raw = connection.raw.pgconn
    try:
        left = raw.flush()
        ready = select.select([raw.socket], [raw.socket] if left else [], [], max(0.0, end - time.monotonic()))
        if not any(ready):
            raise PgfitError(
                "the server took the questions and does not answer",
                hint="it may be out of memory, frozen, or waiting for its disk; --timeout gives it more time",
                place=connection.where,
            )
        if ready[0]:
            raw.consume_input()
    except psycopg.Error:
        raise _gone(connection) from None


def _gone(connection: Connection) -> PgfitError:
    return PgfitError(
        "the server closed the connection while it was read",
        hint="it stopped, crashed, or ended this session; its log tells why, the kernel's log whether it was killed",
        place=connection.where,
    )


def _array(names: Sequence[str]) -> bytes:
    return ("{" + ",".join(names) + "}").encode()


def _rows(result: "PGresult") -> tuple[Row, ...]:
    columns = range(result.nfields)
    names = [(result.fname(one) or b"?").decode(errors="replace") for one in columns]
    types = [result.ftype(one) for one in columns]
    return tuple(
        {names[one]: _scalar(result.get_value(row, one), types[one]) for one in columns} for row in range(result.ntuples)
    )


def _scalar(value: bytes | None, oid: int) -> Scalar:
    if value is None:
        return None
    if oid == BOOL:
        return value == b"t"
    if oid in INTEGERS:
        return int(value)
    if oid in FLOATS:
        number = float(value)
        return number if number == number and abs(number) != float("inf") else None  # noqa: PLR0124  NaN
    return value.decode(errors="replace")


def _why_not(result: "PGresult") -> str:
    """What the server said, in a line; its own words name objects of its own, never what a user typed."""
    state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
    said = (result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or b"").decode(errors="replace")
    if state == "57014":
        return "it took longer than it was given"
    return " ".join(said.split())[:200] or "no answer"
