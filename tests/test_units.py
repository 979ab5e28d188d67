"""Sizes, CPUs and durations: what is read, what is refused and how, what is printed."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgfit.errors import BadValue
from pgfit.units import (
    Bytes,
    Duration,
    human,
    parse_cpus,
    parse_size,
    print_cpus,
    print_docker_size,
    print_postgres_duration,
    print_postgres_size,
    round_down,
)

A_PETABYTE = 1024**5


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("256M", 268435456),
        ("256m", 268435456),
        ("256MB", 268435456),
        ("256MiB", 268435456),
        (" 256M ", 268435456),
        ("256 M", 268435456),
        ("268435456", 268435456),
        ("268435456b", 268435456),
        ("512Mi", 536870912),
        ("4GiB", 4294967296),
        ("4g", 4294967296),
        ("1.5g", 1610612736),
        (".5g", 536870912),
        ("1.g", 1073741824),
        ("64k", 65536),
        ("2T", 2199023255552),
        ("1p", 1125899906842624),
        ("1000b", 1000),
        ("1024", 1024),
        ("0000000256M", 268435456),
    ],
)
def test_a_size_is_read_as_docker_reads_it(text: str, size: int) -> None:
    assert parse_size(text) == size
    assert type(parse_size(text)) is Bytes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is not a size"),
        ("   ", "'   ' is not a size"),
        ("M", "'M' is not a size"),
        (".", "'.' is not a size"),
        ("-1", "'-1' is not a size"),
        ("+256M", "'+256M' is not a size"),
        ("-256M", "'-256M' is not a size"),
        ("1e999", "'1e999' is not a size"),
        ("1e3", "'1e3' is not a size"),
        ("nan", "'nan' is not a size"),
        ("inf", "'inf' is not a size"),
        ("1,5g", "'1,5g' is not a size"),
        ("1_000M", "'1_000M' is not a size"),
        ("0x100", "'0x100' is not a size"),
        ("٢٥٦M", "'٢٥٦M' is not a size"),
        ("256\N{KELVIN SIGN}", "is not a size"),  # which lower() turns into k
        ("256M\n256M", "is not a size"),
        ("12Q", "'12Q' has the unknown unit 'Q'"),
        ("12Mx", "'12Mx' has the unknown unit 'Mx'"),
        ("12bi", "'12bi' has the unknown unit 'bi'"),
        ("9" * 41 + "M", "the size has too many digits"),
        ("9" * 5000, "the size has too many digits"),
        ("0", "'0' is no memory at all"),
        ("0M", "'0M' is no memory at all"),
        ("0.0000001k", "'0.0000001k' is no memory at all"),
    ],
)
def test_what_is_no_size_is_refused_with_one_to_copy(text: str, message: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_size(text, what="--memory")
    assert message in caught.value.message
    assert caught.value.hint == "write it as 256M, 1.5g, 512Mi or in bytes"
    assert caught.value.place == "--memory"


@pytest.mark.parametrize(
    ("text", "hint"),
    [("256", "did you mean 256M?"), ("1", "did you mean 1M?"), ("1023", "did you mean 1023M?")],
)
def test_a_bare_number_too_small_for_bytes_asks_for_its_unit(text: str, hint: str) -> None:
    with pytest.raises(BadValue, match=f"'{text}' means {text} bytes") as caught:
        parse_size(text)
    assert caught.value.hint == hint


@given(st.text() | st.from_regex(r"\A[0-9.]{0,50} ?[kmgtpKMGTPbiBI]{0,3}\Z"))
def test_reading_a_size_ends_in_bytes_or_bad_value(text: str) -> None:
    with suppress(BadValue):
        assert parse_size(text) > 0


@given(st.integers(1, A_PETABYTE))
def test_docker_reads_back_the_size_that_was_printed(size: int) -> None:
    assert parse_size(print_docker_size(Bytes(size))) == size


@given(st.integers(1, 1024), st.sampled_from([1024, 1024**2, 1024**3]))
def test_docker_reads_back_a_round_size_too(count: int, unit: int) -> None:
    assert parse_size(print_docker_size(Bytes(count * unit))) == count * unit


@pytest.mark.parametrize(
    ("text", "cpus"),
    [("0.3", 0.3), ("2", 2.0), (".5", 0.5), ("2.", 2.0), ("500m", 0.5), ("1m", 0.001), (" 2 ", 2.0), ("64", 64.0)],
)
def test_cpus_are_read_as_docker_and_kubernetes_write_them(text: str, cpus: float) -> None:
    assert parse_cpus(text) == cpus


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is not a number of CPUs"),
        ("-1", "'-1' is not a number of CPUs"),
        ("nan", "'nan' is not a number of CPUs"),
        ("inf", "'inf' is not a number of CPUs"),
        ("1e3", "'1e3' is not a number of CPUs"),
        ("٢", "'٢' is not a number of CPUs"),
        ("0,5", "'0,5' is not a number of CPUs"),
        ("500 m", "'500 m' is not a number of CPUs"),
        ("500M", "'500M' is not a number of CPUs"),
        ("0-3", "'0-3' is not a number of CPUs"),
        ("9" * 21, "is not a number of CPUs"),
        ("0", "no CPU at all: PostgreSQL needs some"),
        ("0.0", "no CPU at all: PostgreSQL needs some"),
        ("0m", "no CPU at all: PostgreSQL needs some"),
    ],
)
def test_what_is_no_number_of_cpus_is_refused_with_one_to_copy(text: str, message: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_cpus(text)
    assert message in caught.value.message
    assert (caught.value.hint, caught.value.place) == ("write it as 0.5, 2 or 500m", "--cpus")


@given(st.text() | st.from_regex(r"\A[0-9.]{0,25}m?\Z"))
def test_reading_cpus_ends_in_a_positive_number_or_bad_value(text: str) -> None:
    with suppress(BadValue):
        assert parse_cpus(text) > 0


@pytest.mark.parametrize(
    ("cpus", "text"),
    [
        (0.3, "0.3"),
        (2.0, "2"),
        (10.0, "10"),
        (100.0, "100"),
        (1 / 3, "0.333"),
        (0.001, "0.001"),
        (0.0001, "0.001"),  # Docker's 0 would be no limit at all
    ],
)
def test_cpus_are_printed_with_three_decimals_and_never_as_none(cpus: float, text: str) -> None:
    assert print_cpus(cpus) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (67108864, "64MB"),
        (1835008, "1792kB"),
        (1073741824, "1GB"),
        (1610612736, "1536MB"),
        (2199023255552, "2TB"),
        (65536, "64kB"),
        (1000, "1000B"),
        (1025, "1025B"),
        (0, "0"),
        (-1, "-1"),
    ],
)
def test_postgres_gets_the_largest_unit_that_divides_the_size(size: int, text: str) -> None:
    assert print_postgres_size(Bytes(size)) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (268435456, "256m"),
        (4294967296, "4g"),
        (1610612736, "1536m"),
        (2199023255552, "2048g"),
        (65536, "64k"),
        (1025, "1025b"),
    ],
)
def test_docker_gets_the_largest_unit_that_divides_the_size(size: int, text: str) -> None:
    assert print_docker_size(Bytes(size)) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (900_000, "15min"),
        (10_000, "10s"),
        (1500, "1500ms"),
        (90_000, "90s"),
        (3_600_000, "1h"),
        (86_400_000, "1d"),
        (129_600_000, "36h"),
        (0, "0"),
        (-1, "-1"),
    ],
)
def test_postgres_gets_the_largest_unit_that_divides_the_span(span: int, text: str) -> None:
    assert print_postgres_duration(Duration(span)) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 kB"),
        (1536, "1.5 kB"),
        (1_887_437, "1.8 MB"),
        (268435456, "256 MB"),
        (104_752_742, "99.9 MB"),
        (104_857_600, "100 MB"),
        (1610612736, "1.5 GB"),
        (1099511627776, "1 TB"),
        (-1536, "-1.5 kB"),
    ],
)
def test_a_person_gets_a_size_with_one_decimal_at_most(size: float, text: str) -> None:
    assert human(size) == text


@pytest.mark.parametrize(
    ("size", "tidy"),
    [
        (0, 0),
        (65535, 0),
        (65536, 65536),
        (1_000_000, 983_040),  # 15 of 64 kB
        (104_857_600, 104_857_600),  # 100 MB
        (105_906_176, 104_857_600),  # 101 MB
        (268_435_456, 268_435_456),  # 256 MB
        (314_572_800, 301_989_888),  # 300 MB -> 288 MB
        (1_048_576_000, 1_040_187_392),  # 1000 MB -> 992 MB
    ],
)
def test_rounding_down_finds_the_tidy_size_below(size: int, tidy: int) -> None:
    assert round_down(size) == tidy


@given(st.floats(0, A_PETABYTE), st.floats(0, A_PETABYTE))
def test_rounding_down_keeps_the_order(one: float, other: float) -> None:
    assert round_down(min(one, other)) <= round_down(max(one, other))


@given(st.floats(1024**2, A_PETABYTE))
def test_rounding_down_takes_at_most_six_percent_and_never_adds(size: float) -> None:
    assert 0.94 * size <= round_down(size) <= size
