"""Checks of what settings may take of the limit."""

import pytest

from sketching import found

BUSY = "databases: {blocks_read: 1000, blocks_hit: 1000}"
BIG = "sizes: [{database: a, bytes: 9000000000}]"
SLOTS = "slots: [{name: a, type: logical}, {name: b, type: physical}]"
ROOMY = "memory: 4G, settings: {max_connections: 20, work_mem: 2MB, jit: off}"


@pytest.mark.parametrize(
    ("check", "sketch", "count"),
    [
        ("shared-buffers-above-share", "{memory: 1000M, settings: {shared_buffers: 600MB}}", 0),
        ("shared-buffers-above-share", "{memory: 1000M, settings: {shared_buffers: 601MB}}", 1),
        ("shared-buffers-above-share", "{memory: 400M, settings: {shared_buffers: 180MB}}", 0),
        ("shared-buffers-above-share", "{memory: 400M, settings: {shared_buffers: 181MB}}", 1),
        ("shared-buffers-above-share", "{memory: 512M, settings: {shared_buffers: 600MB}}", 0),  # shared-memory-above-limit
        ("shared-buffers-above-share", "{memory: none, settings: {shared_buffers: 600MB}}", 0),
        ("shared-buffers-tiny", f"{{memory: 4G, {BUSY}, {BIG}}}", 1),
        ("shared-buffers-tiny", f"{{memory: 1023M, {BUSY}, {BIG}}}", 0),
        ("shared-buffers-tiny", f"{{memory: 4G, {BUSY}, sizes: [{{database: a, bytes: 100000000}}]}}", 0),
        ("shared-buffers-tiny", f"{{memory: 4G, {BUSY}, {BIG}, denied: [sizes]}}", 0),
        ("shared-buffers-tiny", f"{{memory: 4G, {BIG}}}", 0),  # 99.9 % are found there
        ("shared-buffers-tiny", f"{{memory: 4G, {BUSY}, {BIG}, settings: {{shared_buffers: 205MB}}}}", 0),
        ("shared-buffers-tiny", f"{{memory: 4G, {BUSY}, {BIG}, settings: {{shared_buffers: 204MB}}}}", 1),
        ("shared-buffers-tiny", f"{{memory: 2G, {BUSY}, {BIG}}}", 0),  # the default is enough there
        ("one-query-above-limit", "{memory: 1G, settings: {work_mem: 128MB}}", 0),
        ("one-query-above-limit", "{memory: 1G, settings: {work_mem: 160MB}}", 1),
        ("one-query-above-limit", "{memory: 1G, settings: {work_mem: 160MB, max_worker_processes: 0}}", 0),
        ("one-query-above-limit", "{memory: 1G, settings: {work_mem: 160MB, hash_mem_multiplier: 1}}", 0),
        ("one-query-above-limit", "{memory: 1G, settings: {work_mem: 160MB}, hidden: [max_parallel_workers]}", 0),
        ("jit-above-limit", "{memory: 512M, settings: {jit: on}}", 0),  # nor would it fit without
        ("jit-above-limit", "{memory: 64G, settings: {jit: on}}", 0),
        ("maintenance-above-share", "{memory: 1000M, settings: {maintenance_work_mem: 150MB}}", 0),
        ("maintenance-above-share", "{memory: 1000M, settings: {maintenance_work_mem: 151MB}}", 1),
        ("autovacuum-memory-above-share", "{memory: 1200M, settings: {autovacuum_work_mem: 100MB}}", 0),
        ("autovacuum-memory-above-share", "{memory: 1200M, settings: {autovacuum_work_mem: 101MB}}", 1),
        ("temp-buffers-above-share", "{memory: 100M, settings: {temp_buffers: 8MB}}", 0),
        ("temp-buffers-above-share", "{memory: 4000M, settings: {temp_buffers: 10MB}}", 0),
        ("temp-buffers-above-share", "{memory: 4000M, settings: {temp_buffers: 11MB}}", 1),
        ("logical-decoding-above-share", f"{{memory: 885M, {SLOTS}}}", 0),  # 88.4 MB
        ("logical-decoding-above-share", f"{{memory: 883M, {SLOTS}}}", 1),
        ("logical-decoding-above-share", f"{{memory: 512M, {SLOTS}, settings: {{max_wal_senders: 0}}}}", 0),
        ("logical-decoding-above-share", "{memory: 512M, slots: [{name: b, type: physical}]}", 0),
        ("cache-estimate-above-limit", "{memory: 1G, settings: {effective_cache_size: 1GB}}", 0),
        ("cache-estimate-above-limit", "{memory: 1023M, settings: {effective_cache_size: 1GB}}", 1),
        ("cache-estimate-above-limit", "{memory: none, settings: {effective_cache_size: 1GB}}", 0),
        ("cache-estimate-below-shared-buffers", "settings: {shared_buffers: 1GB, effective_cache_size: 1GB}", 0),
        ("cache-estimate-below-shared-buffers", "settings: {shared_buffers: 1GB, effective_cache_size: 1023MB}", 1),
        ("wal-buffers-large", "settings: {wal_buffers: 64MB}", 0),
        ("wal-buffers-large", "settings: {wal_buffers: 65MB}", 1),
        ("wal-buffers-large", "{settings: {wal_buffers: 65MB}, sources: {wal_buffers: default}}", 0),
        ("activity-texts-large", "{memory: 1000M, settings: {track_activity_query_size: 102kB}}", 0),
        ("activity-texts-large", "{memory: 1000M, settings: {track_activity_query_size: 103kB}}", 1),
        ("activity-texts-large", "{memory: 32M, settings: {track_activity_query_size: 4kB}}", 0),
        ("lock-table-large", "{memory: 512M, settings: {max_locks_per_transaction: 725}}", 0),
        ("lock-table-large", "{memory: 512M, settings: {max_locks_per_transaction: 726}}", 1),
        ("lock-table-large", "{memory: 512M, settings: {max_locks_per_transaction: 128, max_connections: 5000}}", 0),
        ("shared-memory-above-model", "settings: {shared_memory_size: 160MB}", 0),
        ("shared-memory-above-model", "settings: {shared_memory_size: 170MB}", 1),
        ("shared-memory-above-model", "shared_memory: [{shared_bytes: 300000000}]", 1),
        ("shared-memory-above-model", "shared_memory: []", 0),
    ],
)
def test_boundaries(check: str, sketch: str, count: int) -> None:
    assert len(found(sketch, check)) == count


@pytest.mark.parametrize(
    ("check", "sketch", "severity"),
    [
        ("autovacuum-memory-above-share", "{postgres: 16, memory: 512M}", "warning"),
        ("autovacuum-memory-above-share", "{postgres: 17, memory: 512M}", "info"),
        ("cache-estimate-above-limit", "memory: 1G", "info"),
        ("cache-estimate-above-limit", "{memory: 1G, settings: {effective_cache_size: 2GB}}", "warning"),
    ],
)
def test_severities(check: str, sketch: str, severity: str) -> None:
    assert [one.severity for one in found(sketch, check)] == [severity]


@pytest.mark.parametrize(
    ("override", "count"),
    [
        ("{role: report, name: work_mem, value: 128MB, connection_limit: -1}", 1),
        ("{role: report, name: work_mem, value: 128MB, connection_limit: 2}", 0),
        ("{role: report, name: work_mem, value: 128MB, database_limit: 2}", 0),
        ("{role: report, name: work_mem, value: 3GB, connection_limit: 1}", 1),
        ("{role: report, name: work_mem, value: 3GB, connection_limit: 0}", 0),
        ("{role: team, name: work_mem, value: 3GB, can_login: false}", 0),
        ("{role: report, name: work_mem, value: 1MB}", 0),
        ("{role: report, name: work_mem, value: nonsense}", 0),
        ("{role: report, name: work_mem}", 0),
        ("{role: report, name: statement_timeout, value: 3h}", 0),
        ("{database: shop, name: temp_buffers, value: 512MB, database_limit: -1}", 1),
        ("{role: report, name: maintenance_work_mem, value: 512MB}", 0),
        ("{role: report, name: maintenance_work_mem, value: 8GB}", 1),
    ],
)
def test_overrides(override: str, count: int) -> None:
    assert len(found(f"{{{ROOMY}, overrides: [{override}]}}", "override-above-limit")) == count


@pytest.mark.parametrize(
    ("override", "cure"),
    [
        ("{role: Reports, name: work_mem, value: 3GB}", 'ALTER ROLE "Reports" RESET work_mem;'),
        ("{role: a, database: b, name: work_mem, value: 3GB}", "ALTER ROLE a IN DATABASE b RESET work_mem;"),
        ("{role: '', database: '', name: work_mem, value: 3GB}", "ALTER ROLE ALL RESET work_mem;"),
    ],
)
def test_the_cure_of_an_override(override: str, cure: str) -> None:
    assert [one.cure for one in found(f"{{{ROOMY}, overrides: [{override}]}}", "override-above-limit")] == [cure]


def test_a_connection_limit_makes_an_override_fit() -> None:
    row = "{role: report, name: work_mem, value: 130MB, connection_limit: %s}"
    (one,) = found(f"{{{ROOMY}, overrides: [{row % -1}]}}", "override-above-limit")
    assert one.message.startswith("work_mem 130 MB for ROLE report, elsewhere 2 MB: ")
    limit = one.cure.removeprefix("ALTER ROLE report CONNECTION LIMIT ").partition(";")[0]
    assert not found(f"{{{ROOMY}, overrides: [{row % limit}]}}", "override-above-limit")
    assert found(f"{{{ROOMY}, overrides: [{row % (int(limit) + 1)}]}}", "override-above-limit")


@pytest.mark.parametrize(
    ("sketch", "settings", "cure"),
    [
        ("{memory: 512M, settings: {shared_buffers: 600MB}}", ["shared_buffers"], ""),
        (
            "{memory: 512M, settings: {shared_buffers: 16MB, max_locks_per_transaction: 20000}}",
            [],
            "lower max_locks_per_transaction (20000) and restart; or a limit well above 1.1 GB",
        ),
        (
            "{memory: 512M, settings: {track_activity_query_size: 1MB, max_connections: 1000}}",
            ["shared_buffers"],
            (
                "fewer shared_buffers alone are not enough: "
                "lower max_connections (1000), track_activity_query_size (1MB) and restart; or a limit well above 1.2 GB"
            ),
        ),
        (
            "{memory: 512M, server: {in_recovery: true}, settings: {shared_buffers: 16MB, max_locks_per_transaction: 20000}}",
            [],
            "lower max_locks_per_transaction (20000) (on its primary first) and restart; or a limit well above 1.1 GB",
        ),
        (
            "{memory: 32M, settings: {shared_buffers: 600MB}}",  # no plan fits
            [],
            "lower shared_buffers (600MB) and restart; or a limit well above 650 MB",
        ),
        ("memory: 32M", [], "a limit well above 150 MB"),
        (
            "{memory: 32M, settings: {wal_buffers: 16MB}, sources: {wal_buffers: default}}",  # PostgreSQL derived it
            [],
            "a limit well above 162 MB",
        ),
    ],
)
def test_shared_memory_above_the_limit_is_never_raised_further(sketch: str, settings: list[str], cure: str) -> None:
    (one,) = found(sketch, "shared-memory-above-limit")
    assert list(one.settings) == settings
    assert one.cure.partition("ALTER SYSTEM")[0].rstrip("\n") == cure


def test_the_words_of_one() -> None:
    (one,) = found("{memory: 1G, settings: {maintenance_work_mem: 512MB}}", "maintenance-above-share")
    assert one.message == "maintenance_work_mem 512 MB is 50 % of the limit of 1 GB"
    assert one.arithmetic == "one index build may take 1.55 × 512 MB = 794 MB"
    assert one.settings == {"maintenance_work_mem": "40MB"}
    assert one.takes == "a reload"
