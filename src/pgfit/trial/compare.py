"""What the figures of several rounds are worth: medians, spread, ratio, and whether the difference is more than noise."""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from . import Run
from .run import Outcome

__all__ = ["Comparison", "Summary", "compare", "summarise"]

ROUNDS_FOR_A_VERDICT = 3
"""With two rounds each, chance alone keeps two equal configurations apart once in three times; with three, once in ten."""


class Summary(NamedTuple):
    """One arm on one workload. Sizes in bytes; of memory and failures the worst round counts, else the median."""

    arm: str
    rounds: int
    failures: Sequence[str]
    tps: float
    least_tps: float
    most_tps: float
    latency_ms: float
    p95_ms: float
    peak: Outcome | None
    """The run with the highest peak."""
    oom_kills: int
    temp_bytes: float
    throttled: float
    sessions: int

    @property
    def spread(self) -> float:
        """Distance of the extremes, over the median."""
        return (self.most_tps - self.least_tps) / self.tps if self.tps else 0.0


class Comparison(NamedTuple):
    workload: str
    arms: Sequence[Summary]
    ratio: float | None
    """Of the medians, the last arm's over the first's; None where one of them failed."""
    verdict: str
    """In words: faster, slower, within the noise, or why there is no telling."""


def summarise(arm: str, outcomes: Sequence[Outcome]) -> Summary:
    good = [one for one in outcomes if one.survived]

    def middle(name: str) -> float:
        return median(getattr(one, name) for one in good) if good else 0.0

    return Summary(
        arm=arm,
        rounds=len(outcomes),
        failures=[one.failure for one in outcomes if one.failure],
        tps=middle("tps"),
        least_tps=min((one.tps for one in good), default=0.0),
        most_tps=max((one.tps for one in good), default=0.0),
        latency_ms=middle("latency_ms"),
        p95_ms=middle("p95_ms"),
        peak=max(outcomes, key=lambda one: one.peak, default=None),
        oom_kills=sum(one.oom_kills for one in outcomes),
        temp_bytes=middle("temp_bytes"),
        throttled=middle("throttled"),
        sessions=max((one.sessions for one in outcomes), default=0),
    )


def compare(workload: str, runs: Iterable[Run]) -> Comparison:
    """Of two arms, in the order in which they came."""
    by_arm: dict[str, list[Outcome]] = {}
    for one in runs:
        if one.workload == workload:
            by_arm.setdefault(one.arm, []).append(one.outcome)
    arms = [summarise(arm, outcomes) for arm, outcomes in by_arm.items()]
    if len(arms) != 2 or any(one.failures or not one.tps for one in arms):
        failed = [one.arm for one in arms if one.failures]
        return Comparison(workload, arms, None, f"{' and '.join(failed)} did not get through" if failed else "nothing to compare")
    first, second = arms
    return Comparison(workload, arms, second.tps / first.tps, _verdict(first, second))


def _verdict(first: Summary, second: Summary) -> str:
    if min(first.rounds, second.rounds) < ROUNDS_FOR_A_VERDICT:
        return f"fewer than {ROUNDS_FOR_A_VERDICT} rounds: no telling it from noise"
    if second.least_tps > first.most_tps:
        return "faster"
    if second.most_tps < first.least_tps:
        return "slower"
    return "within the noise"
