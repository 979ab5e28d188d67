"""From typed options to Facts: what is taken, what is refused and at which option."""

from contextlib import suppress
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgfit.errors import BadValue, PgfitError, UnknownLimit
from pgfit.inputs import cgroup
from pgfit.inputs.cgroup import Limits
from pgfit.inputs.options import Options, facts_from
from pgfit.model import Known, Unknown, Value
from pgfit.units import Bytes, Duration

MB_256, GB_1, GB_8 = Bytes(268435456), Bytes(1073741824), Bytes(8589934592)
FOUND = Limits(Known(GB_1, "memory.max"), Known(1.5, "cpu.max"), Known(value=True, where="/proc/meminfo"))


def asked(**options: Any) -> Options:
    return Options(**{"memory": "256M", **options})


def test_memory_alone_is_enough() -> None:
    facts = facts_from(Options(memory="256M"))
    assert facts.memory == Known(MB_256, "--memory")
    assert facts.cpus == Unknown("--cpus not given")
    assert facts.connections == Unknown("not asked for")
    assert facts.volume_size == Unknown("not told")
    assert facts.shm_size == Unknown("not told")
    assert facts.host_huge_pages == Unknown("another machine, perhaps")
    assert (facts.postgres, facts.storage, facts.reserve) == (18, "ssd", 0)
    assert (facts.extensions, facts.fixed, facts.allow_overcommit) == ((), {}, False)


@pytest.mark.parametrize(
    ("options", "field", "value"),
    [
        ({"cpus": "500m"}, "cpus", Known(0.5, "--cpus")),
        ({"cpus": "0.01"}, "cpus", Known(0.01, "--cpus")),
        ({"postgres": 13}, "postgres", 13),
        ({"postgres": 19}, "postgres", 19),
        ({"connections": 1}, "connections", Known(1, "--connections")),
        ({"storage": "network"}, "storage", "network"),
        ({"volume_size": "8g"}, "volume_size", Known(GB_8, "--volume-size")),
        ({"shm_size": "256m"}, "shm_size", Known(MB_256, "--shm-size")),
        ({"reserve": "64M"}, "reserve", 67108864),
        ({"extensions": ("vector", "PostGIS")}, "extensions", ("pgvector", "postgis")),
        ({"extensions": ("vector", "pgvector")}, "extensions", ("pgvector",)),
        ({"allow_overcommit": True}, "allow_overcommit", True),
        ({"memory": "64T"}, "memory", Known(Bytes(70368744177664), "--memory")),
    ],
)
def test_an_option_becomes_a_fact_that_says_where_it_is_from(options: dict[str, Any], field: str, value: Any) -> None:
    assert getattr(facts_from(asked(**options)), field) == value


@pytest.mark.parametrize(
    ("options", "place", "message", "hint"),
    [
        ({"memory": "12Q"}, "--memory", "unknown unit 'Q'", "write it as 256M, 1.5g, 512Mi or in bytes"),
        ({"memory": ""}, "--memory", "'' is not a size", "write it as 256M, 1.5g, 512Mi or in bytes"),
        ({"memory": "256"}, "--memory", "'256' means 256 bytes", "did you mean 256M?"),
        ({"memory": "65T"}, "--memory", "more memory than any machine has", "at most 64 TB"),
        ({"cpus": "0"}, "--cpus", "no CPU at all", "write it as 0.5, 2 or 500m"),
        ({"cpus": "inf"}, "--cpus", "'inf' is not a number of CPUs", "write it as 0.5, 2 or 500m"),
        ({"cpus": "5m"}, "--cpus", "0.005 CPUs is out of reach", "between 0.01 and 4096"),
        ({"cpus": "0.00001"}, "--cpus", "CPUs is out of reach", "between 0.01 and 4096"),
        ({"cpus": "4097"}, "--cpus", "4097 CPUs is out of reach", "between 0.01 and 4096"),
        ({"postgres": 12}, "--postgres", "PostgreSQL 12 is unknown here", "pgfit knows 13 to 19"),
        ({"postgres": 20}, "--postgres", "PostgreSQL 20 is unknown here", "pgfit knows 13 to 19"),
        ({"storage": "nvm"}, "--storage", "there is no storage 'nvm'", "did you mean nvme?"),
        ({"storage": "SSD"}, "--storage", "there is no storage 'SSD'", "did you mean ssd?"),
        ({"storage": "tape"}, "--storage", "there is no storage 'tape'", "there are ssd, nvme, hdd, network"),
        ({"connections": 0}, "--connections", "0 connections", "between 1 and 200000"),
        ({"connections": -5}, "--connections", "-5 connections", "between 1 and 200000"),
        ({"connections": 200_001}, "--connections", "200001 connections", "between 1 and 200000"),
        ({"volume_size": "big"}, "--volume-size", "'big' is not a size", "write it as 256M, 1.5g, 512Mi or in bytes"),
        ({"shm_size": "64"}, "--shm-size", "'64' means 64 bytes", "did you mean 64M?"),
        ({"reserve": "0"}, "--reserve", "'0' is no memory at all", "write it as 256M, 1.5g, 512Mi or in bytes"),
        ({"reserve": "256M"}, "--reserve", "it leaves nothing of the memory limit", "reserve less than --memory"),
        ({"reserve": "1G"}, "--reserve", "it leaves nothing of the memory limit", "reserve less than --memory"),
        ({"extensions": ("pgvektor",)}, "--extension", "what extension 'pgvektor' needs", "did you mean pgvector?"),
        ({"extensions": ("timescaldb",)}, "--extension", "extension 'timescaldb'", "did you mean timescaledb?"),
        ({"settings": ("work_mem",)}, "--set", "'work_mem' is not NAME=VALUE", "for example --set work_mem=8MB"),
        ({"settings": ("=8MB",)}, "--set", "'=8MB' is not NAME=VALUE", "for example --set work_mem=8MB"),
        ({"settings": (" =8MB",)}, "--set", "' =8MB' is not NAME=VALUE", "for example --set work_mem=8MB"),
        ({"settings": ("",)}, "--set", "'' is not NAME=VALUE", "for example --set work_mem=8MB"),
        ({"settings": ("workmem=8MB",)}, "--set", "no setting 'workmem'", "did you mean work_mem?"),
        ({"settings": ("io_max_workers=2",)}, "--set", "PostgreSQL 18 has no setting", "it came with PostgreSQL 19"),
        ({"settings": ("work_mem=8mb",)}, "--set", "work_mem cannot be '8mb'", "write 8MB"),
        ({"settings": ("work_mem=",)}, "--set", "work_mem cannot be ''", "it is a number; units: B, kB, MB, GB, TB"),
        ({"settings": ("work_mem=1kB",)}, "--set", "work_mem cannot be '1kB'", "the least is 64kB"),
        ({"settings": ("jit=maybe",)}, "--set", "jit cannot be 'maybe'", "it is on or off"),
        ({"settings": ("block_size=8192",)}, "--set", "block_size cannot be set, only read", ""),
        ({"settings": ("jit=on", "jit=off")}, "--set", "jit is given twice, with different values", ""),
        ({"settings": ("jit=on", "JIT=off")}, "--set", "jit is given twice, with different values", ""),
    ],
)
def test_what_cannot_be_is_refused_at_its_option(options: dict[str, Any], place: str, message: str, hint: str) -> None:
    with pytest.raises(BadValue) as caught:
        facts_from(asked(**options))
    assert message in caught.value.message
    assert (caught.value.place, caught.value.hint) == (place, hint)


def test_an_unlikely_extension_is_refused_with_all_that_are_known() -> None:
    with pytest.raises(BadValue, match="'xyzzy'") as caught:
        facts_from(asked(extensions=("xyzzy",)))
    assert caught.value.hint.startswith("pgfit knows auto_explain, citus, ")


@pytest.mark.parametrize(
    ("settings", "fixed"),
    [
        (("work_mem=8MB",), {"work_mem": Bytes(8388608)}),
        ((" WORK_MEM = 8MB ",), {"work_mem": Bytes(8388608)}),
        (("work_mem='8MB'",), {"work_mem": Bytes(8388608)}),
        (("work_mem=8MB", "work_mem=8192"), {"work_mem": Bytes(8388608)}),  # twice the same
        (("checkpoint_timeout=15min", "jit=off"), {"checkpoint_timeout": Duration(900_000), "jit": False}),
        (("application_name=a=b",), {"application_name": "a=b"}),
        (("application_name=",), {"application_name": ""}),
        (("ssl_min_protocol_version=TLSv1.3",), {"ssl_min_protocol_version": "TLSv1.3"}),
        (("random_page_cost=1.23456789",), {"random_page_cost": 1.23456789}),
    ],
)
def test_settings_are_read_as_postgres_would(settings: tuple[str, ...], fixed: dict[str, Value]) -> None:
    assert facts_from(asked(settings=settings)).fixed == fixed


def test_a_setting_must_be_in_the_major_that_was_asked_for() -> None:
    assert facts_from(asked(postgres=19, settings=("io_max_workers=2",))).fixed == {"io_max_workers": 2}


@given(st.text() | st.from_regex(r"\A[a-z_]{1,20} ?= ?.{0,10}\Z"))
def test_any_set_option_ends_in_facts_or_bad_value(text: str) -> None:
    with suppress(BadValue):
        facts_from(asked(settings=(text,)))


@given(st.text(), st.text(), st.text(), st.text())
def test_any_words_end_in_facts_or_an_error_for_a_person(memory: str, cpus: str, reserve: str, storage: str) -> None:
    with suppress(PgfitError):
        facts_from(Options(memory=memory, cpus=cpus, reserve=reserve, storage=storage))


# -- where no limit was typed -----------------------------------------------------------------------------------


def test_without_memory_the_cgroup_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroup, "detect", lambda: FOUND)
    facts = facts_from(Options())
    assert (facts.memory, facts.cpus, facts.host_huge_pages) == FOUND


def test_typed_cpus_win_over_those_of_the_cgroup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroup, "detect", lambda: FOUND)
    facts = facts_from(Options(cpus="2"))
    assert (facts.memory, facts.cpus) == (Known(GB_1, "memory.max"), Known(2.0, "--cpus"))


def test_a_reserve_must_leave_something_of_a_limit_that_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroup, "detect", lambda: FOUND)
    with pytest.raises(BadValue, match="--reserve: it leaves nothing"):
        facts_from(Options(reserve="1G"))


@pytest.mark.parametrize("word", ["host", "HOST", " Host "])
def test_host_means_the_whole_machine(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Limits(Known(GB_8, "MemTotal"), Known(4.0, "processors"), Known(value=False, where="/proc/meminfo"))
    monkeypatch.setattr(cgroup, "host", lambda: machine)
    monkeypatch.setattr(cgroup, "detect", lambda: FOUND)
    facts = facts_from(Options(memory=word))
    assert (facts.memory, facts.cpus, facts.host_huge_pages) == machine


def test_a_typed_limit_describes_some_container_so_nothing_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def look() -> NoReturn:
        pytest.fail("looked at this machine")

    monkeypatch.setattr(cgroup, "host", look)
    monkeypatch.setattr(cgroup, "detect", look)
    assert facts_from(Options(memory="256M")).memory.value == MB_256


@pytest.mark.parametrize(("memory", "asks"), [(None, "detect"), ("host", "host")])
def test_without_any_limit_the_hint_says_what_to_pass(memory: str | None, asks: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = Limits(Unknown("no cgroup limits memory here"), Unknown("no CPU quota"), Unknown("not said"))
    monkeypatch.setattr(cgroup, asks, lambda: nothing)
    with pytest.raises(UnknownLimit, match="no cgroup limits memory here") as caught:
        facts_from(Options(memory=memory))
    assert "--memory 512M" in caught.value.hint
    assert "run pgfit inside the container" in caught.value.hint
    assert "--memory host" in caught.value.hint
