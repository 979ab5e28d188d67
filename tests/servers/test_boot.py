"""What pgfit prints is what real servers accept, start with, and then really run."""

import shlex
from itertools import product
from pathlib import Path

import psycopg
import pytest
import yaml

from pgfit.catalog import catalog
from pgfit.catalog.values import parse
from pgfit.model import Plan
from pgfit.profiles import names
from pgfit.render import render
from pgfit.render.flags import arguments
from pgfit.units import MB
from planning import plan_for
from real_server import RealServer, installed

SIZES = (("64M", "0.25"), ("96M", "2"), ("256M", "0.3"), ("1G", "1"), ("4G", "2"), ("64G", "32"), ("4096G", "512"))
GRID = list(product(names(), SIZES))


@pytest.mark.parametrize(("profile", "size"), GRID)
def test_every_profile_at_every_size_is_accepted(server: tuple[int, RealServer], profile: str, size: tuple[str, str]) -> None:
    """And from 15 on the server's own answer of its shared memory is within one percent of the budget's."""
    major, real = server
    made = plan_for(*size, profile, postgres=major)
    if major < 15:
        blocks = int(real.ask("shared_buffers", arguments(made)).removesuffix("MB").removesuffix("GB") or 0)
        assert blocks > 0
        return
    answer = int(real.ask("shared_memory_size", arguments(made)).removesuffix("MB")) * MB
    charged = next(part.size for part in made.budget.parts if part.name == "static_shared_memory")
    assert -0.005 * answer <= charged - answer + MB  # its answer is rounded up to a whole MB
    assert charged - answer <= 0.01 * answer + MB


@pytest.mark.parametrize(
    "wishes",
    [
        ("wal_buffers=16MB", "max_prepared_transactions=50", "max_locks_per_transaction=256"),
        ("max_worker_processes=64", "max_wal_senders=0", "track_activity_query_size=16kB"),
        ("shared_buffers=100000", "max_connections=37", "autovacuum_max_workers=7"),
        ("max_parallel_workers=3", "max_parallel_workers_per_gather=3", "jit=on"),
    ],
)
def test_fixed_settings_are_in_the_budgets_shared_memory(server: tuple[int, RealServer], wishes: tuple[str, ...]) -> None:
    major, real = server
    made = plan_for("2G", "1", postgres=major, settings=wishes)
    if major < 15:
        pytest.skip(f"PostgreSQL {major} cannot say its shared memory without starting")
    answer = int(real.ask("shared_memory_size", arguments(made)).removesuffix("MB")) * MB
    charged = next(part.size for part in made.budget.parts if part.name == "static_shared_memory")
    assert answer * 0.995 - MB <= charged <= answer * 1.01 + MB


def running(dsn: str) -> dict[str, str]:
    with psycopg.connect(dsn, autocommit=True) as db:
        return dict(db.execute("select name, current_setting(name) from pg_settings").fetchall())


def differing(made: Plan, seen: dict[str, str]) -> dict[str, tuple[object, str]]:
    """What does not run as planned: name -> planned, running."""
    known = catalog(made.facts.postgres)
    pairs = {one.setting.name: (one.value, seen[one.setting.name]) for one in made.settings}
    return {name: pair for name, pair in pairs.items() if parse(known[name], pair[1]) != pair[0]}


@pytest.mark.parametrize("profile", ["web", "analytics", "ci"])
def test_a_server_started_with_the_flags_runs_them(server: tuple[int, RealServer], profile: str) -> None:
    major, real = server
    made = plan_for("1G", "4", profile, postgres=major, volume_size="20G")
    real.arguments = shlex.split(render(made, "flags"))
    try:
        real.start()
        assert differing(made, running(real.dsn)) == {}
    finally:
        real.stop()
        real.arguments = []


@pytest.mark.parametrize("major", [13, 16, 18])
def test_a_server_started_with_the_conf_runs_it(major: int) -> None:
    if major not in installed():
        pytest.skip(f"no PostgreSQL {major} here: python tools/fetch_servers.py fetches it")
    made = plan_for("256M", "0.3", postgres=major)
    with RealServer(installed()[major], conf=render(made, "conf")) as real:
        real.start()
        assert differing(made, running(real.dsn)) == {}


def test_the_sql_runs_and_takes_effect_after_a_restart(running_18: object, database: psycopg.Connection[tuple[object]]) -> None:
    """Also one value of each awkward kind: lists with and without names, a trailing blank, a quote."""
    real = running_18.server  # type: ignore[attr-defined]
    awkward = (
        'search_path="$user", public',
        "log_destination=stderr,csvlog",
        "application_name=it's",
        "log_line_prefix=%m [%p] ",
        "unix_socket_permissions=0700",
    )
    made = plan_for("512M", "1", settings=awkward)
    with psycopg.connect(real.dsn, autocommit=True) as db:
        for statement in render(made, "sql").split(";\n"):
            db.execute(statement)
    real.stop()
    real.start()
    try:
        seen = running(real.dsn)
        assert seen["search_path"] == '"$user", public'
        assert seen["log_line_prefix"].startswith("%m [%p]")
        seen["application_name"] = "it's"  # a connection sets its own
        assert differing(made, seen) == {}
    finally:
        with psycopg.connect(real.dsn, autocommit=True) as db:
            db.execute("alter system reset all")
        real.stop()
        real.start()


@pytest.mark.parametrize("form", ["docker", "compose"])
def test_the_container_formats_carry_the_same_arguments(server: tuple[int, RealServer], form: str) -> None:
    major, real = server
    made = plan_for("256M", "0.5", postgres=major)
    text = render(made, form)
    if form == "docker":
        words = shlex.split(text)
        given = words[words.index(f"postgres:{major}") + 1 :]
    else:
        given = yaml.safe_load(text)["services"]["postgres"]["command"][1:]
    assert given == arguments(made)
    assert real.ask("max_connections", given) == str(made.value("max_connections"))


def test_preloaded_extensions_of_the_servers_own_start() -> None:
    made = plan_for("512M", "1", extensions=("pg_stat_statements", "pg_prewarm", "auto_explain"))
    with RealServer(installed()[18], arguments=arguments(made)) as real:
        real.start()
        libraries = running(real.dsn)["shared_preload_libraries"]
        assert libraries == "pg_stat_statements,pg_prewarm,auto_explain"


def test_a_leader_whose_workers_never_come_keeps_to_its_own_work_mem(server: tuple[int, RealServer]) -> None:
    """A parallel hash join would fill the work_mem of all of them; so it is off, unless it is paid for."""
    major, real = server
    made = plan_for("4G", "16", "analytics", postgres=major)
    real.arguments = arguments(made)
    try:
        real.start()
        with psycopg.connect(real.dsn, autocommit=True) as db:
            db.execute("create temp table one as select g as id, md5(g::text) as word from generate_series(1, 1500000) g")
            db.execute("analyze one")
            db.execute("create table two as select * from one")
            db.execute("analyze two")
            for setting in (
                "max_parallel_workers = 0",
                "max_parallel_workers_per_gather = 4",
                "min_parallel_table_scan_size = 0",
            ):
                db.execute(f"set {setting}")
            for setting in ("parallel_setup_cost = 0", "parallel_tuple_cost = 0", "enable_mergejoin = off", "work_mem = '4MB'"):
                db.execute(f"set {setting}")
            row = db.execute("explain (analyze, format json) select count(*) from two a join two b using (id)").fetchone()
            assert row
            todo = [row[0][0]["Plan"]]
            nodes = []
            while todo:
                nodes.append(todo.pop())
                todo += nodes[-1].get("Plans", [])
            assert any(node["Node Type"] == "Gather" and node["Workers Launched"] == 0 for node in nodes)
            (table,) = [node for node in nodes if node["Node Type"] == "Hash"]
            assert table["Peak Memory Usage"] <= 4096  # kB; with parallel hash some 16 MB
            db.execute("drop table two")
    finally:
        real.stop()
        real.arguments = []


def test_the_catalog_is_what_the_servers_say(server: tuple[int, RealServer]) -> None:
    """The settings of this major, by name; build differences apart, a stale catalog shows here."""
    major, real = server
    try:
        real.start()
        names_seen = set(running(real.dsn))
    finally:
        real.stop()
    assert set(catalog(major)) == names_seen


def test_the_fetching_tool_knows_every_major_that_can_be_had() -> None:
    text = (Path(__file__).parents[2] / "tools" / "fetch_servers.py").read_text()
    assert all(f"{major}: " in text for major in (14, 15, 16, 17, 18))
