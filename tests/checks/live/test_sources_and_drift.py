"""Where settings come from, and what the file, docker and the server say differently."""
# ruff: noqa: E501  a case is one line

import pytest

from sketching import found

FOUND = [
    ("restart-pending", "pending: [max_connections]"),
    (
        "line-of-a-file-in-error",
        "file_settings: [{file: /a/b.conf, line: 3, number: 1, name: null, applied: false, error: syntax error, value: null}]",
    ),
    (
        "set-twice-in-files",
        'file_settings: [{file: /a/b.conf, line: 3, number: 1, name: jit, value: "on", error: null}, {file: /a/c.conf, line: 1, number: 2, name: jit, value: "off", error: null}]',
    ),
    (
        "alter-system-overridden",
        'settings: {jit: on}\nsources: {jit: command line}\nfile_settings: [{file: /a/postgresql.auto.conf, line: 3, number: 1, name: jit, value: "off", error: null}]',
    ),
    (
        "alter-system-overrides-file",
        "settings: {work_mem: 8MB}\nfile_settings: [{file: /a/b.conf, line: 3, number: 1, name: work_mem, value: 2MB, error: null}, {file: /a/postgresql.auto.conf, line: 3, number: 2, name: work_mem, value: 8MB, error: null}]",
    ),
    ("role-or-database-overrides", 'overrides: [{database: "", role: app, name: jit, value: "on"}]'),
    ("settings-hidden", "hidden: [shared_preload_libraries]"),
    ("container-hidden", "denied: [files]"),
    (
        "file-not-applied",
        "settings: {jit: on}\ncompose: |\n  services:\n    db:\n      image: postgres:18\n      command: postgres -c jit=off",
    ),
    (
        "flag-not-in-the-file",
        "settings: {jit: on}\nsources: {jit: command line}\ncompose: |\n  services:\n    db:\n      image: postgres:18\n      command: postgres -c work_mem=4MB",
    ),
    ("limit-not-applied", "memory: 512M\ntold: [{what: memory, value: 1073741824, where: docker inspect a}]"),
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
    (
        "line-of-a-file-in-error",
        'file_settings: [{file: /a/b.conf, line: 3, number: 1, name: jit, applied: false, error: setting could not be applied, value: "on"}]',
    ),
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
    ("container-hidden", "denied: [files]\nsettings: {rds.extensions: a}"),
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
    ("limit-not-applied", "memory: none\ntold: [{what: memory, value: 536870912, where: docker inspect a}]"),
    ("another-major-than-the-file", "compose: |\n  services:\n    db:\n      image: postgres:${TAG}\n      command: postgres"),
    ("killed-before", "told: [{what: restart_count, value: 4, where: docker inspect a}]"),
    ("major-out-of-support", "postgres: 15"),
    ("major-not-known-yet", "postgres: 18"),
    ("config-file-elsewhere", "hidden: [data_directory]\nsettings: {config_file: /etc/p.conf}"),
]


@pytest.mark.parametrize(("check", "text"), FOUND)
def test_it_is_found(check: str, text: str) -> None:
    assert [one.check for one in found(text, check)] == [check]


@pytest.mark.parametrize(("check", "text"), SILENT)
def test_it_is_silent(check: str, text: str) -> None:
    assert found(text, check) == []


def test_the_places_of_both_lines_are_told() -> None:
    text = FOUND[2][1]
    (one,) = found(text, "set-twice-in-files")
    assert one.message == "jit is on at b.conf:3 and off at c.conf:1, which wins"
    assert one.cure == "keep one: remove b.conf:3"


def test_no_value_of_a_variable_is_told() -> None:
    text = FOUND[8][1].replace("jit=off", "jit=off -c application_name=${SECRET}")
    assert "SECRET" not in found(text, "file-not-applied")[0].message


def test_a_killed_container_is_told_by_whom() -> None:
    (one,) = found("told: [{what: oom_killed, value: 1, where: docker inspect a}]", "killed-before")
    assert one.message == "the container was killed for lack of memory (docker inspect a)"
