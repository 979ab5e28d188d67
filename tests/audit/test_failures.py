"""What libpq and servers say, and what a person reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgfit.audit.failures import could_not_connect, unreadable_address


@pytest.mark.parametrize(
    ("said", "state", "told"),
    [
        ('FATAL:  password authentication failed for user "x"', None, "the password was not accepted"),
        ("fe_sendauth: no password supplied", None, "a password is needed"),
        (
            'FATAL:  no pg_hba.conf entry for host "1.2.3.4", user "x", database "y", no encryption',
            None,
            "the server wants TLS from here",
        ),
        (
            'FATAL:  no pg_hba.conf entry for host "1.2.3.4", user "x", database "y", SSL encryption',
            None,
            "the server does not let this user in",
        ),
        ('FATAL:  role "x" does not exist', None, "there is no such role"),
        ('FATAL:  database "x" does not exist', None, "there is no such database"),
        ("FATAL:  permission denied for database x", None, "the role may not connect to this database"),
        ("FATAL:  sorry, too many clients already", None, "all connections are taken"),
        (
            "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
            None,
            "all connections are taken",
        ),
        ("FATAL:  the database system is starting up", None, "the server is starting up"),
        ("FATAL:  the database system is in recovery mode", None, "the server is starting up, or recovering from a crash"),
        ("FATAL:  the database system is shutting down", None, "the server is shutting down"),
        ("server does not support SSL, but SSL was required", None, "the server has no TLS"),
        ('root certificate file "/x/root.crt" does not exist', None, "TLS was refused"),
        ("SSL error: certificate verify failed", None, "TLS was refused"),
        ("connection timeout expired", None, "the server did not answer in time"),
        ("could not translate host name to address: Name or service not known", None, "the host is not known"),
        (
            'connection to server on socket "/x/.s.PGSQL.5432" failed: No such file or directory',
            None,
            "no server listens on that socket",
        ),
        ("connection to server at x failed: Connection refused", None, "no server listens there"),
        ("encoding with 'idna' codec failed (UnicodeError: label empty or too long)", None, "the host is not known"),
        ("'idna' codec can't encode character '\\x2e' in position 0: label empty", None, "the host is not known"),
        ("FATAL:  unsupported startup parameter: options", None, "what answers is no PostgreSQL server, or a pooler"),
        ("server closed the connection unexpectedly", None, "the server closed the connection"),
        ("anything", "28P01", "the password was not accepted"),
        ("anything", "57P03", "the server is starting up"),
        ("anything", "53300", "all connections are taken"),
        ("quelque chose", None, "no connection"),
    ],
)
def test_what_is_told(said: str, state: str | None, told: str) -> None:
    error = could_not_connect(said, state, "h:5432")
    assert error.message.startswith(told)
    assert error.hint
    assert str(error).startswith("h:5432: ")


@given(
    st.text(min_size=12),
    st.sampled_from(["{}", "FATAL: {} starting up", 'invalid connection option "{}"', "x {} timeout expired"]),
)
def test_nothing_of_a_message_is_repeated(secret: str, form: str) -> None:
    said = form.format(secret)
    for error in (could_not_connect(said, None, "h"), unreadable_address(said)):
        assert secret not in f"{error} {error.hint}"


def test_a_mistyped_keyword_is_guessed() -> None:
    assert unreadable_address('invalid connection option "pasword"').message.endswith("an unknown keyword, password perhaps")
