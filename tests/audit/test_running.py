"""One running server out of its snapshot: which limit counts, what is unknown, what is computed."""

import pytest
import yaml

from pgfit.audit.record import Row
from pgfit.audit.running import RunningServer
from pgfit.model import Known, Unknown
from pgfit.units import MB, Bytes, Duration
from sketching import snapshot

PROVIDER = "server: {superuser: false}\ndenied: [files, pressure]\n"
"""What a customer is, and sees."""
TOLD = "told: [{what: memory, value: 268435456, where: docker inspect a}, {what: cpus, value: 0.5, where: docker inspect a}]"
TYPED = "told: [{what: memory, value: 134217728, where: --memory}, {what: memory, value: 268435456, where: docker inspect a}]"


def server(text: str) -> RunningServer:
    return RunningServer(snapshot(yaml.safe_load(text) or {}))


@pytest.mark.parametrize(
    ("text", "megabytes", "where"),
    [
        ("memory: 512M", 512, "/sys/fs/cgroup/memory.max"),
        (f"memory: 512M\n{TOLD}", 512, "/sys/fs/cgroup/memory.max"),
        (f"memory: 512M\n{TYPED}", 128, "--memory"),
        (f"memory: none\n{TOLD}", 256, "docker inspect a"),
        (f"denied: [files]\n{TOLD}", 256, "docker inspect a"),
        (f"{PROVIDER}settings: {{rds.extensions: x}}\n{TYPED}", 128, "--memory"),
        ("memory: none\ntold: [{what: memory, value: 0, where: --memory}, {what: memory, value: 268435456, where: a}]", 256, "a"),
        ("memory: 512M\ntold: [{what: memory, value: -5, where: --memory}]", 512, "/sys/fs/cgroup/memory.max"),
        ("memory: 512M\ntold: [{what: memory, value: 0.5, where: --memory}]", 512, "/sys/fs/cgroup/memory.max"),
        ("memory: 512M\ntold: [{what: memory, value: 1.0e+300, where: --memory}]", 512, "/sys/fs/cgroup/memory.max"),
    ],
)
def test_which_limit_counts(text: str, megabytes: int, where: str) -> None:
    assert server(text).memory == Known(Bytes(megabytes * MB), where)


@pytest.mark.parametrize(
    "text",
    [
        "memory: none",
        "denied: [files]",
        f"{PROVIDER}settings: {{rds.extensions: x}}",
        f"{PROVIDER}settings: {{azure.extensions: x}}",
        "memory: none\ntold: [{what: memory, value: 0, where: docker inspect a}]",
    ],
)
def test_without_a_limit_it_is_unknown_and_says_why(text: str) -> None:
    found = server(text).memory
    assert isinstance(found, Unknown)
    assert found.why


@pytest.mark.parametrize(
    ("name", "provider"),
    [
        ("rds.extensions", "Amazon RDS"),
        ("azure.extensions", "Azure Database for PostgreSQL"),
        ("cloudsql.iam_authentication", "Google Cloud SQL"),
        ("alloydb.iam_authentication", "Google AlloyDB"),
        ("neon.tenant_id", "Neon"),
        ("supautils.superuser", "Supabase"),
        ("app.rds", ""),
        ("work_mem", ""),
    ],
)
def test_providers_are_known_by_their_settings(name: str, provider: str) -> None:
    assert server(f"{PROVIDER}settings: {{{name}: 4MB}}").managed == provider


@pytest.mark.parametrize(
    "text",
    [
        "memory: 512M",
        "denied: [files, pressure]",
        "server: {superuser: false}\nmemory: 512M",
        f"{PROVIDER}{TOLD}",
    ],
    ids=["a superuser with files", "a superuser", "files", "docker knows it"],
)
def test_an_image_with_a_providers_extensions_is_no_providers_server(text: str) -> None:
    made = server(f"{text}\nsettings: {{supautils.superuser: x}}")
    assert made.managed == ""
    assert "Supabase" not in str(made.memory)


@pytest.mark.parametrize("cpus", [0, -1, -0.5])
def test_no_cpus_are_no_limit(cpus: float) -> None:
    assert server(f"cpus: 2\ntold: [{{what: cpus, value: {cpus}, where: --cpus}}]").cpus == Known(2.0, "/sys/fs/cgroup/cpu.max")


@pytest.mark.parametrize(
    ("taken", "now"),
    [
        ("2027-01-15T08:00:00+00:00", 1_800_000_000),
        ("2027-01-15T08:00:00", 1_800_000_000),
        ("2027-01-15T10:00:00+02:00", 1_800_000_000),
        ("0001-01-01", -62_135_596_800),
        ("0001-01-01T00:00:00+14:00", -62_135_647_200),
        ("9999-12-31", 253_402_214_400),
    ],
)
def test_a_server_that_does_not_tell_the_time_is_read_by_the_snapshots(taken: str, now: int) -> None:
    assert RunningServer(snapshot({"denied": ["server"]})._replace(taken_at=taken)).now == now


@pytest.mark.parametrize(
    ("flags", "value"), [([{"name": "work_mem", "value": "16MB"}], Bytes(16 * MB)), ([], Bytes(4 * MB)), (None, Bytes(4 * MB))]
)
def test_the_servers_own_value_under_that_of_a_role(flags: list[Row] | None, value: Bytes) -> None:
    made = snapshot({"settings": {"work_mem": "64MB"}, "sources": {"work_mem": "user"}})
    rows = made.rows if flags is None else {**made.rows, "flags": tuple(flags)}
    assert RunningServer(made._replace(rows=rows)).value("work_mem") == value


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("work_mem", "4MB", Bytes(4 * MB)),
        ("shared_buffers", "128MB", Bytes(128 * MB)),
        ("autovacuum_work_mem", "-1", Bytes(-1)),
        ("checkpoint_timeout", "5min", Duration(300_000)),
        ("statement_timeout", "0", Duration(0)),
        ("random_page_cost", "1.1", 1.1),
        ("max_connections", "77", 77),
        ("jit", "off", False),
        ("wal_level", "logical", "logical"),
        ("shared_preload_libraries", "a, b", "a, b"),
        ("huge_pages", "try", "try"),
    ],
)
def test_values_are_typed(name: str, text: str, value: object) -> None:
    found = server(yaml.safe_dump({"settings": {name: text}})).value(name)
    assert (found, type(found)) == (value, type(value))


def test_what_is_hidden_is_unknown_and_never_the_default() -> None:
    hidden = server("hidden: [work_mem]")
    assert (hidden.value("work_mem"), hidden.size("work_mem"), hidden.number("work_mem"), hidden.place("work_mem")) == (
        None,
        None,
        None,
        "",
    )


@pytest.mark.parametrize(
    ("text", "now", "most"),
    [
        ("activity: {clients: 5, processes: 14}\nfiles: {pids.peak: '40'}", 5, 31),
        ("activity: {clients: 5, processes: 14}\nfiles: {pids.peak: '9'}", 5, 5),
        ("activity: {clients: 5, processes: 14, parallel_workers: 4}\nfiles: {pids.peak: '40'}", 5, 35),
        ("activity: {clients: 5, processes: 14, autovacuum_workers: 3, wal_senders: 1}\nfiles: {pids.peak: '40'}", 5, 35),
        ("activity: {clients: 5, processes: 14, parallel_workers: 90}\nfiles: {pids.peak: '40'}", 5, 40),
        ("activity: {clients: 5, processes: 14}\nserver: {reads_all_stats: false}\nfiles: {pids.peak: '40'}", 5, 40),
        ("files: {pids.peak: max}", 5, None),
        ("denied: [activity]", None, None),
    ],
)
def test_sessions_now_and_at_most(text: str, now: int | None, most: int | None) -> None:
    assert (server(text).sessions, server(text).most_sessions) == (now, most)


def test_sessions_on_average() -> None:
    text = "databases: {session_seconds: 864000, reset_at: 1799913600}"  # ten days of sessions in one
    assert server(text).average_sessions == 10
    assert server("databases: {session_seconds: null}").average_sessions is None


@pytest.mark.parametrize(
    ("checkpoints", "days"), [("1797408000.0", 30), ("1799913600.0", 1), ("null", 1)], ids=["older", "reset since", "unknown"]
)
def test_statistics_that_were_never_reset_are_older_than_the_start(checkpoints: str, days: int) -> None:
    text = "server: {started_at: 1799913600.0}\ndatabases: {reset_at: null}\nwal: {reset_at: null}\n"
    text += f"checkpoints: {{reset_at: {checkpoints}}}"
    assert server(text).counted_for("databases") == days * 86400


@pytest.mark.parametrize(
    ("role", "grants"),
    [
        ("superuser: true", []),
        (
            "superuser: false, user: app, reads_all_settings: false, reads_all_stats: false, reads_server_files: false",
            [
                "GRANT pg_monitor TO app;",
                "GRANT pg_read_server_files TO app;",
                "GRANT EXECUTE ON FUNCTION pg_read_file(text, bigint, bigint, boolean) TO app;",
            ],
        ),
        (
            "superuser: false, user: My App",
            ['GRANT EXECUTE ON FUNCTION pg_read_file(text, bigint, bigint, boolean) TO "My App";'],
        ),
        (
            "superuser: false, user: 'a\"; DROP'",
            ['GRANT EXECUTE ON FUNCTION pg_read_file(text, bigint, bigint, boolean) TO "a""; DROP";'],
        ),
    ],
)
def test_what_would_let_the_role_see_more(role: str, grants: list[str]) -> None:
    assert server(f"server: {{{role}}}\ndenied: [files]").grants() == grants


def test_an_image_without_llvm_compiles_nothing() -> None:
    assert server("settings: {jit: on}").is_on("jit") is True
    assert server("settings: {jit: on}\nserver: {jit_available: false}").is_on("jit") is False
