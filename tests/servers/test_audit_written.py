"""The proof that an audit only reads: by the server's own log, its counters, and the sessions it counted."""

import re
import time
from collections.abc import Iterator

import psycopg
import pytest

from auditing import asked, execute
from real_server import RealServer, installed
from running import SECRET, Run

ARGUMENTS = (
    "shared_preload_libraries=pg_stat_statements",
    "autovacuum=off",
    "log_statement=all",
    "log_connections=on",
    "log_line_prefix=%a|%c|",
)
READS = re.compile(
    r"BEGIN READ ONLY|SET LOCAL [a-z_]+ = [\w, ]+|SAVEPOINT pgfit|ROLLBACK TO SAVEPOINT pgfit|ROLLBACK|(?:SELECT|WITH) .*"
)
WRITES = re.compile(
    r"\b(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE|CREATE|ALTER|DROP|GRANT|COPY|VACUUM|ANALYZE|REINDEX|CLUSTER|NOTIFY|LOCK|INTO"
    r"|nextval|setval|set_config|pg_\w*reset\w*|pg_advisory\w+|pg_terminate\w+|pg_cancel\w+|pg_reload\w+|pg_switch\w+|lo_\w+|dblink\w*)\b"
)


@pytest.fixture(scope="module", params=[13, 14, 15, 16, 17, 18])
def server(request: pytest.FixtureRequest) -> Iterator[RealServer]:
    if request.param not in installed():
        pytest.skip(f"no PostgreSQL {request.param} here: python tools/fetch_servers.py fetches it")
    arguments = [part for one in ARGUMENTS for part in ("-c", one)]
    with RealServer(installed()[request.param], arguments=arguments) as made:
        made.start()
        execute(made.dsn, "CREATE EXTENSION pg_stat_statements", "CREATE TABLE t AS SELECT 1 AS id")
        yield made


def said_by_pgfit(log: str) -> list[str]:
    """Its statements, each in one line and without comments, as the server logged them."""
    found = re.findall(r"^pgfit\|[^|]*\|LOG:  (?:statement|execute [^:]*): (.*(?:\n\t.*)*)", log, re.MULTILINE)
    return [" ".join(re.sub(r"--.*", "", one).split()) for one in found]


def test_every_statement_reads(server: RealServer, pgfit: Run) -> None:
    begun = server.log.stat().st_size
    assert pgfit("audit", server.dsn, "--query-texts").code in {0, 1}
    log = server.log.read_bytes()[begun:].decode()
    statements = said_by_pgfit(log)
    assert len(statements) > 60
    assert [one for one in statements if not READS.fullmatch(one)] == []
    assert [one for one in statements if WRITES.search(re.sub(r"'[^']*'", "''", one))] == []
    assert (statements[0], statements[-1]) == ("BEGIN READ ONLY", "ROLLBACK")
    assert statements[1].startswith("SET LOCAL search_path = pg_catalog")
    assert log.count("connection authorized: ") == log.count("connection received: ") == 1
    assert "ERROR" not in log


def test_nothing_is_counted_as_written_or_reset(server: RealServer, pgfit: Run) -> None:
    """Also none of what others were counted with, and no transaction number is used up."""
    counted = "SELECT sum(temp_files), sum(tup_inserted), sum(tup_updated), sum(tup_deleted) FROM pg_stat_database"
    there = "SELECT count(*), sum(relfilenode::bigint), max(oid::bigint) FROM pg_class"
    used = "SELECT txid_snapshot_xmax(txid_current_snapshot())"
    resets = "SELECT max(stats_reset)::text FROM pg_stat_database"
    kept = "SELECT sum(calls) FROM pg_stat_statements WHERE query LIKE 'CREATE %'"
    queries = (counted, there, used, resets, kept)
    with psycopg.connect(server.dsn, autocommit=True) as database:

        def look() -> list[object]:
            time.sleep(0.7)  # what sessions counted reaches the others within half a second
            return [database.execute(query.encode()).fetchone() for query in queries]

        asked(server.dsn)
        before = look()
        for form in ("text", "json", "prometheus"):
            pgfit("audit", server.dsn, "--format", form)
        assert look() == before
        assert database.execute(kept).fetchone() not in {None, (None,), (0,)}


def test_no_setting_stays_behind_in_the_session() -> None:
    """What a pooler gives to the next client is as it was."""
    from pgfit.audit.snapshot import connect, take  # noqa: PLC0415  beside its only use

    with RealServer(installed()[18]) as made:
        made.start()
        connection = connect(made.dsn, {}, seconds=5)
        query = b"SELECT name, setting FROM pg_settings WHERE source = 'session' "
        query += b"UNION ALL SELECT 'xid', txid_current_if_assigned()::text"
        before = connection.raw.execute(query).fetchall()
        take(connection, seconds=5)
        take(connection, seconds=5, names=("server", "activity"))
        assert connection.raw.execute(query).fetchall() == before
        assert connection.raw.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        connection.raw.close()


@pytest.mark.parametrize("line", ["Primary_ConnInfo = '{}'", "ARCHIVE_COMMAND = 'curl -u u:{} x'", "primary_coninfo = '{}'"])
def test_a_secret_in_a_file_is_hidden_however_its_name_is_spelled(line: str) -> None:
    with RealServer(installed()[18]) as made:
        made.start()
        with (made.data / "postgresql.conf").open("a") as file:
            file.write(f"\n{line.format(SECRET)}\n")
        seen = asked(made.dsn)
    assert "file_settings" in seen.rows
    assert SECRET not in str(seen)
