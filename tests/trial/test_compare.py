"""What pgbench says, and what the figures of several rounds are worth."""

import pytest

from pgfit.trial import Run
from pgfit.trial.bench import latencies_of, said
from pgfit.trial.compare import compare
from pgfit.trial.run import Outcome

OUTPUT = """\
transaction type: multiple scripts
number of transactions actually processed: 8765
number of failed transactions: 2 (0.023%)
latency average = 2.739 ms
tps = 2921.123456 (without initial connection time)
SQL script 1: a.sql
 - 5000 transactions (57.0% of total, tps = 1666.1)
 - latency average = 1.000 ms
"""


def test_the_figures_of_all_scripts_are_read() -> None:
    assert said(OUTPUT) == (8765, 2921.123456, 2.739, 2)
    assert said("pgbench: error: client 3 aborted in command 1 (SQL) of script 0") == (0, 0, 0, 1)


def test_latencies_of_the_log() -> None:
    assert latencies_of(iter(["0 1 2739 0 1700000000 1", "1 1 810 0 1700000000 2", "0 2 skipped 0 1 3", "torn"])) == [2739, 810]


def runs(first: list[float], second: list[float]) -> list[Run]:
    made = [Run("reads", "a", n, Outcome(tps=tps)) for n, tps in enumerate(first, 1)]
    return made + [Run("reads", "b", n, Outcome(tps=tps)) for n, tps in enumerate(second, 1)]


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ([100, 101, 102], [110, 111, 130], "faster"),
        ([100, 101, 102], [90, 91, 99], "slower"),
        ([100, 101, 120], [110, 111, 112], "within the noise"),
        ([100, 101], [200, 201], "fewer than 3 rounds"),
    ],
)
def test_a_difference_counts_beyond_every_round(first: list[float], second: list[float], verdict: str) -> None:
    made = compare("reads", runs(first, second))
    assert made.verdict.startswith(verdict)
    assert made.ratio is not None


def test_who_was_killed_has_no_ratio() -> None:
    killed = [Run("reads", "b", 4, Outcome(failure="killed: 1 process by the kernel, out of memory", oom_kills=1))]
    made = compare("reads", runs([1, 2, 3], [1, 2, 3]) + killed)
    assert made.ratio is None
    assert made.verdict == "b did not get through"
    assert made.arms[1].oom_kills == 1
