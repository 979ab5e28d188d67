"""The promise and the division of the limit: laws that hold for every limit, profile and wish."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgfit.catalog import MAJORS, catalog
from pgfit.catalog.values import COUNTED_IN, parse, print_value
from pgfit.errors import BadValue, DoesNotFit
from pgfit.model import Facts, Known, Plan, Unknown
from pgfit.profiles import load, names
from pgfit.tune import plan
from pgfit.units import GB, KB, MB, TB, Bytes, Duration
from planning import plan_for

MEMORIES = st.integers(64 * MB, 4 * TB).map(Bytes) | st.integers(64 * MB, 4 * GB).map(Bytes)
CPUS = st.sampled_from([0.05, 0.3, 0.5, 1.0, 1.5, 2.0, 3.9, 4.0, 8.0, 32.0, 128.0, 512.0])
PROFILES = st.sampled_from(names())
MAJOR = st.sampled_from(MAJORS)


def facts(memory: int, cpus: float | None = 1.0, **more: object) -> Facts:
    limit = Known(Bytes(memory), "--memory")
    return Facts(limit, Unknown("not given") if cpus is None else Known(cpus, "--cpus"), **more)  # type: ignore[arg-type]


def size(made: Plan, name: str) -> int:
    value = made.value(name)
    assert isinstance(value, int)
    return value


@given(memory=MEMORIES, cpus=CPUS, profile=PROFILES, major=MAJOR)
@settings(max_examples=300, deadline=None)
def test_every_plan_fits_its_limit(memory: Bytes, cpus: float, profile: str, major: int) -> None:
    budget = plan(facts(memory, cpus, postgres=major), load(profile)).budget
    assert sum(part.size for part in budget.parts) == budget.worst_case <= memory
    assert budget.overcommit == 0


@given(memory=MEMORIES, cpus=CPUS, profile=PROFILES, major=MAJOR, connections=st.integers(1, 2000))
@settings(max_examples=300, deadline=None)
def test_wishes_are_met_or_refused_never_bent(memory: Bytes, cpus: float, profile: str, major: int, connections: int) -> None:
    wished = facts(memory, cpus, postgres=major, connections=Known(connections, "--connections"))
    try:
        made = plan(wished, load(profile))
    except DoesNotFit:
        made = plan(wished._replace(allow_overcommit=True), load(profile))
        assert made.budget.worst_case > memory
        assert made.notes[0].startswith("OVERCOMMITTED by ")
    else:
        assert made.budget.worst_case <= memory
    assert made.application_connections == connections


@given(
    memory=st.integers(64 * MB, 64 * GB),
    more=st.floats(1, 3),
    cpus=CPUS,
    profile=PROFILES,
    major=MAJOR,
    connections=st.none() | st.integers(1, 300),
)
@settings(max_examples=400, deadline=None)
def test_more_memory_never_gives_less(
    memory: int, more: float, cpus: float, profile: str, major: int, connections: int | None
) -> None:
    wish = Unknown("not asked for") if connections is None else Known(connections, "--connections")
    small, large = facts(memory, cpus, postgres=major, connections=wish), None
    try:
        less = plan(small, load(profile))
    except DoesNotFit:
        return
    large = plan(small._replace(memory=Known(Bytes(int(memory * more)), "--memory")), load(profile))
    for name in ("shared_buffers", "work_mem", "maintenance_work_mem", "autovacuum_work_mem"):
        assert size(large, name) >= size(less, name), name


def test_what_is_left_of_the_way_to_comfort_is_found_where_the_cost_bends() -> None:
    """Found by chance: from some limit on, 238 sessions got the barest server although half of comfort fitted."""
    wished = facts(5_870_411_058, 0.05, postgres=13, connections=Known(238, "--connections"))
    made = plan(wished, load("queue"))
    assert size(made, "shared_buffers") > GB
    assert made.budget.worst_case > 0.95 * made.budget.limit


@given(memory=MEMORIES, cpus=CPUS, profile=PROFILES, major=MAJOR)
@settings(max_examples=100, deadline=None)
def test_the_same_facts_give_the_same_plan(memory: Bytes, cpus: float, profile: str, major: int) -> None:
    asked = facts(memory, cpus, postgres=major, extensions=("timescaledb",))
    try:
        first = plan(asked, load(profile))
    except DoesNotFit:
        return
    assert first == plan(asked, load(profile))


@given(memory=MEMORIES, cpus=CPUS, profile=PROFILES, major=MAJOR)
@settings(max_examples=200, deadline=None)
def test_every_value_is_inside_the_catalogs_range_and_reads_back(memory: Bytes, cpus: float, profile: str, major: int) -> None:
    for one in plan(facts(memory, cpus, postgres=major), load(profile)).settings:
        setting = catalog(major)[one.setting.name]
        text = print_value(one.value)
        assert parse(setting, text) == one.value, text
        if setting.least is not None and setting.most is not None and not isinstance(one.value, str):
            counted = one.value / COUNTED_IN[setting.unit] if isinstance(one.value, Bytes | Duration) else one.value
            assert setting.least <= counted <= setting.most


@pytest.mark.parametrize("major", MAJORS)
@pytest.mark.parametrize("profile", names())
def test_a_64_mb_container_and_a_4_tb_machine_are_both_served(profile: str, major: int) -> None:
    small = plan(facts(64 * MB, 0.05, postgres=major), load(profile))
    large = plan(facts(4 * TB, 512, postgres=major), load(profile))
    assert size(small, "max_connections") >= 3
    assert size(large, "shared_buffers") >= 256 * GB


@pytest.mark.parametrize(
    ("memory", "cpus", "connections"),
    [(256 * MB, 0.3, 20), (256 * MB, 1, 27), (512 * MB, 1, 50), (GB, 1, 50), (4 * GB, 2, 100), (256 * GB, 32, 400)],
)
def test_connections_follow_the_limits(memory: int, cpus: float, connections: int) -> None:
    assert size(plan(facts(memory, cpus), load("web")), "max_connections") == connections


@pytest.mark.parametrize(("connections", "reserved"), [(1, 0), (2, 1), (14, 1), (15, 3)])
def test_few_connections_leave_superusers_fewer(connections: int, reserved: int) -> None:
    """The memory model says so."""
    made = plan(facts(GB, 1, connections=Known(connections, "--connections")), load("web"))
    assert size(made, "superuser_reserved_connections") == reserved
    assert size(made, "max_connections") == connections + reserved


def test_sessions_may_drop_by_two_where_shared_buffers_grow_faster_than_the_limit() -> None:
    """The memory model says so, with these numbers."""
    made = {memory: size(plan(facts(memory * MB, 1), load("oltp")), "max_connections") for memory in (848, 1024)}
    assert made == {848: 34, 1024: 32}


def test_1_gb_carries_92_sessions_when_asked_to() -> None:
    made = plan(facts(GB, 1, connections=Known(92, "--connections")), load("web"))
    assert made.application_connections == 92
    assert size(made, "work_mem") >= 512 * KB


def test_below_two_cpus_there_is_no_parallel_query() -> None:
    made = plan(facts(4 * GB, 1.9), load("analytics"))
    assert made.value("max_parallel_workers") == 0
    assert made.value("max_parallel_workers_per_gather") == 0


def test_an_unknown_cpu_limit_is_said_and_planned_as_one() -> None:
    made = plan(facts(GB, None), load("web"))
    assert made.value("max_parallel_workers") == 0
    assert any(note.startswith("CPU limit unknown") for note in made.notes)


def test_too_small_a_limit_is_refused_with_the_smallest_that_works() -> None:
    with pytest.raises(DoesNotFit) as refused:
        plan(facts(32 * MB), load("web"))
    assert "the smallest server pgfit would run needs at least" in refused.value.message
    enough = int(refused.value.hint.partition("--memory ")[2].partition("M")[0])
    assert 48 <= enough <= 64
    plan(facts(enough * MB), load("web"))


def test_a_refusal_offers_three_ways_out_that_work() -> None:
    wished = facts(256 * MB, 0.3, connections=Known(500, "--connections"))
    with pytest.raises(DoesNotFit) as refused:
        plan(wished, load("web"))
    hint = refused.value.hint
    fewer = int(hint.partition("--connections ")[2].split()[0])
    enough = int(hint.partition("--memory ")[2].partition("M")[0])
    assert "pgbouncer" in hint
    plan(wished._replace(connections=Known(fewer, "")), load("web"))
    plan(wished._replace(memory=Known(Bytes(enough * MB), "")), load("web"))
    with pytest.raises(DoesNotFit):
        plan(wished._replace(connections=Known(fewer + 2, "")), load("web"))


def test_a_refusal_offers_no_connections_that_reserved_ones_take() -> None:
    """30 are reserved, and not the application's; 39 of them would not fit at all."""
    wished = facts(256 * MB, 1, connections=Known(100, "--connections"), fixed={"reserved_connections": 30})
    with pytest.raises(DoesNotFit) as refused:
        plan(wished, load("web"))
    fewer = int(refused.value.hint.partition("--connections ")[2].split()[0])
    assert plan(wished._replace(connections=Known(fewer, "")), load("web")).application_connections == fewer
    with pytest.raises(DoesNotFit):
        plan(wished._replace(connections=Known(fewer + 2, "")), load("web"))
    full = wished._replace(fixed={"reserved_connections": 60})
    with pytest.raises(DoesNotFit) as refused:
        plan(full, load("web"))
    assert "--connections" not in refused.value.hint
    assert "pgbouncer" not in refused.value.hint


def test_a_refusal_offers_no_max_connections_that_other_wishes_contradict() -> None:
    wished = facts(256 * MB, 1, fixed={"max_connections": 200, "reserved_connections": 50})
    with pytest.raises(DoesNotFit) as refused:
        plan(wished, load("web"))
    assert "max_connections" not in refused.value.hint
    wished = facts(256 * MB, 1, fixed={"max_connections": 200, "reserved_connections": 5})
    with pytest.raises(DoesNotFit) as refused:
        plan(wished, load("web"))
    fewer = int(refused.value.hint.partition("--set max_connections=")[2].split()[0])
    made = plan(wished._replace(fixed={**wished.fixed, "max_connections": fewer}), load("web"))
    assert f"{made.application_connections} server connections" in refused.value.hint


def test_a_refusal_offers_nothing_that_dev_shm_cannot_hold() -> None:
    """More memory makes work_mem larger, and with it the hash tables that parallel queries share."""
    fixed = {"max_parallel_workers_per_gather": 4, "enable_parallel_hash": True}
    shm = Known(Bytes(64 * MB), "--shm-size")
    wished = facts(256 * MB, 8, connections=Known(200, "--connections"), fixed=fixed, shm_size=shm)
    with pytest.raises(DoesNotFit) as refused:
        plan(wished, load("web"))
    assert refused.value.place == "--memory"
    assert "--memory" not in refused.value.hint
    assert "--connections" not in refused.value.hint


def test_a_refusal_finds_one_connection_and_no_plan_for_none() -> None:
    with pytest.raises(DoesNotFit) as refused:
        plan(facts(32 * MB, 1, connections=Known(10, "--connections")), load("web"))
    assert "--connections" not in refused.value.hint
    with pytest.raises(DoesNotFit) as refused:
        plan(facts(128 * MB, 1, connections=Known(60, "--connections")), load("web"))
    assert "--connections 14" in refused.value.hint  # with one reserved: 15 would have three


def test_a_refusal_offers_no_size_below_postgresqls_least() -> None:
    """temp_buffers has at least 800 kB; here 448 kB would fit."""
    with pytest.raises(DoesNotFit) as refused:
        plan(facts(57 * MB, 1, fixed={"temp_buffers": Bytes(512 * MB)}), load("analytics"))
    assert "temp_buffers" not in refused.value.hint


@pytest.mark.parametrize(("name", "text"), [("work_mem", "64MB"), ("shared_buffers", "250MB"), ("maintenance_work_mem", "1GB")])
def test_a_fixed_size_that_does_not_fit_is_refused_with_one_that_does(name: str, text: str) -> None:
    setting = catalog(18)[name]
    wished = facts(256 * MB, 0.3, fixed={name: parse(setting, text)})
    with pytest.raises(DoesNotFit) as refused:
        plan(wished, load("web"))
    smaller = refused.value.hint.partition(f"--set {name}=")[2].split()[0]
    made = plan(wished._replace(fixed={name: parse(setting, smaller)}), load("web"))
    assert print_value(made.value(name)) == smaller


@pytest.mark.parametrize(
    ("profile", "cpus", "fixed", "method", "workers"),
    [
        ("web", "1", (), "sync", None),
        ("web", "3.9", (), "sync", None),
        ("web", "4", (), "worker", 3),
        ("mixed", "2", (), "worker", 2),
        ("web", "1", ("io_workers=5",), "worker", 5),
        ("web", "1", ("io_method=worker",), "worker", 2),
        ("web", "8", ("io_method=sync",), "sync", None),
        ("web", "8", ("io_method=io_uring",), "io_uring", None),
    ],
)
def test_sessions_read_for_themselves_where_processors_are_few(
    profile: str, cpus: str, fixed: tuple[str, ...], method: str, workers: int | None
) -> None:
    """And then no I/O worker is counted, nor named."""
    made = plan_for("1G", cpus, profile, postgres=18, settings=fixed)
    values = {one.setting.name: one.value for one in made.settings}
    assert (values["io_method"], values.get("io_workers")) == (method, workers)
    (part,) = (one for one in made.budget.parts if one.name == "server_processes")
    assert ("I/O worker" in part.why) == (workers is not None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hash_mem_multiplier", "4"),
        ("wal_buffers", "16MB"),
        ("max_prepared_transactions", "200"),
        ("max_locks_per_transaction", "4096"),
        ("max_wal_senders", "100"),
        ("max_worker_processes", "200"),
        ("max_parallel_workers", "4"),
        ("track_activity_query_size", "1MB"),
        ("min_dynamic_shared_memory", "32MB"),
        ("jit", "on"),
        ("io_workers", "20"),
        ("autovacuum_max_workers", "8"),
        ("autovacuum_worker_slots", "200"),
        ("default_statistics_target", "1000"),
        ("transaction_buffers", "16MB"),
    ],
)
def test_whatever_costs_memory_is_charged_when_fixed(name: str, text: str) -> None:
    """The same server with the setting fixed high has a larger worst case, or less of something else."""
    value = parse(catalog(18)[name], text)
    fixed = {"work_mem": Bytes(MB), "shared_buffers": Bytes(32 * MB), "max_connections": 10}
    before = plan(facts(2 * GB, 1, fixed=fixed), load("web")).budget.worst_case
    after = plan(facts(2 * GB, 1, fixed={**fixed, name: value}), load("web")).budget.worst_case
    assert after > before


def test_autovacuum_work_mem_of_minus_one_is_charged_as_maintenance_work_mem() -> None:
    fixed = {"work_mem": Bytes(MB), "max_connections": 10, "maintenance_work_mem": Bytes(256 * MB)}
    derived = plan(facts(4 * GB, 1, fixed={**fixed, "autovacuum_work_mem": Bytes(-1)}), load("web"))
    assert {part.name: part.size for part in derived.budget.parts}["autovacuum"] > 2 * 256 * MB


@pytest.mark.parametrize(
    "fixed",
    [
        {"superuser_reserved_connections": 30},
        {"superuser_reserved_connections": 2, "reserved_connections": 40},
        {"reserved_connections": 18},
        {"reserved_connections": 12},
        {"reserved_connections": 11},
        {"max_connections": 1},
        {"max_connections": 2},
    ],
)
def test_reserved_connections_always_leave_some(fixed: dict[str, int]) -> None:
    """Also the superusers', which nobody fixed; or PostgreSQL refuses to start."""
    made = plan(facts(256 * MB, 0.3, fixed=fixed), load("web"))
    assert size(made, "max_connections") > made.reserved_connections >= sum(fixed.values()) - fixed.get("max_connections", 0)
    reserved = size(made, "superuser_reserved_connections") + fixed.get("reserved_connections", 0)
    assert made.reserved_connections == reserved


def test_few_worker_processes_leave_few_parallel_workers() -> None:
    made = plan(facts(8 * GB, 8, fixed={"max_worker_processes": 3}), load("web"))
    assert size(made, "max_parallel_workers") <= 3


def test_autovacuum_workers_keep_to_fixed_slots() -> None:
    """The server starts no more of them than there are slots, and is charged no more."""
    free = plan(facts(8 * GB, 32), load("web"))
    bound = plan(facts(8 * GB, 32, fixed={"autovacuum_worker_slots": 2}), load("web"))
    assert size(free, "autovacuum_max_workers") == 4
    assert size(bound, "autovacuum_max_workers") == 2
    both = {"autovacuum_worker_slots": 2, "autovacuum_max_workers": 9, "autovacuum_work_mem": Bytes(64 * MB)}
    running = plan(facts(8 * GB, 32, fixed=both, allow_overcommit=True), load("web"))
    assert {part.name: part.size for part in running.budget.parts}["autovacuum"] < 3 * 1.1 * 64 * MB


def test_connections_that_superusers_leave_must_suffice() -> None:
    with pytest.raises(BadValue, match="--connections 19 does not go into max_connections=20 beside 3"):
        plan(facts(GB, connections=Known(19, "--connections"), fixed={"max_connections": 20}), load("web"))
    made = plan(facts(GB, connections=Known(17, "--connections"), fixed={"max_connections": 20}), load("web"))
    assert made.application_connections == 17


def test_the_combine_limit_is_counted_in_blocks() -> None:
    """pg_settings counts it in 8 kB: 128 kB are 16 of them, its default."""
    fixed = {"io_max_combine_limit": Bytes(128 * KB)}
    assert plan(facts(GB, fixed=fixed), load("web")).budget == plan(facts(GB), load("web")).budget


def test_min_wal_size_follows_a_fixed_max_wal_size() -> None:
    made = plan(facts(GB, fixed={"max_wal_size": Bytes(128 * MB)}), load("web"))
    assert size(made, "min_wal_size") <= 64 * MB


def test_a_refusal_names_whatever_was_fixed() -> None:
    with pytest.raises(DoesNotFit, match="max_parallel_workers=1000 needs at least"):
        plan(facts(GB, fixed={"max_parallel_workers": 1000}), load("web"))


def test_an_extension_that_a_fixed_list_preloads_is_kept_to_the_workers_that_are_counted() -> None:
    """Its own default is 16, four times what the budget charges."""
    named = plan(facts(2 * GB, 1, extensions=("timescaledb",)), load("web"))
    listed = plan(facts(2 * GB, 1, fixed={"shared_preload_libraries": "timescaledb"}), load("web"))
    for made in (named, listed):
        assert made.value("timescaledb.max_background_workers") == 4
        assert made.value("max_locks_per_transaction") == 256
    assert named.budget == listed.budget


def test_temp_buffers_are_charged_where_the_profile_has_temporary_tables() -> None:
    fixed = {"work_mem": Bytes(MB), "shared_buffers": Bytes(32 * MB), "max_connections": 10}
    before = plan(facts(2 * GB, 1, fixed=fixed), load("analytics")).budget.worst_case
    after = plan(facts(2 * GB, 1, fixed={**fixed, "temp_buffers": Bytes(64 * MB)}), load("analytics")).budget.worst_case
    assert after - before > 250 * MB  # half of ten sessions hold 56 MB more


def test_reserved_memory_is_taken_from_the_limit() -> None:
    alone = plan(facts(256 * MB, 0.3), load("web"))
    shared = plan(facts(256 * MB, 0.3, reserve=Bytes(128 * MB)), load("web"))
    assert {part.name: part.size for part in shared.budget.parts}["other_processes"] == 128 * MB
    assert size(shared, "max_connections") < size(alone, "max_connections")


@pytest.mark.parametrize("profile", ["oltp", "queue"])
def test_few_sessions_leave_room_for_shared_buffers_before_work_mem(profile: str) -> None:
    """Up to the full share, with the page tables that the sessions pay for it; what is left then is work_mem."""
    asked = load(profile)

    def made(connections: int) -> Plan:
        return plan(facts(256 * MB, 1, connections=Known(connections, "--connections")), asked)

    some, few, fewest = made(8), made(5), made(2)
    full = asked.shared_buffers_share * 256 * MB
    assert size(some, "shared_buffers") > 1.2 * asked.shared_buffers_small_share * 256 * MB
    assert size(some, "work_mem") < 1.1 * size(made(10), "work_mem")
    assert 0.95 * full / 1.05 <= size(fewest, "shared_buffers") <= full
    assert size(few, "shared_buffers") <= size(fewest, "shared_buffers")
    assert size(fewest, "work_mem") > 1.5 * size(some, "work_mem")


def test_fixed_shared_buffers_are_not_grown() -> None:
    fixed = {"shared_buffers": Bytes(64 * MB)}
    made = plan(facts(512 * MB, 1, connections=Known(5, "--connections"), fixed=fixed), load("web"))
    assert size(made, "shared_buffers") == 64 * MB
    assert size(made, "work_mem") > 4 * MB


def test_parallel_query_begins_with_the_processors_of_the_profile() -> None:
    two, four = plan(facts(4 * GB, 2), load("web")), plan(facts(4 * GB, 4), load("web"))
    assert two.value("max_parallel_workers_per_gather") == 0
    assert two.value("max_parallel_workers") == two.value("max_parallel_maintenance_workers") == 1
    assert size(four, "max_parallel_workers_per_gather") == 2
    assert plan(facts(4 * GB, 2), load("analytics")).value("max_parallel_workers_per_gather") == 1
    asked = plan(facts(4 * GB, 2, fixed={"max_parallel_workers_per_gather": 2}), load("web"))
    assert size(asked, "max_parallel_workers") >= 2


def test_a_small_dev_shm_that_cannot_be_changed_takes_parallel_workers_away() -> None:
    free = plan(facts(8 * GB, 4), load("analytics"))
    bound = plan(facts(8 * GB, 4, shm_size=Known(Bytes(16 * MB), "--shm-size")), load("analytics"))
    assert size(free, "max_parallel_workers") == 4
    assert size(bound, "max_parallel_workers") == 2
    assert bound.container.shm_size == 16 * MB


def test_fixed_workers_that_a_small_dev_shm_cannot_serve_are_refused_not_lowered() -> None:
    fixed = {"max_parallel_workers": 32, "max_parallel_workers_per_gather": 8, "max_worker_processes": 40}
    with pytest.raises(DoesNotFit, match="cannot hold") as refused:
        plan(facts(8 * GB, 4, fixed=fixed, shm_size=Known(Bytes(16 * MB), "--shm-size")), load("web"))
    assert refused.value.place == "--shm-size"


def test_parallel_vacuum_up_to_16_needs_maintenance_work_mem_in_dev_shm() -> None:
    shm = Known(Bytes(64 * MB), "--shm-size")
    assert plan(facts(8 * GB, 4, postgres=16, shm_size=shm), load("web")).value("max_parallel_maintenance_workers") == 0
    assert size(plan(facts(8 * GB, 4, postgres=17, shm_size=shm), load("web")), "max_parallel_maintenance_workers") > 0


@pytest.mark.parametrize(("postgres", "extensions"), [(13, ()), (16, ()), (18, ("pgvector",))])
def test_more_memory_never_takes_parallel_query_away(postgres: int, extensions: tuple[str, ...]) -> None:
    """In a small /dev/shm, parallel VACUUMs and builds, which put maintenance_work_mem there, are given up first."""
    most, shm = 0, Known(Bytes(64 * MB), "--shm-size")
    for memory in range(512, 4096, 50):
        made = plan(facts(memory * MB, 8, postgres=postgres, extensions=extensions, shm_size=shm), load("web"))
        assert size(made, "max_parallel_workers") >= most, memory
        assert size(made, "max_parallel_workers_per_gather") == 2, memory
        most = size(made, "max_parallel_workers")
    assert most == 8


def test_parallel_maintenance_stays_where_it_takes_nothing_from_dev_shm() -> None:
    made = plan(facts(8 * GB, 8, shm_size=Known(Bytes(32 * MB), "--shm-size")), load("web"))
    assert (made.value("max_parallel_workers"), made.value("max_parallel_maintenance_workers")) == (5, 4)


@pytest.mark.parametrize(
    ("kept", "workers", "maintenance"),
    [
        (0, 2, 0),
        (20, 6, 0),
        (40, 8, 0),
        (300, 8, 0),  # VACUUM wants 320 MB in one piece
        (400, 8, 4),
    ],
)
def test_min_dynamic_shared_memory_is_room_for_parallel_workers(kept: int, workers: int, maintenance: int) -> None:
    """PostgreSQL fills it first, and then /dev/shm."""
    fixed = {"min_dynamic_shared_memory": Bytes(kept * MB)} if kept else {}
    shm = Known(Bytes(16 * MB), "--shm-size")
    made = plan(facts(8 * GB, 8, postgres=16, fixed=fixed, shm_size=shm), load("web"))
    assert made.value("max_parallel_workers") == workers
    assert made.value("max_parallel_maintenance_workers") == maintenance


def test_parallel_hash_is_off_unless_it_is_paid_for_and_then_dev_shm_is_as_large_as_all_of_it() -> None:
    """Every session may fill a shared table alone, for all planned workers: 5 × 1.25 × work_mem for each of its hashes."""
    made = plan(facts(16 * GB, 8), load("analytics"))
    assert made.value("enable_parallel_hash") is False
    assert made.container.shm_size == 64 * MB
    paid = plan(facts(16 * GB, 8, fixed={"enable_parallel_hash": True, "work_mem": Bytes(4 * MB)}), load("analytics"))
    sessions = size(paid, "max_connections")
    queries = next(part.size for part in paid.budget.parts if part.name == "queries")
    assert queries > sessions * 2 * 5 * 1.25 * 4 * MB
    assert paid.container.shm_size > sessions * 2 * 5 * 1.25 * 4 * MB


@pytest.mark.parametrize(
    ("wishes", "more"),
    [
        ({"fixed": {"ssl": True}}, 2 * MB),
        ({"fixed": {"temp_buffers": Bytes(100 * MB)}}, 107 * MB),
        ({"fixed": {"transaction_buffers": Bytes(64 * MB)}}, 129 * MB),
        ({"fixed": {"shared_preload_libraries": "pg_stat_statements"}}, 3 * MB),
        ({"fixed": {"max_logical_replication_workers": 6}}, (6 * 2.4 + 4 * 16) * MB),
        ({"fixed": {"max_logical_replication_workers": 6, "max_parallel_apply_workers_per_subscription": 0}}, 6 * 2.4 * MB),
    ],
)
def test_what_is_easily_forgotten_is_charged(wishes: dict[str, dict[str, object]], more: int) -> None:
    base = {"work_mem": Bytes(MB), "shared_buffers": Bytes(32 * MB), "max_connections": 10}
    before = plan(facts(2 * GB, 1, fixed=base), load("web")).budget.worst_case
    after = plan(facts(2 * GB, 1, fixed={**base, **wishes["fixed"]}), load("web")).budget.worst_case
    assert after - before >= more


@pytest.mark.parametrize(("major", "queues"), [(15, 0), (16, 4), (18, 4)])
def test_parallel_apply_workers_need_room_in_dev_shm(major: int, queues: int) -> None:
    base = {"max_connections": 10, "work_mem": Bytes(MB), "shared_buffers": Bytes(32 * MB)}
    made = plan(facts(2 * GB, 1, postgres=major, fixed={**base, "max_logical_replication_workers": 6}), load("web"))
    without = plan(facts(2 * GB, 1, postgres=major, fixed=base), load("web"))
    more = made.budget.worst_case - without.budget.worst_case
    assert 6 * 2.4 * MB + queues * 16 * MB <= more <= 6 * 2.6 * MB + queues * 17 * MB
    assert made.value("max_worker_processes") == 8
    assert (made.container.shm_size > 64 * MB) == bool(queues)


def test_slots_for_the_launcher_and_all_workers_of_logical_replication() -> None:
    made = plan(facts(2 * GB, 1, fixed={"max_logical_replication_workers": 20}), load("web"))
    assert made.value("max_worker_processes") == 21


@pytest.mark.parametrize(
    ("fixed", "part"),
    [
        ({"max_connections": 3, "superuser_reserved_connections": 3}, "leaves nothing beside"),
        ({"max_connections": 20, "reserved_connections": 18}, "nothing beside 21 reserved ones, 3 of them for superusers"),
        ({"autovacuum_max_workers": 9, "autovacuum_worker_slots": 2}, "autovacuum_max_workers=9 is above"),
        ({"max_wal_size": Bytes(20 * MB)}, "below two WAL segments"),
        ({"wal_level": "minimal"}, "max_wal_senders is not 0"),
        ({"wal_level": "minimal", "max_wal_senders": 0, "archive_mode": "on"}, "archive_mode needs more"),
        ({"io_max_concurrency": 0}, "io_max_concurrency=0"),
        ({"vacuum_buffer_usage_limit": Bytes(64 * KB)}, "at least 128kB"),
        ({"transaction_buffers": Bytes(136 * KB)}, "multiple of 16 blocks"),
        ({"max_wal_senders": 262_120}, "more processes than PostgreSQL can count"),
    ],
)
def test_wishes_that_keep_a_server_from_starting_are_refused(fixed: dict[str, object], part: str) -> None:
    with pytest.raises(BadValue, match=part):
        plan(facts(GB, fixed=fixed), load("web"))
