"""The constants of the model against what tools/measure.py has measured, part by part: never below, and not far above.

PGFIT_MEASURED=measured.json pytest tests/tune/test_measured_parts.py       the same against your own measurements
"""

import json
import os
from math import ceil, log2
from pathlib import Path
from typing import Any

import pytest

from pgfit.tune.extensions import EXTENSIONS
from pgfit.tune.measured import CONSTANTS
from pgfit.tune.shared_memory import Static, size
from pgfit.units import KB, MB

STORED = Path(__file__).parents[1] / "measurements" / "parts.json"
GIVEN = os.environ.get("PGFIT_MEASURED", "")
ROWS: list[dict[str, Any]] = json.loads(Path(GIVEN or STORED).read_text())["rows"]
MAJORS = [13, 14, 15, 16, 17, 18]


def rows(part: str, case: str = "", major: int = 0) -> list[dict[str, Any]]:
    found = [one for one in ROWS if one["part"] == part and case in one["case"] and major in {0, one["major"]}]
    if GIVEN and not found:
        pytest.skip("not in the file given")
    assert found, (part, case, major)
    return found


def held(row: dict[str, Any]) -> float:
    """Bytes of private and kernel memory."""
    return float(row["private_kb"] + row["kernel_kb"]) * KB


def worst(part: str, case: str, major: int) -> float:
    return max(held(one) for one in rows(part, case, major))


@pytest.mark.parametrize("major", MAJORS)
def test_the_server_at_rest(major: int) -> None:
    c = CONSTANTS[major]
    charged = c.server + (3 * c.io_worker if major >= 18 else 0)
    assert worst("server", "at rest", major) <= charged <= 1.6 * worst("server", "at rest", major)


@pytest.mark.parametrize("major", MAJORS)
def test_a_session_in_use(major: int) -> None:
    assert worst("sessions", "in use, 10 relations", major) <= CONSTANTS[major].session
    assert CONSTANTS[major].session <= 1.4 * worst("sessions", "in use, 10 relations", major)


@pytest.mark.parametrize("major", MAJORS)
@pytest.mark.parametrize("relations", [200, 1000])
def test_a_session_with_many_relations(major: int, relations: int) -> None:
    charged = CONSTANTS[major].session + (relations - 10) * CONSTANTS[major].relation
    assert (
        worst("sessions", f"{relations} relations", major) <= charged <= 1.5 * worst("sessions", f"{relations} relations", major)
    )


@pytest.mark.parametrize("major", MAJORS)
def test_prepared_statements(major: int) -> None:
    assert worst("sessions", "200 prepared", major) <= CONSTANTS[major].session + 200 * CONSTANTS[major].prepared_statement


@pytest.mark.parametrize("major", MAJORS)
def test_temporary_buffers(major: int) -> None:
    factors = [one["factor"] for one in rows("temp_buffers", major=major)]
    assert len(factors) == 4
    assert max(factors) <= CONSTANTS[major].temp_buffers <= max(factors) + 0.05


@pytest.mark.parametrize("major", MAJORS)
def test_the_lock_table(major: int) -> None:
    c = CONSTANTS[major]
    sizes = rows("locks", "static", major)
    assert [one["max_locks_per_transaction"] for one in sizes] == [10, 64, 256, 1024, 4096]
    for one in sizes:
        settings = Static(
            shared_buffers=128 * MB,
            max_connections=100,
            autovacuum_workers=16 if major >= 18 else 3,
            max_locks_per_transaction=one["max_locks_per_transaction"],
        )
        charged = size(major, c.static, settings) * (1 + c.static_margin)
        assert one["bytes"] <= charged <= 1.01 * one["bytes"], one


@pytest.mark.parametrize("major", MAJORS)
def test_a_session_over_tls(major: int) -> None:
    assert worst("tls", "more with TLS", major) <= CONSTANTS[major].tls
    assert {one["n"] for one in rows("tls", "more with TLS", major)} == {80}


def test_preloaded_libraries() -> None:
    for one in rows("libraries", ", at rest"):
        name = one["case"].split(",")[0]
        extension = EXTENSIONS.get("pg_partman" if name == "pg_partman_bgw" else name)
        if extension and "max 10000" not in one["case"]:
            assert one["static_bytes"] <= extension.shared_memory, one
            workers = extension.workers * CONSTANTS[one["major"]].autovacuum_worker
            assert held(one) <= workers + 0.25 * MB, one


def test_what_preloaded_libraries_add_to_a_session_is_within_what_a_session_is_charged() -> None:
    for one in rows("libraries", ", a session"):
        if not one["case"].startswith("none"):
            plain = worst("libraries", "none, a session", one["major"])
            assert plain + held(one) <= CONSTANTS[one["major"]].session, one


@pytest.mark.parametrize("major", MAJORS)
def test_workers_of_logical_replication(major: int) -> None:
    c = CONSTANTS[major]
    for one in rows("replication", "apply worker,", major):
        tables = int(one["case"].split(",")[1].split()[0]) if "tables" in one["case"] else 10
        assert held(one) <= c.logical_worker + (tables - 10) * c.relation, one
    (copying,) = rows("replication", "first copy", major)
    assert copying["private_kb"] * KB <= 3 * c.logical_worker


@pytest.mark.parametrize("major", [16, 17, 18])
def test_parallel_apply_keeps_a_queue_in_dev_shm(major: int) -> None:
    c = CONSTANTS[major]
    for one in rows("replication", "streaming parallel", major):
        queues = one["n"] * c.parallel_apply
        assert 0.97 * queues <= one["shared_kb"] * KB <= queues, one
        assert held(one) <= (one["n"] + 1) * c.logical_worker, one
    shared = rows("replication", "streaming as by default", major)[0]["shared_kb"] * KB
    assert (shared > 15 * MB) == (major >= 18)


@pytest.mark.parametrize("major", sorted({one["major"] for one in ROWS if one["part"] == "nodes"}))
def test_sorts_and_hashes(major: int) -> None:
    """A hash join of 600,000 rows keeps file buffers for its batches beside: the model tells them, but does not charge them."""
    c = CONSTANTS[major]
    for one in rows("nodes", major=major):
        work_mem = one["work_mem_kb"] * KB
        factor = c.sort if one["case"].startswith("sort") else c.hash
        batches = c.hash_batch * 2 ** ceil(log2(600_000 * 48 / work_mem)) if one["case"] == "hash join" else 0
        assert one["peak_kb"] * KB <= factor * work_mem + c.node + batches, one


SEVERAL_INDEXES = ("three btrees in one session", "cluster", "vacuum full")
"""What one index build frees, glibc may keep while the next one asks for as much again."""


@pytest.mark.parametrize("major", MAJORS)
def test_maintenance_of_one_index(major: int) -> None:
    for one in rows("maintenance", major=major):
        if not one["case"].startswith(SEVERAL_INDEXES):
            assert one["factor"] <= CONSTANTS[major].maintenance, one


@pytest.mark.parametrize("major", MAJORS)
def test_maintenance_of_several_indexes_takes_more_than_is_charged_as_the_documentation_says(major: int) -> None:
    factors = [one["factor"] for one in rows("maintenance", major=major) if one["case"].startswith(SEVERAL_INDEXES)]
    assert CONSTANTS[major].maintenance < max(factors) <= 2.2


def test_with_a_fixed_threshold_malloc_gives_back_what_an_index_build_has_freed() -> None:
    stored = json.loads((STORED.parent / "maintenance_malloc.json").read_text())
    assert stored["about"]["machine"]["malloc"] == {"MALLOC_TRIM_THRESHOLD_": "131072"}
    several = [one for one in stored["rows"] if one["case"].startswith(SEVERAL_INDEXES)]
    assert len(several) == 18
    assert max(one["factor"] for one in several) <= 1.05


def test_vector_indexes() -> None:
    for one in rows("vectors"):
        assert one["factor"] <= CONSTANTS[one["major"]].maintenance, one
        in_shm = one["shared_kb"] > 0.5 * (one["private_kb"] + one["shared_kb"])
        assert in_shm == ("hnsw, 2 workers" in one["case"]), one
