"""Connections and processors: where each check begins to speak, and where it must not."""
# ruff: noqa: E501  a case is one line

import pytest

from sketching import found

FOUND = [
    ("sessions-near-maximum", "settings: {max_connections: 50}\nactivity: {clients: 40, processes: 49}"),
    ("connections-never-used", 'settings: {max_connections: 100}\nfiles: {pids.peak: "28"}'),
    ("connections-never-used", 'settings: {max_connections: 200}\nfiles: {pids.peak: ""}'),
    ("connections-above-what-cpus-serve", "cpus: 4\nsettings: {max_connections: 401}\nactivity: {clients: 100, processes: 109}"),
    ("no-connection-reserved", "settings: {superuser_reserved_connections: 0}"),
    ("idle-in-transaction-for-long", "activity: {idle_in_transaction: 1, longest_idle_in_transaction: 301}"),
    (
        "idle-in-transaction-for-long",
        "settings: {idle_in_transaction_session_timeout: 1h}\nactivity: {idle_in_transaction: 1, longest_idle_in_transaction: 999}",
    ),
    ("transaction-open-for-long", "activity: {longest_transaction: 3600}"),
    ("sessions-wait-for-locks", "activity: {clients: 12, waiting_for_locks: 3}"),
    ("parallel-workers-above-cpus", "cpus: 3\nsettings: {max_parallel_workers: 7}"),
    ("one-query-takes-all-cpus", "cpus: 2\nsettings: {max_parallel_workers_per_gather: 2}"),
    ("one-query-takes-all-cpus", "cpus: 0.5\nsettings: {max_parallel_workers_per_gather: 1}"),
    ("workers-without-slots", "settings: {max_worker_processes: 8, max_parallel_workers: 8, shared_preload_libraries: pg_cron}"),
    ("cpu-throttled", 'files: {cpu.stat: "nr_periods 1000\\nnr_throttled 101"}'),
    ("autovacuum-workers-above-cpus", "cpus: 3\nsettings: {autovacuum_max_workers: 4}"),
    ("io-workers-without-use", "settings: {io_method: io_uring, io_workers: 4}"),
    ("planner-expects-rotating-disks", "settings: {random_page_cost: 2, seq_page_cost: 0.5}"),
    (
        "transaction-open-for-long",
        "activity: {longest_transaction: 14002, idle_in_transaction: 1, longest_idle_in_transaction: 7000}",
    ),
    (
        "io-uring-at-the-next-start",
        'files: {/proc/self/status: "", /proc/sys/kernel/io_uring_disabled: "2"}\nfile_settings: [{file: /data/postgresql.auto.conf, line: 3, number: 9, name: io_method, applied: false, error: setting could not be applied, value: io_uring}]',
    ),
]
SILENT = [
    ("connections-never-used", "settings: {max_connections: 400}\nserver: {in_recovery: true}"),
    ("connections-never-used", "settings: {max_connections: 400}\nserver: {in_recovery: null}"),
    ("connections-never-used", "settings: {max_connections: 29}\nfiles: {pids.peak: '9'}\nactivity: {clients: 2, processes: 9}"),
    (
        "connections-above-what-cpus-serve",
        "cpus: 1\nsettings: {max_connections: 500}\nactivity: {clients: 150, processes: 160}\nserver: {in_recovery: true}",
    ),
    ("connections-above-what-cpus-serve", "cpus: 1\nmemory: 64G\nsettings: {max_connections: 500}"),
    (
        "transaction-open-for-long",
        "activity: {longest_transaction: 7001, idle_in_transaction: 1, longest_idle_in_transaction: 7000}",
    ),
    ("one-query-takes-all-cpus", "cpus: 4\nsettings: {max_parallel_workers_per_gather: 8, max_parallel_workers: 1}"),
    (
        "io-uring-at-the-next-start",
        "sources: {io_method: command line}\nsettings: {io_method: worker}\nfile_settings: [{file: /data/postgresql.auto.conf, line: 3, number: 9, name: io_method, applied: false, error: setting could not be applied, value: io_uring}]",
    ),
    (
        "io-uring-at-the-next-start",
        'files: {/proc/self/status: "", /proc/sys/kernel/io_uring_disabled: "1"}\nfile_settings: [{file: /data/postgresql.auto.conf, line: 3, number: 9, name: io_method, applied: false, error: setting could not be applied, value: io_uring}]',
    ),
    ("sessions-near-maximum", "settings: {max_connections: 50}\nactivity: {clients: 39, processes: 48}"),
    ("sessions-near-maximum", "hidden: [max_connections]\nactivity: {clients: 99}"),
    ("connections-never-used", 'settings: {max_connections: 100}\nfiles: {pids.peak: "29"}'),
    ("connections-never-used", "settings: {max_connections: 400}\nserver: {started_at: 1799990000.0}"),
    ("connections-never-used", "settings: {max_connections: 400}\npooled: true"),
    ("connections-never-used", 'settings: {max_connections: 20}\nfiles: {pids.peak: "10"}'),
    ("connections-above-what-cpus-serve", "cpus: 4\nsettings: {max_connections: 400}"),
    ("connections-above-what-cpus-serve", "cpus: 0.1\nsettings: {max_connections: 100}"),
    ("connections-above-what-cpus-serve", "cpus: 1\nsettings: {max_connections: 500}\ndenied: [files]"),
    ("no-connection-reserved", "hidden: [superuser_reserved_connections]"),
    ("idle-in-transaction-for-long", "activity: {idle_in_transaction: 1, longest_idle_in_transaction: 299}"),
    ("transaction-open-for-long", "activity: {longest_transaction: 3599}"),
    ("sessions-wait-for-locks", "activity: {clients: 13, waiting_for_locks: 3}"),
    ("sessions-wait-for-locks", "activity: {clients: 2, waiting_for_locks: 2}"),
    ("parallel-workers-above-cpus", "cpus: 3\nsettings: {max_parallel_workers: 6}"),
    ("parallel-workers-above-cpus", "cpus: 1\nsettings: {max_parallel_workers: 16, max_worker_processes: 2}"),
    ("one-query-takes-all-cpus", "cpus: 3\nsettings: {max_parallel_workers_per_gather: 2}"),
    ("one-query-takes-all-cpus", "cpus: 1\nsettings: {max_parallel_workers_per_gather: 4, max_parallel_workers: 0}"),
    ("workers-without-slots", "settings: {max_worker_processes: 9, max_parallel_workers: 8, shared_preload_libraries: pg_cron}"),
    ("workers-without-slots", "settings: {max_worker_processes: 1}\nhidden: [shared_preload_libraries]"),
    ("cpu-throttled", 'files: {cpu.stat: "nr_periods 1000\\nnr_throttled 100"}'),
    ("cpu-throttled", 'files: {cpu.stat: "nr_periods 999\\nnr_throttled 999"}'),
    ("autovacuum-workers-above-cpus", "cpus: 1\nsettings: {autovacuum_max_workers: 3}"),
    ("io-workers-without-use", "settings: {io_method: sync}"),
    ("io-workers-without-use", "postgres: 17"),
    ("planner-expects-rotating-disks", "settings: {random_page_cost: 3.9}"),
]


@pytest.mark.parametrize(("check", "text"), FOUND)
def test_it_is_found(check: str, text: str) -> None:
    assert [one.check for one in found(text, check)] == [check]


@pytest.mark.parametrize(("check", "text"), SILENT)
def test_it_is_silent(check: str, text: str) -> None:
    assert found(text, check) == []


def test_what_too_many_connections_cost_is_told() -> None:
    (one,) = found("settings: {max_connections: 400, jit: off}\nfiles: {pids.peak: '15'}", "connections-never-used")
    assert one.message == "max_connections 400, but never more than 6 in 30 days"
    assert one.settings == {"max_connections": "20"}
    assert one.takes == "a restart"
    assert one.arithmetic.startswith("380 fewer take ")


def test_the_flag_is_cured_where_it_stands() -> None:
    text = "settings: {superuser_reserved_connections: 0}\nsources: {superuser_reserved_connections: command line}"
    (one,) = found(text, "no-connection-reserved")
    assert one.cure == "-c superuser_reserved_connections=3 in the command of the server"
    assert one.where == "command line"


def test_what_an_ssd_costs_is_told_in_the_units_of_seq_page_cost() -> None:
    (one,) = found("settings: {random_page_cost: 0.4, seq_page_cost: 0.1}", "planner-expects-rotating-disks")
    assert one.settings == {"random_page_cost": "0.11"}
