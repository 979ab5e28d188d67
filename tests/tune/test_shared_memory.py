"""The formula of the static shared memory against nearly 400 servers per major."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgfit.tune.measured import CONSTANTS
from pgfit.tune.shared_memory import Static, at_most, size
from pgfit.units import GB, MB

MEASUREMENTS = Path(__file__).parents[1] / "measurements"


def servers(major: int) -> list[tuple[Static, float]]:
    """The settings of every measured server, and its bytes."""
    found = []
    with (MEASUREMENTS / f"shared_memory_{major}.csv").open() as file:
        for row in csv.DictReader(file):
            number = {name: float(text) for name, text in row.items() if text.lstrip("-").replace(".", "").isdigit()}
            settings = Static(
                shared_buffers=number["shared_buffers"] * 8192,
                max_connections=number["max_connections"],
                autovacuum_workers=number.get("autovacuum_worker_slots", number["autovacuum_max_workers"]),
                max_worker_processes=number["max_worker_processes"],
                max_wal_senders=number["max_wal_senders"],
                max_replication_slots=number["max_replication_slots"],
                max_prepared_transactions=number["max_prepared_transactions"],
                max_locks_per_transaction=number["max_locks_per_transaction"],
                max_pred_locks_per_transaction=number["max_pred_locks_per_transaction"],
                track_activity_query_size=number["track_activity_query_size"],
                wal_buffers=number["wal_buffers"] * 8192 if number["wal_buffers"] >= 0 else -1,
                max_active_replication_origins=number.get("max_active_replication_origins", 10),
                io_max_concurrency=number.get("io_max_concurrency", -1),
                io_max_combine_limit=number.get("io_max_combine_limit", 16),
            )
            found.append((settings, number["bytes"]))
    return found


@pytest.mark.parametrize("major", [13, 14, 15, 16, 17, 18])
def test_within_one_percent_and_never_half_a_percent_under(major: int) -> None:
    constants = CONSTANTS[major]
    measured = servers(major)
    assert len(measured) >= 387
    for settings, real in measured:
        charged = size(major, constants.static, settings) * (1 + constants.static_margin)
        assert -0.005 <= charged / real - 1 <= 0.01, settings


@pytest.mark.parametrize("major", [13, 14, 15, 16, 17, 18])
def test_the_bound_without_steps_is_never_below_the_servers(major: int) -> None:
    for settings, real in servers(major):
        assert at_most(major, CONSTANTS[major].static, settings) * (1 + CONSTANTS[major].static_margin) >= real


@given(
    major=st.sampled_from([13, 14, 15, 16, 17, 18, 19]),
    buffers=st.floats(8 * MB, 16 * GB),
    connections=st.integers(1, 5000),
    more=st.floats(1, 2),
)
def test_the_bound_never_falls_when_a_setting_grows(major: int, buffers: float, connections: int, more: float) -> None:
    coefficients = CONSTANTS[major].static
    small = Static(shared_buffers=buffers, max_connections=connections)
    assert at_most(major, coefficients, small) >= size(major, coefficients, small)
    grown = [small._replace(shared_buffers=buffers * more), small._replace(max_connections=connections * more)]
    for larger in grown:
        assert at_most(major, coefficients, larger) >= at_most(major, coefficients, small) * 0.9999


@pytest.mark.parametrize(
    ("major", "buffers", "megabytes"),
    [(14, 128, 142.0), (15, 128, 142.6), (16, 128, 142.6), (17, 128, 143.0), (18, 128, 149.8), (18, 4096, 4252)],
)
def test_known_servers_with_defaults(major: int, buffers: int, megabytes: float) -> None:
    settings = Static(shared_buffers=buffers * MB, max_connections=100, autovacuum_workers=16 if major >= 18 else 3)
    assert size(major, CONSTANTS[major].static, settings) / MB == pytest.approx(megabytes, rel=0.004)
