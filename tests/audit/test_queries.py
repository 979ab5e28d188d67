"""What the queries bring from real servers of every major, where the answer is more than a column of a view."""

from collections.abc import Iterator

import pytest

from auditing import asked, execute
from pgfit.audit.record import Snapshot
from pgfit.audit.running import RunningServer
from pgfit.units import MB, Bytes
from real_server import RealServer, installed

SECRET = "Hush"  # noqa: S105  what must not come
ARGUMENTS = (
    *("-c", "shared_preload_libraries=pg_stat_statements"),
    *("-c", "autovacuum=off"),
    *("-c", f"archive_command=/bin/{SECRET}"),
    *("-c", f"app.token={SECRET}"),
    *("-c", "work_mem=8MB"),
    *("-c", "work_mem=16MB"),
    "-chash_mem_multiplier=1",
    "--jit=off",
    "--maintenance-work-mem=33MB",
)
BESIDE_IT = "dbname=beside"


@pytest.fixture(scope="module", params=[13, 14, 15, 16, 17, 18])
def seen(request: pytest.FixtureRequest) -> Iterator[Snapshot]:
    if request.param not in installed():
        pytest.skip(f"no PostgreSQL {request.param} here: python tools/fetch_servers.py fetches it")
    with RealServer(installed()[request.param], arguments=ARGUMENTS) as made:
        made.start()
        execute(made.dsn, "CREATE DATABASE beside")
        most = ", autovacuum_vacuum_max_threshold = 7000" if request.param >= 18 else ""
        execute(
            f"{made.dsn} {BESIDE_IT}",
            'CREATE SCHEMA "Odd one"',
            'CREATE EXTENSION pg_stat_statements SCHEMA "Odd one"',
            f"CREATE TABLE own (id int) WITH (autovacuum_vacuum_threshold = 100, autovacuum_vacuum_scale_factor = 0.02{most})",
            "CREATE TABLE plain (id int)",
            "INSERT INTO own SELECT generate_series(1, 3000)",
            "INSERT INTO plain SELECT generate_series(1, 2000)",
            "DELETE FROM own",
            "DELETE FROM plain",
            f"SELECT count(*), '{SECRET}' FROM (SELECT generate_series(1, 1000000) ORDER BY 1 DESC) AS sorted",
            *(f"ALTER ROLE postgres SET {name} = {value}" for name, value in (("work_mem", "'64MB'"), ("jit", "on"))),
            "ALTER DATABASE beside SET hash_mem_multiplier = 3" if request.param > 14 else "ALTER DATABASE beside SET jit = on",
        )
        yield asked(f"{made.dsn} {BESIDE_IT}")


def test_flags_under_the_settings_of_a_role_are_told_and_no_other(seen: Snapshot) -> None:
    assert [(row["name"], row["value"]) for row in seen.rows["flags"]] == [
        ("work_mem", "8MB"),
        ("work_mem", "16MB"),
        ("hash_mem_multiplier", "1"),
        ("jit", "off"),
        ("maintenance_work_mem", "33MB"),
    ]
    server = RunningServer(seen)
    assert server.settings["work_mem"].source == "user"
    assert (server.value("work_mem"), server.value("jit"), server.value("hash_mem_multiplier")) == (Bytes(16 * MB), False, 1.0)
    assert SECRET not in str(seen)


def test_storage_parameters_of_tables_come_as_they_were_written(seen: Snapshot) -> None:
    columns = ("table", "own_threshold", "own_scale_factor", "own_max_threshold")
    assert [tuple(row[one] for one in columns) for row in seen.rows["tables"]] == [
        ("public.own", "100", "0.02", "7000" if seen.major >= 18 else None),
        ("public.plain", None, None, None),
    ]


def test_statements_come_without_their_texts_from_whatever_schema(seen: Snapshot) -> None:
    (row, *_) = seen.rows["statements"]
    assert set(row) == {"id", "calls", "temp_bytes", "role"}
    assert isinstance(row["temp_bytes"], int)
    assert row["temp_bytes"] > 1_000_000
