"""No password of a connection string is ever shown, whatever its shape, and whatever the driver says of it."""

import os

import psycopg
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from running import SECRET, Run

EXAMPLES = int(os.environ.get("PGFIT_FUZZ", "60"))
ADDRESSES = (
    "postgresql://user:@SECRET@db.example:5432/app?sslmode=require",
    "postgres://user:@SECRET@db.example/app",
    "postgresql://db.example/app?user=u&password=@SECRET",
    "postgresql://user:@SECRET@/app?host=/var/run/postgresql",
    "postgresql://user:@SECRET@one:1,two:2/app",
    "host=db.example port=5432 user=u password=@SECRET dbname=app",
    "host=db.example password='@SECRET' dbname=app",
    "password=@SECRET",
    "dbname=app sslpassword=@SECRET sslkey=/k",
    "dbname=postgresql://user:@SECRET@db.example/app",
)
NOISE = ("@", "/", ":", "?", "#", "%", "&", "=", "'", '"', " ", "\\", "[", "]", "//", "%zz", "\n", "\t", "é", "\x00", "--", ",")


@st.composite
def mistyped(draw: st.DrawFn) -> str:
    """An address with some characters too many or too few; the password itself stays in one piece."""
    text = draw(st.sampled_from(ADDRESSES))
    for _ in range(draw(st.integers(0, 4))):
        parts = text.split("@SECRET")
        which = draw(st.integers(0, len(parts) - 1))
        at = draw(st.integers(0, len(parts[which])))
        if draw(st.booleans()):
            parts[which] = parts[which][:at] + draw(st.sampled_from(NOISE)) + parts[which][at:]
        elif parts[which][at : at + 1] != "@":  # without it, what was a password may be a host's name for all anybody knows
            parts[which] = parts[which][:at] + parts[which][at + 1 :]
        text = "@SECRET".join(parts)
    return text.replace("@SECRET", draw(st.sampled_from(("", "a", "@", "/", "p@", "p/", "p#", "p?", "p:", "%"))) + SECRET)


@pytest.fixture
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """A driver that repeats in its message all that it was given, as libpq does with parts of it."""

    def refuse(address: str, **parameters: object) -> None:
        raise psycopg.OperationalError(f"connection to {address!r} with {parameters} failed: FATAL: {SECRET}")

    monkeypatch.setattr(psycopg, "connect", refuse)


@settings(max_examples=5 * EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(address=mistyped())
def test_no_mistyped_address_shows_the_password(address: str, pgfit: Run, talkative: None) -> None:
    """The fixture `pgfit` looks for it in whatever is printed."""
    assume(not address.startswith("-"))  # an option of the command line's, to its parser
    ran = pgfit("audit", address)
    assert ran.code == 2, ran
    assert ran.out == ""


@pytest.mark.parametrize(
    "words",
    [
        ["postgresql://u:my", f"{SECRET}@db/app"],
        [f"postgresql://u:@{SECRET}:@db:5432/app"],
        ["host=db", "password=my", SECRET],
        ["--pasword", SECRET],
        [f"--pasword={SECRET}"],
        [f"-W{SECRET}"],
        ["-p", SECRET],
        [f"--password={SECRET}", "dbname=app"],
        ["--password", SECRET],
        [f"u:{SECRET}@db/app"],
        [f"u:{SECRET}"],
        [SECRET],
    ],
)
def test_a_password_in_the_wrong_place_is_not_repeated(words: list[str], pgfit: Run, talkative: None) -> None:
    ran = pgfit("audit", *words)
    assert ran.code == 2, ran
    assert ran.out == ""


@pytest.mark.parametrize("name", ["PGPASSWORD", "PGOPTIONS", "PGHOST", "PGSSLKEY", "PGDATABASE", "PGPORT"])
def test_a_password_in_the_environment_is_not_repeated(
    name: str, pgfit: Run, talkative: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, f"u:{SECRET}@db")
    assert pgfit("audit").code == 2
