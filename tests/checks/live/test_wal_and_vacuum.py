"""WAL, durability, the disk, vacuum: where each check begins to speak, and where it must not."""
# ruff: noqa: E501  a case is one line

import pytest

from sketching import found

FOUND = [
    ("checkpoints-forced", "checkpoints: {timed: 69, requested: 31}"),
    ("wal-sizes-contradict", "settings: {min_wal_size: 2GB, max_wal_size: 1GB}"),
    ("checkpoints-written-in-a-hurry", "settings: {checkpoint_completion_target: 0.79}"),
    ("runs-without-fsync", "settings: {fsync: off}"),
    ("runs-without-full-page-writes", "settings: {full_page_writes: off}"),
    ("commits-not-waited-for", "settings: {synchronous_commit: off}"),
    ("no-base-backup-possible", "settings: {wal_level: minimal, max_wal_senders: 0}"),
    ("slot-keeps-wal", "slots: [{name: a, active: false, wal_status: extended, retained_bytes: 2000000000}]"),
    ("slot-keeps-wal", "slots: [{name: a, active: true, wal_status: unreserved, retained_bytes: 1}]"),
    ("slots-without-bound", "slots: [{name: a, active: true, wal_status: reserved, retained_bytes: 1}]"),
    ("data-not-on-a-volume", 'files: {/proc/self/mountinfo: "1 2 0:1 / / rw - tmpfs tmpfs rw"}'),
    (
        "data-not-on-a-volume",
        'files: {/proc/self/mountinfo: "1 2 0:1 / / rw - ext4 a rw\\n3 1 0:2 / /var/lib/postgresql rw - nfs4 b rw"}',
    ),
    ("runs-without-autovacuum", "settings: {autovacuum: off}"),
    ("dead-rows-pile-up", 'tables: [{table: public.a, dead: 40101, live: 100000, autovacuum: "on"}]'),
    ("transaction-ids-run-low", "schema: {oldest_xid_age: 500000001}"),
    (
        "cache-misses-with-room",
        "memory: 16G\nprofile: oltp\nsettings: {shared_buffers: 2GB, max_connections: 20, jit: off}\ndatabases: {blocks_read: 100000, blocks_hit: 1800000}\nsizes: [{database: a, bytes: 9000000000}]",
    ),
    ("sessions-write-pages", "checkpoints: {by_checkpointer: 40000, by_background_writer: 9000, by_backends: 100000}"),
    ("wal-buffers-full", "settings: {wal_buffers: 4MB}\nwal: {records: 90000, buffers_full: 1000}"),
    ("dead-rows-pile-up", 'tables: [{table: a, dead: 30000, live: 100000, autovacuum: "on", own_scale_factor: "0.1"}]'),
    ("dead-rows-pile-up", 'tables: [{table: a, dead: 90000, live: 1000000, autovacuum: "on", own_max_threshold: "20000"}]'),
    ("deadlocks-often", "databases: {deadlocks: 600}"),
    ("slot-keeps-wal", "slots: [{name: a, active: false, wal_status: lost, retained_bytes: null}]"),
    ("wal-not-removed", "settings: {max_wal_size: 3GB}\nwal_files: {bytes: 6442450945}"),
    ("wal-not-removed", "settings: {max_wal_size: 64MB}\nwal_files: {bytes: 4294967297}"),
    ("autovacuum-workers-all-busy", "settings: {autovacuum_max_workers: 3}\nactivity: {autovacuum_workers: 3}"),
    ("dead-rows-pile-up", 'tables: [{table: a, dead: 300000000, live: 1000000000, autovacuum: "on"}]'),
    ("transaction-ids-run-low", "settings: {autovacuum_freeze_max_age: 1200000000}\nschema: {oldest_xid_age: 1500000001}"),
    ("data-not-on-a-volume", 'files: {/proc/self/mountinfo: "1 2 0:1 / / rw - fuse.fuse-overlayfs f rw"}'),
]
SILENT = [
    ("wal-not-removed", "settings: {max_wal_size: 3GB}\nwal_files: {bytes: 6442450944}"),
    ("wal-not-removed", "settings: {max_wal_size: 64MB}\nwal_files: {bytes: 4294967296}"),
    ("wal-not-removed", "settings: {wal_keep_size: 10GB}\nwal_files: {bytes: 21474836480}"),
    (
        "wal-not-removed",
        "slots: [{name: a, active: true, wal_status: extended, retained_bytes: 20000000000}]\nwal_files: {bytes: 21000000000}",
    ),
    ("wal-not-removed", "wal_files: {bytes: 90000000000}\ndenied: [slots]"),
    ("autovacuum-workers-all-busy", "settings: {autovacuum_max_workers: 3}\nactivity: {autovacuum_workers: 2}"),
    ("autovacuum-workers-all-busy", "settings: {autovacuum_max_workers: 1}\nactivity: {autovacuum_workers: 1}"),
    ("dead-rows-pile-up", 'postgres: 17\ntables: [{table: a, dead: 300000000, live: 1000000000, autovacuum: "on"}]'),
    ("checkpoints-forced", "checkpoints: {timed: 70, requested: 30}"),
    ("checkpoints-forced", "checkpoints: {timed: 0, requested: 9}"),
    ("wal-sizes-contradict", "settings: {min_wal_size: 1GB, max_wal_size: 1GB}"),
    ("checkpoints-written-in-a-hurry", "settings: {checkpoint_completion_target: 0.8}"),
    ("commits-not-waited-for", "settings: {synchronous_commit: local}"),
    ("slot-keeps-wal", "slots: [{name: a, active: false, wal_status: reserved, retained_bytes: 1000000000}]"),
    ("slot-keeps-wal", "slots: [{name: a, active: true, wal_status: extended, retained_bytes: 20000000000}]"),
    ("slot-keeps-wal", "slots: [{name: a, active: false, wal_status: null, retained_bytes: null}]"),
    (
        "slot-keeps-wal",
        "settings: {max_wal_size: 4GB}\nslots: [{name: a, active: false, wal_status: reserved, retained_bytes: 4000000000}]",
    ),
    (
        "slots-without-bound",
        "settings: {max_slot_wal_keep_size: 1GB}\nslots: [{name: a, active: true, wal_status: reserved, retained_bytes: 1}]",
    ),
    ("slots-without-bound", "slots: []"),
    (
        "data-not-on-a-volume",
        'files: {/proc/self/mountinfo: "1 2 0:1 / / rw - overlay o rw\\n3 1 0:2 / /var/lib/postgresql/data rw - xfs b rw"}',
    ),
    ("data-not-on-a-volume", 'hidden: [data_directory]\nfiles: {/proc/self/mountinfo: "1 2 0:1 / / rw - tmpfs tmpfs rw"}'),
    ("dead-rows-pile-up", 'tables: [{table: public.a, dead: 40100, live: 100000, autovacuum: "on"}]'),
    ("dead-rows-pile-up", 'tables: [{table: public.a, dead: 9999, live: 0, autovacuum: "off"}]'),
    ("transaction-ids-run-low", "schema: {oldest_xid_age: 500000000}"),
    ("transaction-ids-run-low", "settings: {autovacuum_freeze_max_age: 1000000000}\nschema: {oldest_xid_age: 900000000}"),
    (
        "cache-misses-with-room",
        "memory: 16G\nprofile: oltp\nsettings: {shared_buffers: 2GB, max_connections: 20, jit: off}\ndatabases: {blocks_read: 100000, blocks_hit: 2000000}\nsizes: [{database: a, bytes: 9000000000}]",
    ),
    ("sessions-write-pages", "checkpoints: {by_checkpointer: 90000, by_background_writer: 10000, by_backends: 100000}"),
    ("sessions-write-pages", "checkpoints: {by_checkpointer: 1, by_background_writer: 1, by_backends: 99999}"),
    ("wal-buffers-full", "settings: {wal_buffers: 16MB}\nwal: {records: 90000, buffers_full: 50000}"),
    ("wal-buffers-full", "settings: {wal_buffers: 4MB}\nwal: {records: 100000, buffers_full: 1000}"),
    ("dead-rows-pile-up", 'tables: [{table: a, dead: 90000, live: 100000, autovacuum: "on", own_scale_factor: "0.5"}]'),
    ("dead-rows-pile-up", 'tables: [{table: a, dead: 90000, live: 100000, autovacuum: "on", own_threshold: "50000"}]'),
    ("dead-rows-pile-up", 'tables: [{table: a, dead: 300000000, live: 1000000000, autovacuum: "on", own_max_threshold: "-1"}]'),
    ("dead-rows-pile-up", 'tables: [{table: a, dead: 90000, live: 100000, autovacuum: "on", own_threshold: "0x32"}]'),
    ("dead-rows-pile-up", 'tables: [{table: a, dead: 90000, live: 100000, autovacuum: "on", own_scale_factor: "-1e308"}]'),
    ("dead-rows-pile-up", 'hidden: [autovacuum_vacuum_threshold]\ntables: [{table: a, dead: 90000, live: 1, autovacuum: "on"}]'),
    ("deadlocks-often", "databases: {deadlocks: 599}"),
    ("deadlocks-often", "databases: {deadlocks: 2.0e+303}"),  # no server counts so far
]


@pytest.mark.parametrize(("check", "text"), FOUND)
def test_it_is_found(check: str, text: str) -> None:
    assert [one.check for one in found(text, check)] == [check]


@pytest.mark.parametrize(("check", "text"), SILENT)
def test_it_is_silent(check: str, text: str) -> None:
    assert found(text, check) == []


def test_a_slot_that_fills_the_disk_is_an_error_unless_it_is_bounded() -> None:
    slot = "slots: [{name: a, active: false, wal_status: extended, retained_bytes: 20000000000}]"
    assert [one.severity for one in found(slot, "slot-keeps-wal")] == ["error"]
    bounded = f"{slot}\nsettings: {{max_slot_wal_keep_size: 30GB}}"
    assert [one.severity for one in found(bounded, "slot-keeps-wal")] == ["warning"]


def test_the_arithmetic_of_autovacuum_is_told() -> None:
    (one,) = found('tables: [{table: public.a, dead: 90000, live: 100000, autovacuum: "off"}]', "dead-rows-pile-up")
    assert one.arithmetic == "autovacuum was due at 50 + 0.2 × 100000 = 20050"
    assert one.cure == "ALTER TABLE public.a RESET (autovacuum_enabled);"


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ('own_threshold: "1000", own_scale_factor: "0.05"', "1000 + 0.05 × 100000 = 6000"),
        ('own_threshold: null, own_scale_factor: "0"', "50 + 0 × 100000 = 50"),
        ('own_max_threshold: "7000"', "7000, less than 50 + 0.2 × 100000 = 20050"),
        ('own_max_threshold: "30000"', "50 + 0.2 × 100000 = 20050"),
    ],
)
def test_what_a_table_says_itself_wins_over_the_server(own: str, told: str) -> None:
    (one,) = found(f'tables: [{{table: a, dead: 90000, live: 100000, autovacuum: "on", {own}}}]', "dead-rows-pile-up")
    assert one.arithmetic == f"autovacuum was due at {told}"


@pytest.mark.parametrize(
    ("segment", "most", "cure"),
    [("16MB", "1GB", "256MB"), ("64MB", "256MB", "128MB"), ("16MB", "32MB", "32MB"), ("1GB", "2GB", "2GB")],
)
def test_min_wal_size_never_falls_below_what_a_server_starts_with(segment: str, most: str, cure: str) -> None:
    text = f"settings: {{min_wal_size: 4GB, max_wal_size: {most}, wal_segment_size: {segment}}}"
    assert [one.settings for one in found(text, "wal-sizes-contradict")] == [{"min_wal_size": cure}]


def test_a_lost_slot_is_an_error_and_says_what_to_do() -> None:
    (one,) = found("slots: [{name: a, active: false, wal_status: lost, retained_bytes: null}]", "slot-keeps-wal")
    assert (one.severity, one.message) == ("error", "slot a is lost: its reader cannot go on")


@pytest.mark.parametrize("written", ["off", "FALSE", "no", "0"])
def test_autovacuum_is_off_for_a_table_however_that_was_spelled(written: str) -> None:
    (one,) = found(f'tables: [{{table: a, dead: 90000, live: 1, autovacuum: "{written}"}}]', "dead-rows-pile-up")
    assert one.message == "a has 90000 dead rows beside 1 live ones, and autovacuum is off for it"
