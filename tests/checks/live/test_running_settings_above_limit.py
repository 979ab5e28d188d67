"""The cure of the worst of all findings cures: with its settings the worst case fits."""

import pytest
import yaml

from pgfit.audit.budget import Claims
from sketching import found, sketched

CHECK = "running-settings-above-limit"
SERVERS = [
    "memory: 256M\ncpus: 0.5",
    "memory: 512M",
    "memory: 1G\ncpus: 1\nsettings: {max_connections: 300, work_mem: 32MB}",
    "memory: 2G\nsettings: {jit: off, work_mem: 64MB, hash_mem_multiplier: 4}",
    "memory: 4G\ncpus: 4\nsettings: {temp_buffers: 64MB, maintenance_work_mem: 2GB, autovacuum_max_workers: 10}",
    "memory: 1G\npostgres: 13\nsettings: {shared_buffers: 800MB}",
    "memory: 1G\npostgres: 14\nsettings: {max_parallel_workers: 64, max_worker_processes: 64}",
    "memory: 1G\npostgres: 17\nsettings: {default_statistics_target: 5000}",
    "memory: 1G\nsettings: {max_locks_per_transaction: 512}",
    "memory: 512M\nsettings: {max_connections: 100}\nactivity: {clients: 40}",
]


@pytest.mark.parametrize("text", SERVERS)
def test_with_its_settings_it_fits(text: str) -> None:
    (one,) = found(text, CHECK)
    sketch = yaml.safe_load(text)
    mended = {**sketch, "settings": {**sketch.get("settings", {}), **one.settings}}
    claims = sketched(yaml.safe_dump(mended)).claims
    assert isinstance(claims, Claims)
    assert claims.fits, (one.settings, claims.worst_case, claims.parts)


def test_sessions_that_are_there_are_never_cured_away() -> None:
    (one,) = found("memory: 512M\nsettings: {max_connections: 100}\nactivity: {clients: 30}\nfiles: {pids.peak: '39'}", CHECK)
    assert int(one.settings["max_connections"]) >= 37  # 30 and a quarter more


def test_sessions_that_cannot_fit_leave_no_settings_to_write() -> None:
    (one,) = found("memory: 128M\nactivity: {clients: 90}\nfiles: {pids.peak: '99'}", CHECK)
    assert one.settings == {}
    assert "pooler" in one.cure


def test_far_above_is_an_error_and_a_little_is_a_warning() -> None:
    little = (
        "memory: 1G\nsettings: {jit: off, max_parallel_workers: 0, max_connections: 60, work_mem: 1536kB, hash_mem_multiplier: 1}"
    )
    assert [one.severity for one in found(little, CHECK)] == ["warning"]
    assert [one.severity for one in found("memory: 512M", CHECK)] == ["error"]


@pytest.mark.parametrize(
    "text", ["memory: none", "memory: 512M\nhidden: [work_mem]", "memory: 64G\nsettings: {max_connections: 20}"]
)
def test_silent_where_it_fits_or_is_unknown(text: str) -> None:
    assert found(text, CHECK) == []


def test_a_standby_keeps_its_connections() -> None:
    (one,) = found("memory: 1G\nsettings: {max_connections: 100}\nserver: {in_recovery: true}", CHECK)
    assert "max_connections" not in one.settings
    assert one.settings
