"""Running → recommended: only what matters, and only what was counted speaks for."""

import pytest

from pgfit.audit.comparison import differences, forced_checkpoints, recommended, spills
from pgfit.audit.running import RunningServer
from pgfit.model import Plan
from pgfit.profiles import load
from sketching import sketched


def changed(text: str) -> dict[str, tuple[str, str]]:
    made = sketched(text)
    assert isinstance(made.plan, Plan)
    return {one.name: (one.running, one.recommended) for one in differences(made.server, made.plan, made.claims)}


ROOMY = "memory: 8G\nsettings: {max_connections: 30, work_mem: 1MB, jit: off, shared_buffers: 2GB, max_parallel_workers: 2}"


def test_work_mem_rises_only_where_queries_spill() -> None:
    assert "work_mem" not in changed(ROOMY)
    assert "work_mem" in changed(f"{ROOMY}\ndatabases: {{temp_bytes: 90000000000, temp_files: 900}}")
    assert "work_mem" not in changed(f"{ROOMY}\ndenied: [databases]")


def test_work_mem_falls_only_where_the_worst_case_does_not_fit() -> None:
    assert "work_mem" in changed("memory: 1G\nsettings: {work_mem: 64MB}")
    assert "work_mem" not in changed(
        "memory: 64G\nsettings: {max_connections: 20, work_mem: 200MB, jit: off, max_parallel_workers: 2}"
    )


def test_max_wal_size_rises_only_where_checkpoints_are_forced() -> None:
    small = "memory: 8G\nsettings: {max_wal_size: 256MB, max_connections: 30}"
    assert "max_wal_size" not in changed(small)
    assert "max_wal_size" in changed(f"{small}\ncheckpoints: {{timed: 10, requested: 90}}")


def test_max_connections_falls_only_where_it_does_not_fit_and_never_below_those_seen() -> None:
    assert "max_connections" not in changed("memory: 64G\ncpus: 1\nsettings: {max_connections: 400}")
    running, wanted = changed("memory: 512M\nsettings: {max_connections: 100}")["max_connections"]
    assert (running, int(wanted) < 60) == ("100", True)
    _, wanted = changed(
        "memory: 512M\nsettings: {max_connections: 100}\nactivity: {clients: 30, processes: 39}\nfiles: {pids.peak: '39'}"
    )["max_connections"]
    assert int(wanted) >= 37


def test_a_max_connections_that_somebody_chose_is_kept_where_it_fits() -> None:
    assert "max_connections" not in changed("memory: 4G\nsettings: {max_connections: 130}")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("shared_buffers: 200MB, work_mem: 4MB", True),
        ("shared_buffers: 400MB, work_mem: 4MB", False),
        ("shared_buffers: 1500MB, work_mem: 4MB", False),
        ("shared_buffers: 1500MB, work_mem: 64MB", True),
    ],
    ids=["much less", "not half", "much more, and it fits", "much more, and it does not fit"],
)
def test_only_sizes_that_differ_by_half_and_matter_are_told(settings: str, told: bool) -> None:  # noqa: FBT001  a case
    sketch = f"memory: 4G\nsettings: {{{settings}, max_connections: 40, max_parallel_workers: 0, jit: off}}"
    assert ("shared_buffers" in changed(sketch)) is told


def test_nothing_is_recommended_without_a_limit_or_for_sessions_that_cannot_fit() -> None:
    assert not isinstance(sketched("memory: none").plan, Plan)
    assert not isinstance(sketched("memory: 128M\nactivity: {clients: 95}").plan, Plan)


def server(text: str) -> RunningServer:
    return sketched(text).server


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("databases: {temp_bytes: 1000, reset_at: 1799913600}", 1000),
        ("databases: {temp_bytes: 1000, reset_at: 1799956800}", 2000),
        ("databases: {temp_bytes: 1000, reset_at: 1799999000}", None),
        ("databases: {temp_bytes: null}", None),
    ],
)
def test_temporary_bytes_a_day(text: str, value: float | None) -> None:
    assert spills(server(text)) == value


@pytest.mark.parametrize(("timed", "requested", "value"), [(6, 4, 0.4), (0, 10, 1.0), (5, 4, None), ("null", 9, None)])
def test_forced_checkpoints(timed: object, requested: int, value: float | None) -> None:
    assert forced_checkpoints(server(f"checkpoints: {{timed: {timed}, requested: {requested}}}")) == value


def test_connections_that_are_asked_for_are_planned() -> None:
    made = recommended(server("memory: 4G"), load("web"), connections=60)
    assert isinstance(made, Plan)
    assert made.value("max_connections") == 60
