"""Where settings come from, and what the file, docker and the server say differently."""
# ruff: noqa: E501  a case is one line

import pytest

from sketching import found

COMPOSE = "compose: |\n  services:\n    db:\n      image: postgres:18\n      command: postgres"
OVERLAY = 'files: {/proc/self/mountinfo: "20 10 0:50 / / rw,relatime - overlay overlay rw"}'
NOT_APPLIED = "setting could not be applied"
WAITING = (f"value: 90, error: {NOT_APPLIED}", "value: 90, error: null")
NEW_LINES = ("work_mem, value: 4097kB", "jit, value: 'no'", "random_page_cost, value: '1.1'", "WORK_MEM, value: 1GB")
NOTHING_NEW = [
    ("", "work_mem, value: 1GB, applied: false"),
    ("", "max_connections, value: 7, applied: true"),
    ("", "timezone, value: Asia/Tokyo, applied: true"),
    ("", "work_mem, value: 4096kB, applied: true"),
    ("", "jit, value: 'yes', applied: true"),
    ("hidden: [work_mem]", "work_mem, value: 1GB, applied: true"),
    ("settings: {cursor_tuple_fraction: 0.123457}", "cursor_tuple_fraction, value: '0.12345678', applied: true"),
    ("settings: {work_mem: 8MB}\nsources: {work_mem: command line}", "work_mem, value: 1GB, applied: true"),
]
"""Nothing that a reload would change, or nothing that can be told."""
BAD_LINES = ("random_page_cost, value: 4GG", "max_connections, value: 12abc", "jit, value: 'on'", "work_mem, value: 1kB")
"""jit needs no restart: an error of it is one, whatever the value looks like."""
OTHER_LIMITS = [
    "memory: 512M\ntold: [{what: memory, value: 1073741824, where: docker inspect a}]",
    "memory: 512M\ntold: [{what: memory, value: 1073741824, where: --memory}]",
    "memory: 512M\ntold: [{what: memory, value: 536875009, where: docker inspect a}]",
    "memory: none\ntold: [{what: memory, value: 1073741824, where: docker inspect a}]",
    "cpus: 2\ntold: [{what: cpus, value: 1.5, where: docker inspect a}]",
    "files: {cpu.max: max 100000}\ntold: [{what: cpus, value: 1.5, where: docker inspect a}]",
    "told: [{what: shm_size, value: 67108864, where: docker inspect a}]",
]
POD = "files: {/proc/self/cgroup: '0::/a/b', /sys/fs/cgroup/a/memory.max: '1073741824', /sys/fs/cgroup/a/b/memory.max: '2147483648'}"
SAME_LIMITS = [
    "memory: 512M\ntold: [{what: memory, value: 536875008, where: docker inspect a}]",
    "memory: none\ntold: [{what: memory, value: 1073741824, where: --memory}]",
    "memory: 2G\nfiles: {memory.high: '1073741824'}\ntold: [{what: memory, value: 2147483648, where: docker inspect a}]",
    f"{POD}\ntold: [{{what: memory, value: 2147483648, where: docker inspect a}}]",
    "denied: [files]\ntold: [{what: memory, value: 1073741824, where: docker inspect a}]",
    "cpus: 0.333\ntold: [{what: cpus, value: 0.33333, where: docker inspect a}]",
    "told: [{what: shm_size, value: 268435456, where: docker inspect a}]",
    "told: [{what: shm_size, value: 67108864, where: file}]\ncompose: |\n  services: {db: {image: 'postgres:18', ipc: host}}",
]
SPELLED_APART = [
    ("work_mem: 64MB", "work_mem=65536kB"),
    ("jit: on", "jit=true"),
    ("DateStyle: 'ISO, DMY'", "'DateStyle=iso,dmy'"),
    ("random_page_cost: 1.1", "random_page_cost=1.10"),
]
TUNED = "settings: {timescaledb.last_tuned: x, shared_buffers: 1GB, effective_cache_size: 3GB}"
TUNED_WELL = [
    f"memory: 5G\n{TUNED}",
    f"memory: none\n{TUNED}",
    f"memory: 8G\n{TUNED}\nsources: {{shared_buffers: command line}}",
    "memory: 8G\nsettings: {timescaledb.last_tuned: x, shared_buffers: 1GB, effective_cache_size: 6GB}",
    "memory: 8G\nsettings: {shared_buffers: 1GB, effective_cache_size: 3GB}",
    f"memory: 8G\n{TUNED}\nfile_settings: [{{file: /a/postgresql.auto.conf, line: 3, name: shared_buffers, value: 1GB}}]",
]

FOUND = [
    ("restart-pending", "pending: [max_connections]"),
    (
        "line-of-a-file-in-error",
        "file_settings: [{file: /a/b.conf, line: 3, number: 1, name: null, applied: false, error: syntax error, value: null}]",
    ),
    (
        "set-twice-in-files",
        'file_settings: [{file: /a/b.conf, line: 3, number: 1, name: jit, value: "off", error: null}, {file: /a/c.conf, line: 1, number: 2, name: Jit, value: "on", error: null}]',
    ),
    (
        "alter-system-overridden",
        'settings: {jit: on}\nsources: {jit: command line}\nfile_settings: [{file: /a/postgresql.auto.conf, line: 3, number: 1, name: jit, value: "off", error: null}]',
    ),
    (
        "alter-system-overrides-file",
        "settings: {work_mem: 8MB}\nfile_settings: [{file: /a/b.conf, line: 3, number: 1, name: work_mem, value: 2MB, error: null}, {file: /a/postgresql.auto.conf, line: 3, number: 2, name: work_mem, value: 8MB, error: null}]",
    ),
    ("role-or-database-overrides", 'overrides: [{database: "", role: app, name: jit, value: "off"}]'),
    ("role-or-database-overrides", 'overrides: [{database: "", role: app, name: jit, value: "off", can_login: true}]'),
    ("settings-hidden", "hidden: [shared_preload_libraries]"),
    ("container-hidden", "denied: [files]\ntold: [{what: memory, value: 536870912, where: docker inspect a}]"),
    (
        "file-not-applied",
        "settings: {jit: on}\ncompose: |\n  services:\n    db:\n      image: postgres:18\n      command: postgres -c jit=off",
    ),
    (
        "flag-not-in-the-file",
        "settings: {jit: on}\nsources: {jit: command line}\ncompose: |\n  services:\n    db:\n      image: postgres:18\n      command: postgres -c work_mem=4MB",
    ),
    *(("limit-not-applied", text) for text in OTHER_LIMITS),
    *(("file-not-reloaded", f"file_settings: [{{file: /a/b.conf, line: 3, applied: true, name: {line}}}]") for line in NEW_LINES),
    *(
        ("line-of-a-file-in-error", f"file_settings: [{{file: /a/b.conf, line: 3, error: {NOT_APPLIED}, name: {line}}}]")
        for line in BAD_LINES
    ),
    (
        "tuned-for-another-limit",
        "memory: 8G\nsettings: {timescaledb.last_tuned: x, shared_buffers: 1GB, effective_cache_size: 3GB}",
    ),
    ("listens-only-to-itself", f"settings: {{listen_addresses: '127.0.0.1, ::1'}}\n{OVERLAY}"),
    ("listens-only-to-itself", f"settings: {{listen_addresses: ''}}\n{OVERLAY}"),
    ("file-not-applied", f"settings: {{work_mem: 8MB}}\n{COMPOSE} -c work_mem=8MB -c work_mem=9MB"),
    (
        "another-major-than-the-file",
        "postgres: 16\ncompose: |\n  services:\n    db:\n      image: postgres:18\n      command: postgres",
    ),
    ("killed-before", "told: [{what: restart_count, value: 5, where: docker inspect a}]"),
    ("major-out-of-support", "postgres: 14"),
    ("standby-bound-to-its-primary", "server: {in_recovery: true}"),
    ("config-file-elsewhere", "settings: {config_file: /etc/p.conf}"),
]
SILENT = [
    ("restart-pending", "settings: {max_connections: 50}"),
    *(
        ("line-of-a-file-in-error", f"file_settings: [{{file: /a/b.conf, line: 3, name: max_connections, {line}}}]")
        for line in WAITING
    ),
    (
        "line-of-a-file-in-error",
        'hidden: [jit]\nfile_settings: [{file: /a/b.conf, line: 3, name: jit, error: setting could not be applied, value: "9"}]',
    ),
    ("restart-pending", "pending: [max_connections]\nsettings: {max_connections: 50}\nsources: {max_connections: command line}"),
    (
        "set-twice-in-files",
        "file_settings: [{file: /a/b.conf, line: 3, name: work_mem, value: 64MB}, {file: /a/b.conf, line: 9, name: work_mem, value: 65536kB}]",
    ),
    (
        "set-twice-in-files",
        "file_settings: [{file: /a/b.conf, line: 3, name: max_connections, value: 100}, {file: /a/b.conf, line: 9, name: max_connections, value: 50}]",
    ),
    (
        "alter-system-overridden",
        "settings: {work_mem: 8MB}\nsources: {work_mem: command line}\nfile_settings: [{file: /a/postgresql.auto.conf, line: 3, name: work_mem, value: 8192kB}]",
    ),
    (
        "alter-system-overrides-file",
        "settings: {work_mem: 8MB}\nsources: {work_mem: command line}\nfile_settings: [{file: /a/b.conf, line: 3, name: work_mem, value: 2MB}, {file: /a/postgresql.auto.conf, line: 3, name: work_mem, value: 4MB}]",
    ),
    (
        "alter-system-overrides-file",
        "settings: {TimeZone: UTC}\nfile_settings: [{file: /a/b.conf, line: 3, name: timezone, value: Asia/Tokyo}, {file: /a/postgresql.auto.conf, line: 3, name: timezone, value: UTC}]",
    ),
    *(
        ("file-not-reloaded", f"{server}\nfile_settings: [{{file: /a/b.conf, line: 3, name: {line}}}]")
        for server, line in NOTHING_NEW
    ),
    ("role-or-database-overrides", 'overrides: [{database: "", role: app, name: jit, value: "on"}]'),
    ("role-or-database-overrides", 'overrides: [{database: "", role: app, name: jit, value: "off", can_login: false}]'),
    ("container-hidden", "denied: [files]"),
    ("container-hidden", "denied: [files]\ntold: [{what: memory, value: 536870912, where: --memory}]"),
    *(("limit-not-applied", text) for text in SAME_LIMITS),
    *(("file-not-applied", f"settings: {{{runs}}}\n{COMPOSE} -c {given}") for runs, given in SPELLED_APART),
    (
        "flag-not-in-the-file",
        "postgres: 16\nsettings: {logging_collector: on}\nsources: {logging_collector: command line}\ncompose: |\n  services: {db: {image: 'tensorchord/pgvecto-rs:pg16-v0.3.0'}}",
    ),
    (
        "flag-not-in-the-file",
        "settings: {wal_level: logical}\nsources: {wal_level: command line}\ncompose: |\n  services: {db: {image: 'bitnami/postgresql:16'}}",
    ),
    ("killed-before", 'files: {memory.events: "oom_kill 1"}\ntold: [{what: oom_killed, value: 1, where: docker inspect a}]'),
    ("config-file-elsewhere", "settings: {config_file: /etc/postgresql/18/main/postgresql.conf}"),
    (
        "config-file-elsewhere",
        "settings: {config_file: /rdsdbdata/config/postgresql.conf, rds.extensions: a}\nserver: {superuser: false}\ndenied: [files]",
    ),
    *(("tuned-for-another-limit", text) for text in TUNED_WELL),
    ("listens-only-to-itself", "settings: {listen_addresses: localhost}"),
    ("listens-only-to-itself", f"settings: {{listen_addresses: 'localhost, 10.0.0.1'}}\n{OVERLAY}"),
    ("listens-only-to-itself", f"hidden: [listen_addresses]\n{OVERLAY}"),
    (
        "set-twice-in-files",
        'file_settings: [{file: /a/b.conf, line: 3, number: 1, name: jit, value: "on", error: null}, {file: /a/c.conf, line: 1, number: 2, name: jit, value: "on", error: null}]',
    ),
    (
        "set-twice-in-files",
        'file_settings: [{file: /a/b.conf, line: 3, number: 1, name: jit, value: "on", error: null}, {file: /a/postgresql.auto.conf, line: 1, number: 2, name: jit, value: "off", error: null}]',
    ),
    (
        "alter-system-overridden",
        'settings: {jit: on}\nsources: {jit: command line}\nfile_settings: [{file: /a/b.conf, line: 3, number: 1, name: jit, value: "off", error: null}]',
    ),
    (
        "alter-system-overrides-file",
        "settings: {shared_buffers: 64MB}\nfile_settings: [{file: /a/b.conf, line: 3, number: 1, name: shared_buffers, value: 128MB, error: null}, {file: /a/postgresql.auto.conf, line: 3, number: 2, name: shared_buffers, value: 64MB, error: null}]",
    ),
    ("role-or-database-overrides", 'overrides: [{database: "", role: app, name: work_mem, value: 1GB}]'),
    ("role-or-database-overrides", 'overrides: [{database: "", role: app, name: app.token, value: (hidden)}]'),
    ("container-hidden", "denied: [files]\nserver: {superuser: false}\nsettings: {rds.extensions: a}"),
    (
        "file-not-applied",
        "settings: {jit: off}\ncompose: |\n  services:\n    db:\n      image: postgres:18\n      command: postgres -c jit=off",
    ),
    (
        "file-not-applied",
        "settings: {jit: on}\ncompose: |\n  services:\n    db:\n      image: postgres:18\n      command: postgres -c jit=${JIT}",
    ),
    (
        "file-not-applied",
        "hidden: [jit]\ncompose: |\n  services:\n    db:\n      image: postgres:18\n      command: postgres -c jit=off",
    ),
    (
        "flag-not-in-the-file",
        "settings: {port: 5433}\nsources: {port: command line}\ncompose: |\n  services:\n    db:\n      image: postgres:18\n      command: postgres",
    ),
    ("limit-not-applied", "memory: 512M\ntold: [{what: memory, value: 536870913, where: docker inspect a}]"),
    ("another-major-than-the-file", "compose: |\n  services:\n    db:\n      image: postgres:${TAG}\n      command: postgres"),
    ("killed-before", "told: [{what: restart_count, value: 4, where: docker inspect a}]"),
    ("major-out-of-support", "postgres: 15"),
    ("major-not-known-yet", "postgres: 18"),
    ("config-file-elsewhere", "hidden: [data_directory]\nsettings: {config_file: /etc/p.conf}"),
]

TWICE = next(text for check, text in FOUND if check == "set-twice-in-files")


@pytest.mark.parametrize(("check", "text"), FOUND)
def test_it_is_found(check: str, text: str) -> None:
    assert [one.check for one in found(text, check)] == [check]


@pytest.mark.parametrize(("check", "text"), SILENT)
def test_it_is_silent(check: str, text: str) -> None:
    assert found(text, check) == []


def test_the_places_of_both_lines_are_told() -> None:
    text = TWICE
    (one,) = found(text, "set-twice-in-files")
    assert one.message == "jit is off at b.conf:3 and on at c.conf:1, which wins"
    assert one.cure == "keep one: remove b.conf:3"


def test_no_value_of_a_variable_is_told() -> None:
    text = f"settings: {{jit: on}}\n{COMPOSE} -c jit=off -c application_name=${{SECRET}}"
    assert "SECRET" not in found(text, "file-not-applied")[0].message


def test_a_killed_container_is_told_by_whom() -> None:
    (one,) = found("told: [{what: oom_killed, value: 1, where: docker inspect a}]", "killed-before")
    assert one.message == "the container was killed for lack of memory (docker inspect a)"


def test_a_flag_above_both_lines_decides() -> None:
    text = f"settings: {{jit: on}}\nsources: {{jit: command line}}\n{TWICE}"
    assert found(text, "set-twice-in-files")[0].message.endswith("on at c.conf:1, but command line decides")


def test_the_old_and_the_new_value_of_a_pending_restart() -> None:
    text = f"pending: [max_connections]\nfile_settings: [{{file: /a/b.conf, line: 3, name: Max_Connections, value: 50, error: {NOT_APPLIED}}}]"
    assert found(text, "restart-pending")[0].message == "1 setting waits for a restart: max_connections (100 → 50, b.conf:3)"


def test_the_value_of_a_misspelled_name_is_not_told() -> None:
    text = "file_settings: [{file: /a/b.conf, line: 3, name: primary_coninfo, value: secret, error: unrecognized configuration parameter}]"
    (one,) = found(text, "line-of-a-file-in-error")
    assert one.message == "primary_coninfo in b.conf:3: unrecognized configuration parameter"
    assert "secret" not in str(one)


def test_a_bad_line_of_alter_system_is_reset() -> None:
    text = f"file_settings: [{{file: /a/postgresql.auto.conf, line: 3, name: work_mem, value: 1kB, error: {NOT_APPLIED}}}]"
    assert found(text, "line-of-a-file-in-error")[0].cure == "ALTER SYSTEM RESET work_mem;\nSELECT pg_reload_conf();"


def test_a_limit_that_was_typed_is_no_drift() -> None:
    (one,) = found(OTHER_LIMITS[1], "limit-not-applied")
    assert (one.severity, one.cure) == ("info", "leave out --memory: the server can read it itself")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (OTHER_LIMITS[0], "the memory limit is 1 GB by docker inspect a, but 512 MB where the server runs"),
        (OTHER_LIMITS[3], "the memory limit is 1 GB by docker inspect a, but none where the server runs"),
        (OTHER_LIMITS[4], "the CPU limit is 1.5 by docker inspect a, but 2 where the server runs"),
        (OTHER_LIMITS[6], "the size of /dev/shm is 64 MB by docker inspect a, but 256 MB where the server runs"),
    ],
)
def test_what_is_said_of_another_limit(text: str, message: str) -> None:
    assert found(text, "limit-not-applied")[0].message == message


def test_all_that_alter_system_overrides_is_one_finding() -> None:
    lines = [
        ("b.conf", "work_mem", "2MB"),
        ("b.conf", "jit", "off"),
        ("postgresql.auto.conf", "work_mem", "8MB"),
        ("postgresql.auto.conf", "jit", "on"),
    ]
    rows = ", ".join(
        f"{{file: /a/{file}, line: {line}, name: {name}, value: '{value}'}}" for line, (file, name, value) in enumerate(lines)
    )
    (one,) = found(f"settings: {{work_mem: 8MB, jit: on}}\nfile_settings: [{rows}]", "alter-system-overrides-file")
    assert one.message.startswith(
        "2 settings of the files are overridden by ALTER SYSTEM: work_mem (2MB at b.conf:0, but 8MB by "
    )
    assert one.cure == "if the files should decide: ALTER SYSTEM RESET work_mem; ALTER SYSTEM RESET jit; SELECT pg_reload_conf();"
