"""Why a server could not be asked, in words. libpq's own message is never shown whole: it may quote what was typed."""

import re
from collections.abc import Mapping

from ..errors import PgfitError, nearest

__all__ = ["could_not_connect", "unreadable_address"]

KEYWORDS = ("host", "hostaddr", "port", "dbname", "user", "password", "service", "sslmode", "sslrootcert", "connect_timeout")
"""Those of libpq that are mistyped."""
BY_STATE: Mapping[str, tuple[str, str]] = {
    "28P01": ("the password was not accepted", "check it: PGPASSWORD, ~/.pgpass, or let --password ask for it"),
    "28000": ("the server does not let this user in from here", "see pg_hba.conf on the server, and try another user=…"),
    "3D000": ("there is no such database", "name one that exists: pgfit audit dbname=postgres"),
    "42501": ("the role may not connect to this database", "GRANT CONNECT ON DATABASE … TO …"),
    "53300": ("all connections are taken", "free one, or connect as superuser, for whom some are reserved"),
    "57P03": ("the server is starting up, or recovering from a crash", "try again in a moment; its log tells how far it is"),
    "57P01": ("the server is shutting down", "try again when it is back"),
    "57P02": ("the server crashed and is restarting", "try again in a moment, and read its log"),
    "08P01": ("what answers is no PostgreSQL server, or a pooler that does not take this", "check host and port"),
}
"""By SQLSTATE."""

BY_TEXT: tuple[tuple[str, str, str], ...] = (
    (r"no password supplied", "a password is needed", "PGPASSWORD, ~/.pgpass, or --password, which asks for it"),
    (r"password authentication failed|SASL|authentication failed", *BY_STATE["28P01"]),
    (r"no pg_hba\.conf entry.*no encryption", "the server wants TLS from here", "sslmode=require"),
    (r"no pg_hba\.conf entry|pg_hba\.conf rejects|is not permitted to log in|no such user", *BY_STATE["28000"]),
    (r'role ".*" does not exist', "there is no such role", "name another: user=postgres, or PGUSER"),
    (r'database ".*" (does not exist|is not currently accepting)|no such database', *BY_STATE["3D000"]),
    (r"permission denied for database", *BY_STATE["42501"]),
    (r"too many (clients|connections)|remaining connection slots|no more connections allowed", *BY_STATE["53300"]),
    (r"shutting down", *BY_STATE["57P01"]),
    (r"hot standby mode is disabled", "this standby takes no connections", "hot_standby = on, or ask its primary"),
    (r"starting up|in recovery mode|not (yet )?accepting connections", *BY_STATE["57P03"]),
    (r"server does not support SSL", "the server has no TLS", "sslmode=prefer, where the network may be trusted"),
    (r"certificate|root\.crt|SSL error|tlsv1", "TLS was refused", "check sslmode and sslrootcert"),
    (r"unsupported startup parameter|protocol|bouncer config error", *BY_STATE["08P01"]),
    (r"timeout expired|timed out", "the server did not answer in time", "check host and port, or allow more with --timeout"),
    (r"could not translate host name|Name or service not known|Temporary failure|'idna' codec", "the host is not known",
     "check its name"),
    (r"definition of service .* not found|service file", "that service is in no service file", "see ~/.pg_service.conf"),
    (r"No such file or directory", "no server listens on that socket", "is it running? In a container: add host=localhost"),
    (r"Connection refused", "no server listens there", "is it running, and is the port published?"),
    (r"Permission denied", "the socket may not be opened", "connect as the user it belongs to, or over TCP: host=localhost"),
    (r"unreachable|No route to host", "the host cannot be reached", "check the network"),
    (r"closed the connection unexpectedly|reset by peer|could not receive|could not send", "the server closed the connection",
     "is it PostgreSQL that listens there? Its log tells more"),
)  # fmt: skip
"""By what libpq or the server said, the first that fits."""


def could_not_connect(message: str, state: str | None, where: str) -> PgfitError:
    """The error to raise for a connection that failed; `where` says what was connected to, without a secret."""
    if found := BY_STATE.get(state or ""):
        return PgfitError(found[0], hint=found[1], place=where)
    for pattern, what, hint in BY_TEXT:
        if re.search(pattern, message, re.IGNORECASE):
            return PgfitError(what, hint=hint, place=where)
    return PgfitError("no connection", hint="check host, port, user and database; the server's log tells more", place=where)


def unreadable_address(message: str) -> PgfitError:
    """The error for a connection string that libpq cannot read: it may be all password, so nothing of it is repeated."""
    said = re.match(r'invalid (?:connection option|URI query parameter):? "([a-z_]{1,30})"', message)
    guess = nearest(said[1], KEYWORDS) if said else ""
    why = (": an unknown keyword" + (f", {guess} perhaps" if guess else "")) if said else ""
    hint = "write postgresql://user@host:5432/database or 'host=… dbname=…'; special characters of a password as %40, %2F, %25"
    return PgfitError(f"the connection string cannot be read{why}", hint=hint, place="DSN")
