"""What the catalog knows of each major version, against facts that the manual states."""

import re
from typing import Any

import pytest

from pgfit.catalog import MAJORS, NEWEST_BOOTED, _spans, catalog, notes, when
from pgfit.errors import BadValue

MANUAL = re.compile(r"https://www\.postgresql\.org/docs/(\d+)/runtime-config(-[a-z-]+)?\.html(#GUC-[A-Z0-9-]+)?")


@pytest.mark.parametrize("major", [13, 14, 15, 16, 17, 18, 19])
def test_every_major_loads(major: int) -> None:
    assert catalog(major).major == major
    assert len(list(catalog(major))) > 300
    assert all(catalog(major)[name].name == name for name in catalog(major))


@pytest.mark.parametrize("major", MAJORS)
def test_every_setting_is_whole(major: int) -> None:
    for setting in map(catalog(major).__getitem__, catalog(major)):
        assert setting.about or major in notes.NEVER_BOOTED, setting.name
        assert setting.type in {"bool", "integer", "real", "string", "enum"}, setting.name
        assert setting.unit in {"", "B", "kB", "8kB", "MB", "ms", "s", "min"}, setting.name
        contexts = {"internal", "postmaster", "sighup", "backend", "superuser-backend", "superuser", "user"}
        assert setting.context in contexts, setting.name
        if setting.type in {"integer", "real"}:
            assert setting.least is not None, setting.name
            assert setting.most is not None, setting.name
            assert setting.least <= setting.most, setting.name


@pytest.mark.parametrize(
    ("name", "majors"),
    [
        ("shared_buffers", {13, 14, 15, 16, 17, 18, 19}),
        ("io_workers", {18}),
        ("io_max_workers", {19}),
        ("io_min_workers", {19}),
        ("io_method", {18, 19}),
        ("autovacuum_worker_slots", {18, 19}),
        ("transaction_timeout", {17, 18, 19}),
        ("vacuum_buffer_usage_limit", {16, 17, 18, 19}),
        ("idle_session_timeout", {14, 15, 16, 17, 18, 19}),
        ("shared_memory_size", {15, 16, 17, 18, 19}),
        ("force_parallel_mode", {13, 14, 15}),
        ("vacuum_cleanup_index_scale_factor", {13}),
        ("old_snapshot_threshold", {13, 14, 15, 16}),
        ("stats_temp_directory", {13, 14}),
        ("no_such_setting", set()),
    ],
)
def test_a_setting_is_in_just_the_majors_that_have_it(name: str, majors: set[int]) -> None:
    assert {major for major in MAJORS if name in catalog(major)} == majors


@pytest.mark.parametrize(
    ("major", "name", "field", "value"),
    [
        (18, "shared_buffers", "type", "integer"),
        (18, "shared_buffers", "unit", "8kB"),
        (18, "shared_buffers", "default", "16384"),
        (13, "shared_buffers", "default", "16384"),  # initdb's; compiled in are 1024
        (18, "shared_buffers", "least", 16),
        (18, "shared_buffers", "restart", True),
        (18, "work_mem", "default", "4096"),
        (18, "work_mem", "unit", "kB"),
        (18, "work_mem", "least", 64),
        (18, "work_mem", "most", 2147483647),
        (18, "work_mem", "context", "user"),
        (18, "work_mem", "restart", False),
        (18, "max_connections", "default", "100"),
        (18, "max_connections", "most", 262143),
        (18, "max_connections", "restart", True),
        (18, "max_wal_size", "default", "1024"),
        (18, "max_wal_size", "unit", "MB"),
        (18, "min_wal_size", "default", "80"),
        (18, "checkpoint_timeout", "unit", "s"),
        (18, "checkpoint_timeout", "context", "sighup"),
        (17, "autovacuum_max_workers", "restart", True),
        (18, "autovacuum_max_workers", "restart", False),
        (18, "autovacuum_worker_slots", "restart", True),
        (18, "jit", "default", "on"),
        (19, "jit", "default", "off"),
        (14, "hash_mem_multiplier", "default", "1"),
        (15, "hash_mem_multiplier", "default", "2"),
        (16, "vacuum_buffer_usage_limit", "default", "256"),
        (17, "vacuum_buffer_usage_limit", "default", "2048"),
        (17, "effective_io_concurrency", "default", "1"),
        (18, "effective_io_concurrency", "default", "16"),
        (18, "io_workers", "restart", False),
        (18, "io_workers", "default", "3"),
        (18, "io_workers", "most", 32),
        (19, "io_max_workers", "default", "8"),
        (13, "checkpoint_completion_target", "default", "0.5"),
        (14, "checkpoint_completion_target", "default", "0.9"),
        (14, "wal_compression", "type", "bool"),
        (14, "wal_compression", "choices", ()),
        (18, "block_size", "context", "internal"),
    ],
)
def test_known_facts(major: int, name: str, field: str, value: Any) -> None:
    assert getattr(catalog(major)[name], field) == value


@pytest.mark.parametrize(
    ("major", "name", "choice"),
    [
        (18, "io_method", "io_uring"),
        (19, "io_method", "io_uring"),
        (15, "wal_compression", "zstd"),
        (14, "default_toast_compression", "lz4"),
        (18, "huge_pages", "try"),
        (13, "ssl_min_protocol_version", "TLSv1.2"),
    ],
)
def test_choices_include_what_another_build_offers(major: int, name: str, choice: str) -> None:
    assert catalog(major)[name].choices.count(choice) == 1


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("work_mem", "work_mem"),
        ("WORK_MEM", "work_mem"),
        ("datestyle", "DateStyle"),
        ("TIMEZONE", "TimeZone"),
    ],
)
def test_find_takes_any_case(typed: str, name: str) -> None:
    assert catalog(18).find(typed).name == name


@pytest.mark.parametrize(
    ("major", "typed", "hint"),
    [
        (18, "shared_bufers", "did you mean shared_buffers?"),
        (18, "WORKMEM", "did you mean work_mem?"),
        (18, "timezon", "did you mean TimeZone?"),
        (17, "io_workers", "it came with PostgreSQL 18"),
        (17, "IO_Workers", "it came with PostgreSQL 18"),
        (19, "io_workers", "it went after PostgreSQL 18"),
        (18, "io_max_workers", "it came with PostgreSQL 19"),
        (16, "force_parallel_mode", "it went after PostgreSQL 15"),
        (18, "no such thing at all", "SHOW ALL lists a server's settings"),
        (18, "", "SHOW ALL lists a server's settings"),
    ],
)
def test_find_says_what_was_meant_or_which_major_has_it(major: int, typed: str, hint: str) -> None:
    with pytest.raises(BadValue) as caught:
        catalog(major).find(typed)
    assert caught.value.message == f"PostgreSQL {major} has no setting {typed!r}"
    assert caught.value.hint == hint


def test_square_brackets_are_for_names_that_exist() -> None:
    with pytest.raises(KeyError):
        catalog(17)["io_workers"]


@pytest.mark.parametrize("major", [-1, 0, 9, 12, 20, 180000])
def test_an_unknown_major_is_refused_with_those_that_are_known(major: int) -> None:
    with pytest.raises(BadValue, match=f"--postgres: PostgreSQL {major} is unknown here") as caught:
        catalog(major)
    assert caught.value.hint == "pgfit knows 13 to 19"


@pytest.mark.parametrize("name", sorted(_spans()))
def test_the_spans_agree_with_the_catalogs(name: str) -> None:
    first, last = _spans()[name]
    assert [major for major in MAJORS if name in catalog(major)] == list(range(first, last + 1))
    assert (first, last) != (13, 19)


@pytest.mark.parametrize(
    ("name", "major", "why"),
    [
        ("work_mem", 18, ""),
        ("no_such_setting", 18, ""),
        ("io_workers", 18, ""),
        ("io_workers", 13, "it came with PostgreSQL 18"),
        ("io_workers", 19, "it went after PostgreSQL 18"),
    ],
)
def test_when_says_why_a_major_lacks_a_setting(name: str, major: int, why: str) -> None:
    assert when(name, major) == why


@pytest.mark.parametrize(
    ("major", "name", "page"),
    [
        (18, "shared_buffers", "18/runtime-config-resource.html#GUC-SHARED-BUFFERS"),
        (13, "max_connections", "13/runtime-config-connection.html#GUC-MAX-CONNECTIONS"),
        (17, "max_wal_size", "17/runtime-config-wal.html#GUC-MAX-WAL-SIZE"),
        (17, "autovacuum_naptime", "17/runtime-config-autovacuum.html#GUC-AUTOVACUUM-NAPTIME"),
        (18, "autovacuum_naptime", "18/runtime-config-vacuum.html#GUC-AUTOVACUUM-NAPTIME"),
        (17, "vacuum_cost_delay", "17/runtime-config-resource.html#GUC-VACUUM-COST-DELAY"),
        (18, "vacuum_cost_delay", "18/runtime-config-vacuum.html#GUC-VACUUM-COST-DELAY"),
        (17, "vacuum_freeze_min_age", "17/runtime-config-client.html#GUC-VACUUM-FREEZE-MIN-AGE"),
        (18, "vacuum_freeze_min_age", "18/runtime-config-vacuum.html#GUC-VACUUM-FREEZE-MIN-AGE"),
        (16, "random_page_cost", "16/runtime-config-query.html#GUC-RANDOM-PAGE-COST"),
        (16, "log_min_duration_statement", "16/runtime-config-logging.html#GUC-LOG-MIN-DURATION-STATEMENT"),
        (18, "max_locks_per_transaction", "18/runtime-config-locks.html#GUC-MAX-LOCKS-PER-TRANSACTION"),
        (18, "DateStyle", "18/runtime-config-client.html#GUC-DATESTYLE"),
        (18, "block_size", "18/runtime-config-preset.html#GUC-BLOCK-SIZE"),
        (19, "io_max_workers", "19/runtime-config.html"),  # its chapter is not in the source
    ],
)
def test_the_manual_opens_at_the_setting(major: int, name: str, page: str) -> None:
    assert catalog(major)[name].docs == f"https://www.postgresql.org/docs/{page}"


@pytest.mark.parametrize("major", MAJORS)
def test_every_manual_link_is_of_its_own_major(major: int) -> None:
    for name in catalog(major):
        link = MANUAL.fullmatch(catalog(major)[name].docs)
        assert link is not None, name
        assert link[1] == str(major), name
        assert (link[2] is None) == (link[3] is None), name


@pytest.mark.parametrize("name", sorted({*notes.QUOTED_LISTS, *notes.BUILD_CHOICES, *notes.WRITTEN_BY_INITDB}))
def test_every_setting_in_the_notes_exists(name: str) -> None:
    assert any(name in catalog(major) for major in MAJORS)


def test_the_default_major_was_booted_and_the_others_say_why_not() -> None:
    assert NEWEST_BOOTED == 18
    assert [major for major in MAJORS if major in notes.NEVER_BOOTED] == [19]
    assert set(notes.END_OF_LIFE) == {13, 14}
