"""What each kind of role sees of a server, what it is told would help, and what others put in a superuser's way."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import psycopg
import pytest
from psycopg import sql

from auditing import asked, execute
from pgfit.audit.budget import Claims, claims_of
from pgfit.audit.running import RunningServer
from pgfit.model import Known
from pgfit.profiles import load
from real_server import RealServer, installed
from running import Run

MAJORS = (13, 14, 15, 16, 17, 18)
FORMATS = ("text", "json", "sarif", "github", "prometheus")
SAMPLE = re.compile(r'pgfit_[a-z_]+\{server="[^"\\\n]*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\} -?\d+(?:\.\d+)?(?:e[+-]\d+)?')
COMMENT = re.compile(r"# (?:HELP|TYPE) (pgfit_[a-z_]+) \S.*")


@pytest.fixture(scope="module", params=MAJORS)
def server(request: pytest.FixtureRequest) -> Iterator[RealServer]:
    if request.param not in installed():
        pytest.skip(f"no PostgreSQL {request.param} here: python tools/fetch_servers.py fetches it")
    with RealServer(installed()[request.param], arguments=["-c", "shared_preload_libraries=pg_stat_statements"]) as made:
        made.start()
        execute(
            made.dsn,
            "CREATE EXTENSION pg_stat_statements",
            "CREATE ROLE plain LOGIN",
            "CREATE ROLE mon LOGIN IN ROLE pg_monitor",
            "CREATE ROLE reader LOGIN IN ROLE pg_read_all_settings",
            "CREATE ROLE files LOGIN IN ROLE pg_read_server_files",
        )
        yield made


def seen_by(server: RealServer, user: str) -> RunningServer:
    return RunningServer(asked(server.dsn, user=user))


# -- formats -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["postgres", "mon", "reader", "plain", "files"])
@pytest.mark.parametrize("form", FORMATS)
def test_every_role_gets_every_format(server: RealServer, user: str, form: str, pgfit: Run) -> None:
    ran = pgfit("audit", f"{server.dsn} user={user}", "--format", form)
    assert ran.code in {0, 1}, ran.err
    assert ran.err == ""
    assert ran.out


def test_the_metrics_are_of_the_exposition_format(server: RealServer, pgfit: Run) -> None:
    lines = pgfit("audit", server.dsn, "--memory", "512M", "--format", "prometheus").out.splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert [line for line in samples if not SAMPLE.fullmatch(line)] == []
    assert [line for line in lines if line.startswith("#") and not COMMENT.fullmatch(line)] == []
    named = [found[1] for line in lines if (found := COMMENT.fullmatch(line))]
    assert len(named) == 2 * len(set(named))  # HELP and TYPE, once each
    assert {line.partition("{")[0] for line in samples} == set(named)
    assert len({line.rpartition(" ")[0] for line in samples}) == len(samples)  # no sample twice
    assert f'pgfit_memory_limit_bytes{{server="{server.root}:54318"}} 536870912' in samples


# -- roles ---------------------------------------------------------------------------------------------------------------


class Sight(NamedTuple):
    libraries: bool = False
    """shared_preload_libraries, which only pg_read_all_settings shows."""
    places: bool = False
    """The file and line of a setting."""
    allocated: bool = False
    """pg_shmem_allocations; before 15 superusers alone."""


@pytest.mark.parametrize(
    ("user", "sight", "grants"),
    [
        ("postgres", Sight(libraries=True, places=True, allocated=True), []),
        ("mon", Sight(libraries=True, places=True, allocated=True), ["pg_read_server_files", "EXECUTE"]),
        ("reader", Sight(libraries=True, places=True), ["pg_monitor", "pg_read_server_files", "EXECUTE"]),
        ("files", Sight(), ["pg_monitor", "EXECUTE"]),
        ("plain", Sight(), ["pg_monitor", "pg_read_server_files", "EXECUTE"]),
    ],
)
def test_a_role_sees_what_is_its_own_and_is_offered_the_rest(
    server: RealServer, user: str, sight: Sight, grants: list[str]
) -> None:
    seen = seen_by(server, user)
    assert ("shared_preload_libraries" in seen.settings) is sight.libraries
    assert seen.place("log_timezone").startswith("postgresql.conf:") is sight.places
    assert seen.answered("shared_memory") is (sight.allocated and (seen.major >= 15 or seen.superuser))
    assert [re.split(r" TO | ON ", grant)[0].removeprefix("GRANT ") for grant in seen.grants()] == grants
    assert isinstance(claims_of(seen, load("web")), Claims)
    assert seen.snapshot.pooled is False


@pytest.mark.parametrize("role", ["granted", 'Dev "Ops"; --'])
def test_the_grants_in_the_report_are_enough(server: RealServer, role: str, pgfit: Run) -> None:
    name = sql.Identifier(role).as_string()
    execute(server.dsn, f"CREATE ROLE {name} LOGIN")
    dsn = psycopg.conninfo.make_conninfo(server.dsn, user=role)
    before = pgfit("audit", dsn).out
    grants = re.findall(r"^    (GRANT .*;)$", before, re.MULTILINE)
    assert len(grants) == 3
    assert "memory limit unknown: the server's role may not read" in before
    execute(server.dsn, *grants)
    after = pgfit("audit", dsn).out
    assert "GRANT" not in after
    assert "may not read" not in after
    assert RunningServer(asked(dsn)).container.texts["/proc/meminfo"].startswith("MemTotal")
    if isinstance(seen_by(server, "postgres").memory, Known):
        assert RunningServer(asked(dsn)).memory == seen_by(server, "postgres").memory


@pytest.mark.parametrize(
    ("function", "lost"),
    [
        ("pg_is_in_recovery()", {"server", "slots", "statements"}),
        ("pg_backend_pid()", {"server", "activity", "statements"}),
        ("pg_ls_waldir()", {"wal_files"}),
        ("pg_postmaster_start_time()", {"server", "statements"}),
        ("pg_database_size(oid)", {"sizes"}),
        ("pg_stat_get_dead_tuples(oid)", {"tables"}),
        ("pg_show_all_settings()", {"settings"}),
    ],
)
def test_a_revoked_function_costs_only_its_own_answers(server: RealServer, function: str, lost: set[str], pgfit: Run) -> None:
    before = asked(server.dsn, user="mon")
    execute(server.dsn, f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC, pg_monitor")
    try:
        after = asked(server.dsn, user="mon")
        for form in FORMATS:
            assert pgfit("audit", f"{server.dsn} user=mon", "--format", form).code in {0, 1}
    finally:
        execute(server.dsn, f"GRANT EXECUTE ON FUNCTION {function} TO PUBLIC")
    assert after.missing.keys() - before.missing.keys() == lost
    assert all("permission denied for function" in after.missing[name] for name in lost - {"statements"})


def test_an_override_of_the_role_that_asks_is_told_as_one(server: RealServer) -> None:
    execute(server.dsn, "CREATE ROLE spender LOGIN", "ALTER ROLE spender SET work_mem = '1GB'")
    seen = seen_by(server, "spender")
    assert seen.settings["work_mem"].source == "user"
    assert {"role": "spender", "name": "work_mem", "value": "1GB"}.items() <= seen.rows("overrides")[-1].items()


# -- traps ---------------------------------------------------------------------------------------------------------------


def test_no_function_of_a_users_runs_as_the_one_who_audits(server: RealServer) -> None:
    """What a search path finds before PostgreSQL's own, or as a better match, would run with a superuser's rights."""
    execute(server.dsn, "CREATE DATABASE trap", "CREATE ROLE owner LOGIN", "ALTER DATABASE trap OWNER TO owner")
    trap = f"{server.dsn} dbname=trap"
    evil = "LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped %', current_user; END $$"
    execute(
        f"{trap} user=owner",
        "CREATE SCHEMA IF NOT EXISTS traps",
        f"CREATE FUNCTION traps.joined(name, name) RETURNS text {evil}",
        "CREATE OPERATOR traps.|| (LEFTARG = name, RIGHTARG = name, FUNCTION = traps.joined)",
        f"CREATE FUNCTION traps.pg_is_in_recovery() RETURNS boolean {evil}",
        f"CREATE FUNCTION traps.current_setting(text) RETURNS text {evil}",
        f"CREATE FUNCTION traps.split_part(text, text, integer) RETURNS text {evil}",
        "CREATE VIEW traps.pg_settings AS SELECT traps.current_setting('x') AS name",
        "CREATE VIEW traps.pg_class AS SELECT traps.current_setting('x') AS relkind",
        "ALTER DATABASE trap SET search_path = traps, pg_catalog",
    )
    with psycopg.connect(trap) as database, pytest.raises(psycopg.errors.RaiseException, match="trapped postgres"):
        database.execute("SELECT pg_is_in_recovery()")  # the trap works
    assert asked(trap).missing == {}
