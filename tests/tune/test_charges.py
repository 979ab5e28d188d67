"""The memory model against 101 trials in real limits: nothing that was killed may have looked safe."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from pgfit.tune import RULES
from pgfit.tune.charges import PARTS, Circumstances, Load, charge
from pgfit.tune.measured import CONSTANTS, Constants, least_reserve
from pgfit.tune.shared_memory import Static, size
from pgfit.units import GB, MB


class Trial(NamedTuple):
    major: int
    limit: float
    shared_buffers: float
    work_mem: float
    sessions: int
    killed: bool
    measured: float
    refaults: float


@pytest.mark.parametrize("text", [PARTS["queries"], RULES["work_mem"].__doc__, RULES["hash_mem_multiplier"].__doc__])
def test_what_is_told_of_a_hash_holds_for_every_major(text: str) -> None:
    assert (CONSTANTS[13].hash, CONSTANTS[14].hash, CONSTANTS[15].hash) == (2.05, 2.05, 1.8)
    assert "1.8 × (13, 14: 2.05 ×) work_mem" in " ".join(text.split())


def trials() -> Iterator[Trial]:
    with (Path(__file__).parents[1] / "measurements" / "oom_trials.csv").open() as file:
        for row in csv.DictReader(file):
            yield Trial(
                int(row["ver"]),
                float(row["limit"]) * MB,
                float(row["sb"]) * MB,
                float(row["wm"]) * MB,
                int(row["N"]),
                row["oom"] != "0",
                float(row["measured_unrecl"]) * MB,
                float(row["refault"]),
            )


TRIALS = list(trials())


def predicted(trial: Trial, constants: Constants) -> float:
    """Bytes, for what the trial ran: half its sessions a hash aggregate, the others a sort (16: none to speak of)."""
    given = Circumstances(
        major=trial.major,
        constants=constants,
        limit=trial.limit,
        reserve=0,
        sorts=0 if trial.major == 16 else 0.5,
        hashes=0.5,
        hash_mem_multiplier=1.0 if trial.major == 14 else 2.0,
        relations=0,
        prepared_statements=0,
        temp_table_sessions=0,
        temp_buffers=0,
        analyze_sample=0,
        jit=0,
        tls=False,
        temporary=0,
        hash=constants.hash,
        background_workers=0,
        querying_workers=0,
        logical_workers=0,
        parallel_apply_workers=0,
        extension_shared_memory=0,
        min_dynamic_shared_memory=0,
        static=lambda load: Static(
            shared_buffers=load.shared_buffers, max_connections=100, autovacuum_workers=16 if trial.major >= 18 else 3
        ),
    )
    load = Load(
        max_connections=trial.sessions,
        shared_buffers=trial.shared_buffers,
        work_mem=trial.work_mem,
        maintenance_work_mem=0,
        autovacuum_work_mem=0,
        parallel_workers=0,
        autovacuum_workers=0,
        io_workers=3 if trial.major >= 18 else 0,
    )
    costs = charge(load, given, size)
    return sum(costs.values()) - costs["kernel_and_page_cache"]  # without the reserve, which would only make it safer


def test_there_are_101_trials_of_which_38_were_killed() -> None:
    assert len(TRIALS) == 101
    assert sum(trial.killed for trial in TRIALS) == 38


def test_no_killed_trial_looked_safe() -> None:
    for trial in TRIALS:
        if trial.killed:
            assert predicted(trial, CONSTANTS[trial.major]) > trial.limit, trial


def test_no_thrashing_trial_looked_safe() -> None:
    for trial in TRIALS:
        if trial.refaults > 300_000:
            assert predicted(trial, CONSTANTS[trial.major]) > trial.limit, trial


def test_no_survivor_held_more_than_predicted() -> None:
    for trial in TRIALS:
        if not trial.killed:
            assert predicted(trial, CONSTANTS[trial.major]) >= trial.measured, trial


@pytest.mark.parametrize(
    ("major", "hash_factor", "session"), [(14, 1.05, 1.25 * MB), (16, 1.05, 1.32 * MB), (18, 1.42, 1.45 * MB)]
)
def test_charged_for_what_it_really_ran_a_trial_is_predicted_closely(major: int, hash_factor: float, session: float) -> None:
    """The sessions aggregated by text and touched one table; not charged for the worst, the rest of the model must fit."""
    constants = CONSTANTS[major]._replace(hash=hash_factor, sort=1.06, node=0.2 * MB, session=session, statistics=2 * MB)
    by_integer = constants._replace(hash=1.64)
    calm = [t for t in TRIALS if t.major == major and not t.killed and t.refaults <= 300_000 and t.work_mem >= 4 * MB]
    assert len(calm) >= 7
    for trial in calm:
        integers = (trial.major, trial.limit, trial.work_mem) == (16, 512 * MB, 4 * MB)  # these aggregated by integer
        assert 1.0 <= predicted(trial, by_integer if integers else constants) / trial.measured <= 1.12, trial


def test_every_part_has_its_explanation() -> None:
    assert all(text.endswith(".") for text in PARTS.values())


@pytest.mark.parametrize(
    ("limit", "reserve"),
    [(64 * MB, 8 * MB), (128 * MB, 16 * MB), (256 * MB, 16 * MB), (GB, 0.05 * GB), (64 * GB, 3.2 * GB)],
)
def test_the_reserve_is_a_twentieth_but_never_below_what_keeps_a_server_from_thrashing(limit: int, reserve: float) -> None:
    assert least_reserve(limit) == pytest.approx(reserve)
