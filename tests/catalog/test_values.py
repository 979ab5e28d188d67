"""Text to value and back, as PostgreSQL itself would take it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgfit.catalog import MAJORS, catalog
from pgfit.catalog.values import bounds, clamp, default_of, parse, print_value
from pgfit.errors import BadValue
from pgfit.model import Setting, Value
from pgfit.units import Bytes, Duration

EVERY = [catalog(major)[name] for major in MAJORS for name in catalog(major)]
NUMERIC = [setting for setting in EVERY if setting.type in {"integer", "real"}]

written = st.builds("{}e{}".format, st.integers(-(10**15) + 1, 10**15 - 1), st.integers(-20, 10)).map(float)
"""Numbers as people write them: up to fifteen digits."""


def kinds_of(number: float, setting: Setting) -> list[Value]:
    """The number as every kind of value that a rule could give this setting."""
    if setting.unit in {"B", "kB", "8kB", "MB"}:
        return [number, int(number), Bytes(number)]
    return [number, int(number), Duration(number)] if setting.unit else [number, int(number)]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("work_mem", "4MB", Bytes(4194304)),
        ("work_mem", "4096", Bytes(4194304)),  # a bare number counts the setting's unit, kB
        ("work_mem", " 4 MB ", Bytes(4194304)),
        ("work_mem", "'4MB'", Bytes(4194304)),
        ("work_mem", "1.5MB", Bytes(1572864)),
        ("work_mem", "1e3kB", Bytes(1024000)),
        ("work_mem", "65536B", Bytes(65536)),
        ("shared_buffers", "128MB", Bytes(134217728)),
        ("shared_buffers", "16384", Bytes(134217728)),
        ("wal_buffers", "-1", Bytes(-1)),
        ("huge_page_size", "0", Bytes(0)),
        ("max_wal_size", "1GB", Bytes(1073741824)),
        ("max_wal_size", "1024", Bytes(1073741824)),
        ("track_activity_query_size", "1024", Bytes(1024)),
        ("checkpoint_timeout", "15min", Duration(900_000)),
        ("checkpoint_timeout", "900", Duration(900_000)),
        ("checkpoint_timeout", "1h", Duration(3_600_000)),
        ("log_min_duration_statement", "-1", Duration(-1)),
        ("log_min_duration_statement", "0", Duration(0)),
        ("log_min_duration_statement", "1500us", Duration(2)),  # PostgreSQL rounds, too
        ("log_rotation_age", "1d", Duration(86_400_000)),
        ("max_connections", "100", 100),
        ("max_connections", "+100", 100),
        ("max_connections", "99.6", 100),
        ("max_connections", "0x64", 100),
        ("unix_socket_permissions", "0777", 511),
        ("random_page_cost", "1.1", 1.1),
        ("random_page_cost", ".5", 0.5),
        ("random_page_cost", "11e-1", 1.1),
        ("vacuum_cost_delay", "2ms", 2.0),
        ("vacuum_cost_delay", "500us", 0.5),
        ("jit", "on", True),
        ("jit", "TRUE", True),
        ("jit", "1", True),
        ("jit", "y", True),
        ("jit", "off", False),
        ("jit", "'no'", False),
        ("jit", "F", False),
        ("io_method", "WORKER", "worker"),
        ("io_method", "io_uring", "io_uring"),
        ("ssl_min_protocol_version", "TLSv1.2", "TLSv1.2"),
        ("ssl_min_protocol_version", "tlsv1.3", "TLSv1.3"),
        ("ssl_max_protocol_version", "", ""),
        ("default_transaction_isolation", "read committed", "read committed"),
        ("application_name", "'it''s mine'", "it's mine"),
        ("application_name", "", ""),
        ("search_path", "a, b", "a, b"),
        ("search_path", " a", "a"),
        ("log_line_prefix", "%m [%p] ", "%m [%p] "),
        ("log_line_prefix", "' %m '", " %m "),
    ],
)
def test_a_value_is_read_with_the_unit_of_its_setting(name: str, text: str, value: Value) -> None:
    read = parse(catalog(18)[name], text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("work_mem", "", "it is a number; units: B, kB, MB, GB, TB"),
        ("work_mem", "much", "it is a number; units: B, kB, MB, GB, TB"),
        ("work_mem", "1,5MB", "it is a number; units: B, kB, MB, GB, TB"),
        ("work_mem", "nan", "it is a number; units: B, kB, MB, GB, TB"),
        ("work_mem", "inf", "it is a number; units: B, kB, MB, GB, TB"),
        ("work_mem", "٤MB", "it is a number; units: B, kB, MB, GB, TB"),
        ("work_mem", "'4MB", "it is a number; units: B, kB, MB, GB, TB"),
        ("work_mem", "4mb", "write 4MB"),
        ("work_mem", "64KB", "write 64kB"),
        ("work_mem", "4Mi", "units: B, kB, MB, GB, TB"),
        ("work_mem", "4min", "units: B, kB, MB, GB, TB"),
        ("work_mem", "4", "the least is 64kB"),
        ("work_mem", "63kB", "the least is 64kB"),
        ("work_mem", "-1", "the least is 64kB"),
        ("work_mem", "2TB", "the most is 2147483647kB"),
        ("work_mem", "1e999", "it is far too large"),
        ("work_mem", "1e308TB", "it is far too large"),
        ("work_mem", "9" * 400, "it is far too large"),
        ("work_mem", "0" + "7" * 6000, "it is far too large"),
        ("work_mem", "0x" + "f" * 6000, "units: B, kB, MB, GB, TB"),
        ("wal_buffers", "-2", "the least is -1"),
        ("checkpoint_timeout", "5MB", "units: us, ms, s, min, h, d"),
        ("checkpoint_timeout", "5MIN", "write 5min"),
        ("checkpoint_timeout", "29s", "the least is 30s"),
        ("checkpoint_timeout", "2d", "the most is 1d"),
        ("max_connections", "0", "the least is 1"),
        ("max_connections", "300000", "the most is 262143"),
        ("max_connections", "100MB", "units: none"),
        ("max_connections", "many", "it is a number; units: none"),
        ("random_page_cost", "-0.1", "the least is 0"),
        ("vacuum_cost_delay", "1s", "the most is 100"),
        ("hash_mem_multiplier", "0.5", "the least is 1"),
        ("jit", "", "it is on or off"),
        ("jit", "maybe", "it is on or off"),
        ("jit", "2", "it is on or off"),
        ("io_method", "workers", "it is one of sync, worker, io_uring; worker?"),
        ("io_method", "", "it is one of sync, worker, io_uring"),
        ("ssl_min_protocol_version", "TLSv9", "it is one of TLSv1, TLSv1.1, TLSv1.2, TLSv1.3; TLSv1?"),
        ("application_name", "a\nb", "a value is one line of printable text"),
        ("application_name", "a\0b", "a value is one line of printable text"),
    ],
)
def test_what_postgres_would_refuse_is_refused_with_what_it_takes(name: str, text: str, hint: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse(catalog(18)[name], text)
    assert caught.value.message.startswith(f"{name} cannot be ")
    assert caught.value.hint == hint


@given(
    st.sampled_from(EVERY),
    st.text() | st.from_regex(r"\A[-+]?[0-9.]{1,20}(e[0-9]{1,3})? ?(us|m?s|min|h|d|[kMGT]?B)?\Z"),
)
def test_reading_ends_in_a_value_or_bad_value(setting: Setting, text: str) -> None:
    with suppress(BadValue):
        parse(setting, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "on"),
        (False, "off"),
        (Bytes(67108864), "64MB"),
        (Bytes(-1), "-1"),
        (Duration(900_000), "15min"),
        (Duration(0), "0"),
        (100, "100"),
        (1.1, "1.1"),
        (4.0, "4"),
        (0.1 + 0.2, "0.3"),
        (0.0123456789, "0.0123456789"),
        (1234567.0, "1234567"),
        (1.79769e308, "1.79769e+308"),
        ("worker", "worker"),
    ],
)
def test_a_value_is_printed_as_postgres_takes_it(value: Value, text: str) -> None:
    assert print_value(value) == text


@given(st.data(), st.sampled_from(NUMERIC))
def test_a_number_survives_printing_and_reading(data: st.DataObject, setting: Setting) -> None:
    for drawn in kinds_of(data.draw(written), setting):
        value = clamp(setting, drawn)
        assert parse(setting, print_value(value)) == value
        assert type(parse(setting, print_value(value))) is type(value)


@given(st.data(), st.sampled_from([setting for setting in NUMERIC if setting.type == "integer"]))
def test_every_whole_number_in_range_is_read_and_survives(data: st.DataObject, setting: Setting) -> None:
    assert setting.least is not None
    assert setting.most is not None
    value = parse(setting, str(data.draw(st.integers(int(setting.least), int(setting.most)))))
    assert parse(setting, print_value(value)) == value
    assert clamp(setting, value) == value


@pytest.mark.parametrize("major", MAJORS)
def test_both_ends_of_every_range_are_inside_it(major: int) -> None:
    for setting in map(catalog(major).__getitem__, catalog(major)):
        if setting.type in {"integer", "real"}:
            low, high = clamp(setting, -1e300), clamp(setting, 1e300)
            assert parse(setting, print_value(low)) == low, setting.name
            assert parse(setting, print_value(high)) == high, setting.name


@given(st.sampled_from(NUMERIC), st.floats(-1e300, 1e300))
def test_clamping_lands_inside_the_range_and_stays_there(setting: Setting, number: float) -> None:
    for value in kinds_of(number, setting):
        inside = clamp(setting, value)
        parse(setting, print_value(inside))
        assert clamp(setting, inside) == inside


@pytest.mark.parametrize(
    ("name", "value", "inside"),
    [
        ("work_mem", Bytes(1), Bytes(65536)),
        ("work_mem", Bytes(1_000_000), Bytes(999_424)),  # 976 kB
        ("work_mem", Bytes(8_796_093_022_208), Bytes(2_199_023_254_528)),
        ("work_mem", -1, Bytes(65536)),
        ("shared_buffers", Bytes(100_000), Bytes(131072)),
        ("wal_buffers", Bytes(-1), Bytes(-1)),
        ("checkpoint_timeout", Duration(1000), Duration(30_000)),
        ("checkpoint_timeout", Duration(90_500), Duration(90_000)),
        ("checkpoint_timeout", Duration(172_800_000), Duration(86_400_000)),
        ("max_connections", 0, 1),
        ("max_connections", 262_144, 262_143),
        ("max_connections", 20, 20),
        ("hash_mem_multiplier", 0.5, 1.0),
        ("random_page_cost", 1.1, 1.1),
        ("jit", True, True),
        ("io_method", "worker", "worker"),
    ],
)
def test_clamping_finds_the_nearest_value_inside(name: str, value: Value, inside: Value) -> None:
    found = clamp(catalog(18)[name], value)
    assert found == inside
    assert type(found) is type(inside)


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("shared_buffers", Bytes(134217728)),
        ("work_mem", Bytes(4194304)),
        ("max_wal_size", Bytes(1073741824)),
        ("wal_buffers", Bytes(-1)),
        ("checkpoint_timeout", Duration(300_000)),
        ("autovacuum_naptime", Duration(60_000)),
        ("vacuum_cost_delay", 0.0),
        ("max_connections", 100),
        ("random_page_cost", 4.0),
        ("jit", True),
        ("fsync", True),
        ("wal_compression", "off"),
    ],
)
def test_a_default_has_the_type_of_its_setting(name: str, default: Value) -> None:
    found = default_of(catalog(18)[name])
    assert found == default
    assert type(found) is type(default)


@pytest.mark.parametrize("major", MAJORS)
def test_every_default_is_a_value_that_can_be_set(major: int) -> None:
    for setting in map(catalog(major).__getitem__, catalog(major)):
        default = default_of(setting)
        assert parse(setting, print_value(default)) == default, setting.name


@pytest.mark.parametrize("major", MAJORS)
def test_every_choice_can_be_chosen_in_any_case(major: int) -> None:
    for setting in map(catalog(major).__getitem__, catalog(major)):
        assert [parse(setting, choice.upper()) for choice in setting.choices] == list(setting.choices), setting.name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("work_mem", ", 64 kB to 2 TB"),
        ("checkpoint_timeout", ", 30s to 1d"),
        ("max_connections", ", 1 to 262143"),
        ("wal_buffers", ", -1 to 2 GB"),
        ("hash_mem_multiplier", ", 1 to 1000"),
        ("io_method", ", one of sync, worker, io_uring"),
        ("jit", ""),
        ("search_path", ""),
    ],
)
def test_bounds_follow_the_default_in_a_sentence(name: str, text: str) -> None:
    assert bounds(catalog(18)[name]) == text
