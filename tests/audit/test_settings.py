"""A row of pg_settings becomes a typed value: by its unit, with its special meanings, or hidden."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgfit.audit.record import Row, Scalar
from pgfit.audit.settings import RunningSetting, read_all
from pgfit.units import GB, KB, MB, Bytes, Duration


def running(name: str, value: Scalar, unit: str | None = None, *, major: int = 18) -> RunningSetting:
    row: Row = {"name": name, "value": value, "unit": unit, "source": "configuration file", "context": "user"}
    return read_all([row], major)[name]


def work_mem(**more: Scalar) -> RunningSetting:
    row: Row = {"name": "work_mem", "value": "4096", "unit": "kB", "source": "configuration file", "context": "user", **more}
    return read_all([row], 18)["work_mem"]


def overridden(name: str, lines: Sequence[Row] | None, **more: Scalar) -> object:
    row: Row = {"name": name, "value": "65536", "unit": "kB", "source": "user", "context": "user", "compiled_in": "4096", **more}
    return read_all([row], 18, lines)[name].value


# -- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "unit", "value"),
    [
        ("shared_buffers", "16384", "8kB", Bytes(128 * MB)),
        ("wal_buffers", "512", "8kB", Bytes(4 * MB)),
        ("temp_buffers", "1", "8kB", Bytes(8192)),
        ("work_mem", "4096", "kB", Bytes(4 * MB)),
        ("work_mem", "64", "kB", Bytes(64 * KB)),
        ("max_wal_size", "1024", "MB", Bytes(1 * GB)),
        ("track_activity_query_size", "1024", "B", Bytes(1024)),
        ("shared_memory_size", "146", "MB", Bytes(146 * MB)),
        ("checkpoint_timeout", "300", "s", Duration(300_000)),
        ("statement_timeout", "1500", "ms", Duration(1500)),
        ("log_rotation_age", "1440", "min", Duration(86_400_000)),
        ("autovacuum_naptime", "60", "s", Duration(60_000)),
        ("max_connections", "100", None, 100),
        ("max_connections", "100", "", 100),
        ("random_page_cost", "1.1", None, 1.1),
        ("random_page_cost", "4", None, 4.0),
        ("vacuum_cost_delay", "2.5", "ms", 2.5),
        ("seq_page_cost", "1e-05", None, 0.00001),
        ("jit", "on", None, True),
        ("jit", "off", None, False),
        ("fsync", "off", None, False),
        ("wal_level", "replica", None, "replica"),
        ("huge_pages", "try", None, "try"),
        ("synchronous_commit", "on", None, "on"),
        ("shared_preload_libraries", "pg_stat_statements, auto_explain", None, "pg_stat_statements, auto_explain"),
        ("search_path", '"$user", public', None, '"$user", public'),
        ("data_directory_mode", "0700", None, 448),
        ("data_directory_mode", "448", None, 448),
        ("log_file_mode", "0600", None, 384),
    ],
)
def test_values_come_in_the_unit_of_their_row(name: str, text: str, unit: str | None, value: object) -> None:
    found = running(name, text, unit).value
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "text", "unit", "value"),
    [
        ("autovacuum_work_mem", "-1", "kB", Bytes(-1)),
        ("wal_buffers", "-1", "8kB", Bytes(-1)),
        ("max_slot_wal_keep_size", "-1", "MB", Bytes(-1)),
        ("temp_file_limit", "-1", "kB", Bytes(-1)),
        ("wal_keep_size", "0", "MB", Bytes(0)),
        ("log_rotation_size", "0", "kB", Bytes(0)),
        ("statement_timeout", "0", "ms", Duration(0)),
        ("log_min_duration_statement", "-1", "ms", Duration(-1)),
        ("autovacuum_vacuum_cost_delay", "-1", "ms", -1.0),
        ("max_prepared_transactions", "0", None, 0),
    ],
)
def test_nought_and_minus_one_keep_their_meanings(name: str, text: str, unit: str | None, value: object) -> None:
    found = running(name, text, unit).value
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "text", "unit", "value"),
    [
        ("shared_buffers", "1", "8kB", Bytes(8 * KB)),  # the least is 128 kB, and this server runs with it all the same
        ("max_connections", "1000000", None, 1_000_000),
        ("checkpoint_timeout", "1", "s", Duration(1000)),
    ],
)
def test_what_the_catalog_does_not_allow_a_server_may_still_run_with(
    name: str, text: str, unit: str | None, value: object
) -> None:
    assert running(name, text, unit).value == value


@pytest.mark.parametrize(
    "text",
    ["(hidden)", None, 4096, 4.5, True, "nan", "inf", "-inf", "1e400", "1e18", "9" * 400, "4MB", "four", "0x10", "-", "4 096"],
)
def test_what_is_hidden_or_odd_is_no_number(text: Scalar) -> None:
    found = running("work_mem", text, "kB")
    assert (found.value, found.shown) == (None, "(hidden)")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("jit", "maybe", "maybe"),
        ("wal_level", "of_the_future", "of_the_future"),
        ("log_line_prefix", "%m\n", "%m\n"),
        ("cluster_name", "", ""),
        ("work_mem", "", ""),
    ],
)
def test_text_that_the_catalog_does_not_expect_stays_text(name: str, text: str, value: str) -> None:
    assert running(name, text).value == value


@pytest.mark.parametrize(("name", "text"), [("rds.extensions", "a,b"), ("new_in_25", "5"), ("", "x"), ("WORK_MEM", "4")])
def test_names_that_are_unknown_keep_their_text(name: str, text: str) -> None:
    found = running(name, text, "kB")
    assert (found.value, found.setting) == (text, None)


@pytest.mark.parametrize(
    ("name", "major", "known"),
    [
        ("io_workers", 17, False),
        ("io_workers", 18, True),
        ("io_method", 25, True),
        ("old_snapshot_threshold", 16, True),
        ("old_snapshot_threshold", 17, False),
        ("vacuum_defer_cleanup_age", 9, True),
    ],
)
def test_the_catalog_is_that_of_the_major_or_the_nearest(name: str, major: int, *, known: bool) -> None:
    assert (running(name, "3", major=major).setting is not None) is known


def test_hidden_rows_are_absent() -> None:
    assert set(read_all([{"name": "work_mem", "value": "4", "unit": "kB"}], 18)) == {"work_mem"}
    assert read_all([], 18) == {}


@given(
    st.dictionaries(
        st.sampled_from(["name", "value", "unit", "source", "file", "line", "context"]),
        st.one_of(st.none(), st.text(), st.booleans(), st.integers(), st.floats()),
    )
)
def test_no_row_is_too_strange(row: Row) -> None:
    for one in read_all([row], 18, [row], [row]).values():
        assert isinstance(one.shown, str)
        assert isinstance(one.place, str)


@given(st.sampled_from(["work_mem", "max_connections", "statement_timeout", "random_page_cost", "jit"]), st.text())
def test_no_value_is_too_strange(name: str, text: str) -> None:
    assert isinstance(running(name, text, "kB").shown, str)


# -- where from, and what a change takes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"file": "/var/lib/postgresql/data/postgresql.conf", "line": 7}, "postgresql.conf:7"),
        ({"file": "/var/lib/postgresql/data/postgresql.auto.conf", "line": 3}, "postgresql.auto.conf:3"),
        ({"source": "command line"}, "command line"),
        ({"source": "default", "file": None, "line": None}, "default"),
        ({"source": None}, ""),
    ],
)
def test_the_place_of_a_setting(more: dict[str, Scalar], place: str) -> None:
    assert work_mem(**more).place == place


@pytest.mark.parametrize(
    ("context", "takes"),
    [("postmaster", "a restart"), ("sighup", "a reload"), ("user", ""), ("superuser", ""), ("internal", ""), (None, "")],
)
def test_what_a_change_takes(context: str | None, takes: str) -> None:
    assert work_mem(context=context).takes == takes


@pytest.mark.parametrize(
    ("source", "chosen"),
    [
        ("default", False),
        ("client", False),
        ("session", False),
        ("override", False),
        ("interactive", False),
        ("configuration file", True),
        ("command line", True),
        ("environment variable", True),
        ("database", True),
        ("user", True),
    ],
)
def test_whether_somebody_chose_it(source: str, *, chosen: bool) -> None:
    assert work_mem(source=source).chosen is chosen


@pytest.mark.parametrize(("value", "pending"), [(True, True), (False, False), (None, False), ("t", False), (1, False)])
def test_what_waits_for_a_restart(value: Scalar, *, pending: bool) -> None:
    assert work_mem(pending_restart=value).pending_restart is pending


@pytest.mark.parametrize(
    ("name", "text", "unit", "shown"),
    [
        ("work_mem", "1536", "kB", "1536kB"),
        ("shared_buffers", "16384", "8kB", "128MB"),
        ("checkpoint_timeout", "300", "s", "5min"),
        ("autovacuum_work_mem", "-1", "kB", "-1"),
        ("jit", "off", None, "off"),
        ("random_page_cost", "1.1", None, "1.1"),
    ],
)
def test_it_is_shown_as_postgresql_would(name: str, text: str, unit: str | None, shown: str) -> None:
    assert running(name, text, unit).shown == shown


# -- what is this role's or this database's own is not the server's -----------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        (None, Bytes(64 * MB)),
        ([], Bytes(4 * MB)),
        ([{"name": "work_mem", "value": "8MB", "error": None}], Bytes(8 * MB)),
        ([{"name": "WORK_MEM", "value": "8MB", "error": None}], Bytes(8 * MB)),
        ([{"name": "work_mem", "value": "8192", "error": None}], Bytes(8 * MB)),
        (
            [{"name": "work_mem", "value": "8MB", "error": None}, {"name": "work_mem", "value": "16MB", "error": None}],
            Bytes(16 * MB),
        ),
        ([{"name": "work_mem", "value": "16MB", "error": "setting could not be applied"}], Bytes(4 * MB)),
        ([{"name": "work_mem", "value": "(hidden)", "error": None}], None),
        ([{"name": "work_mem", "value": "lots", "error": None}], None),
        ([{"name": "maintenance_work_mem", "value": "8MB", "error": None}], Bytes(4 * MB)),
    ],
)
@pytest.mark.parametrize("source", ["user", "database", "database user"])
def test_an_override_gives_way_to_the_files(source: str, lines: list[Row] | None, value: object) -> None:
    assert overridden("work_mem", lines, source=source) == value


@pytest.mark.parametrize(
    ("flags", "lines", "value"),
    [
        ([{"name": "work_mem", "value": "16MB"}], [{"name": "work_mem", "value": "8MB", "error": None}], Bytes(16 * MB)),
        ([{"name": "work_mem", "value": "16MB"}], None, Bytes(16 * MB)),
        ([{"name": "WORK_MEM", "value": "16384"}], [], Bytes(16 * MB)),
        ([{"name": "work_mem", "value": "8MB"}, {"name": "work_mem", "value": "16MB"}], [], Bytes(16 * MB)),
        ([{"name": "work_mem", "value": "lots"}], [], None),
        ([{"name": "jit", "value": "off"}], [{"name": "work_mem", "value": "8MB", "error": None}], Bytes(8 * MB)),
        ([], [{"name": "work_mem", "value": "8MB", "error": None}], Bytes(8 * MB)),
        ([], [], Bytes(4 * MB)),
        ([], None, Bytes(64 * MB)),
        (None, [{"name": "work_mem", "value": "8MB", "error": None}], None),
        (None, [], None),
        (None, None, Bytes(64 * MB)),
    ],
)
def test_a_flag_wins_over_the_files_and_may_be_any_where_none_can_be_read(
    flags: list[Row] | None, lines: list[Row] | None, value: object
) -> None:
    """Of a server that shows a flag; where it shows none, what the files say is taken as above."""
    own: Row = {"name": "work_mem", "value": "65536", "unit": "kB", "source": "user", "context": "user", "compiled_in": "4096"}
    flag: Row = {"name": "max_connections", "value": "90", "unit": None, "source": "command line", "context": "postmaster"}
    assert read_all([own, flag], 18, lines, flags)["work_mem"].value == value


@pytest.mark.parametrize("source", ["configuration file", "command line", "default", "client", None])
def test_only_overrides_give_way(source: str | None) -> None:
    assert overridden("work_mem", [{"name": "work_mem", "value": "8MB", "error": None}], source=source) == Bytes(64 * MB)
