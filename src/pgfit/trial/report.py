"""A trial to read: for each workload both configurations, their ratio, and whether the difference is more than noise."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any, NamedTuple

from ..model import Plan
from ..units import human, print_cpus
from . import Arm, Run
from .compare import Comparison, Summary
from .place import Limits
from .run import Work
from .workloads import Workload

__all__ = ["SCHEMA", "Trial", "as_document", "as_text", "head", "one_line", "part", "tail"]

SCHEMA = 1
"""Of the JSON document; it grows when a field changes its meaning or goes."""


class Trial(NamedTuple):
    """All that was done."""

    what: str
    """Which limit, which server."""
    arms: Sequence[Arm]
    plan: Plan
    work: Work
    rounds: int
    runs: Sequence[Run]
    comparisons: Sequence[Comparison]
    notes: Sequence[str]

    @property
    def limits(self) -> Limits:
        return self.arms[0].limits

    @property
    def safe(self) -> bool:
        """Whether the recommended configuration got through everything."""
        return all(run.outcome.survived for run in self.runs if run.arm == self.arms[-1].name)


def head(trial: Trial) -> Iterator[str]:
    limits = trial.limits
    cpus = f", {print_cpus(limits.cpus)} CPU{'s' if limits.cpus > 1 else ''}" if limits.cpus else ""
    disk = f", a disk of {limits.iops} reads and writes a second" if limits.iops else ""
    yield from wrap(f"{human(limits.memory)}{cpus}{disk}: {trial.what}", 80)
    rounds = f"{trial.rounds} round{'s' if trial.rounds > 1 else ''} of {trial.work.seconds:g} s"
    yield from wrap(
        f"{trial.arms[0].name} against {trial.arms[-1].name}, {rounds}, in turns; data of scale {trial.work.scale}", 80
    )
    for note in trial.notes:
        yield from wrap(f"note: {note}", 80)


def one_line(run: Run) -> str:
    """For the progress."""
    outcome = run.outcome
    said = outcome.failure or (f"{outcome.sessions} sessions held" if run.workload == "storm" else f"{_number(outcome.tps)} tps")
    return f"{run.workload} {run.round} {run.arm}: {said}"


def part(comparison: Comparison, workload: Workload) -> Iterator[tuple[str, str]]:
    """The lines of one workload, each with its style."""
    storm = workload.name == "storm"
    yield f"{workload.name}: {workload.about}", "bold"
    yield (
        f"{'':19}{'sessions' if storm else 'tps':>9} {'':5} {'average':>8} {'95%':>8} {'peak':>8} {'temp':>8} {'throttled':>9}",
        "dim",
    )
    for arm in comparison.arms:
        yield _row(arm, storm=storm), "red" if arm.failures else ""
        for failure in dict.fromkeys(arm.failures):
            times = f" (in {arm.failures.count(failure)} of {arm.rounds} rounds)" if arm.rounds > 1 else ""
            yield from ((line, "red") for line in wrap(f"{failure}{times}", 78, initial_indent="    ", subsequent_indent="    "))
    yield f"  {_sentence(comparison, storm=storm)}", _style(comparison)


def _row(arm: Summary, *, storm: bool) -> str:
    name = arm.arm if len(arm.arm) <= 16 else f"{arm.arm[:15]}…"
    peak = human(arm.peak.peak) if arm.peak and arm.peak.peak else "-"  # killed before it was looked at
    if arm.failures and not arm.tps:
        return f"  {name:17}{'-':>9} {'':5} {'-':>8} {'-':>8} {peak:>8} {'-':>8} {'-':>9}"
    what = str(arm.sessions) if storm else _number(arm.tps)
    spread = "" if storm or arm.rounds < 2 else f"±{50 * arm.spread:.0f}%"
    waits = ("-", "-") if storm else (_milliseconds(arm.latency_ms), _milliseconds(arm.p95_ms))
    temp = human(arm.temp_bytes) if arm.temp_bytes else "0"
    return f"  {name:17}{what:>9} {spread:5} {waits[0]:>8} {waits[1]:>8} {peak:>8} {temp:>8} {arm.throttled:>7.1f} s"


def _sentence(comparison: Comparison, *, storm: bool) -> str:
    if storm:
        failed = [arm.arm for arm in comparison.arms if arm.failures]
        if failed:
            return f"{' and '.join(failed)} did not get through"
        return "both held all their sessions"
    if comparison.ratio is None:
        return comparison.verdict
    return f"{comparison.ratio:.2f} ×: {comparison.verdict}"


def _style(comparison: Comparison) -> str:
    return {"faster": "green", "slower": "yellow"}.get(comparison.verdict, "")


def tail(trial: Trial) -> Iterator[tuple[str, str]]:
    """What was promised, against what was seen."""
    mine = [run.outcome for run in trial.runs if run.arm == trial.arms[-1].name]
    peak = max((one.peak for one in mine), default=0)
    name = trial.arms[-1].name
    worst = f"{name}'s worst case by arithmetic: {human(trial.plan.budget.worst_case)} of {human(trial.limits.memory)}"
    yield from ((line, "") for line in wrap(f"{worst}; highest peak seen: {human(peak)}", 80))
    for arm in trial.arms:
        bad = sum(not run.outcome.survived for run in trial.runs if run.arm == arm.name)
        kills = sum(run.outcome.oom_kills for run in trial.runs if run.arm == arm.name)
        if bad:
            all_of = sum(run.arm == arm.name for run in trial.runs)
            yield f"{arm.name}: {bad} of {all_of} runs did not get through, {kills} OOM kills", "red"
    if trial.safe:
        yield f"{name}: every run got through, no OOM kill", "green"


def as_text(trial: Trial, workloads: Sequence[Workload]) -> Iterator[tuple[str, str]]:
    yield from ((line, "") for line in head(trial))
    known = {one.name: one for one in workloads}
    for comparison in trial.comparisons:
        yield "", ""
        yield from part(comparison, known[comparison.workload])
    yield "", ""
    yield from tail(trial)


def as_document(trial: Trial) -> Mapping[str, Any]:
    """Sizes in bytes, times in the unit that the name says."""
    return {
        "schema": SCHEMA,
        "place": trial.what,
        "limits": trial.limits._asdict(),
        "limits_of": {arm.name: arm.limits._asdict() for arm in trial.arms},
        "scale": trial.work.scale,
        "seconds": trial.work.seconds,
        "rounds": trial.rounds,
        "worst_case": int(trial.plan.budget.worst_case),
        "safe": trial.safe,
        "notes": list(trial.notes),
        "configurations": {arm.name: dict(arm.settings) for arm in trial.arms},
        "workloads": [_compared(one) for one in trial.comparisons],
        "runs": [{"workload": r.workload, "configuration": r.arm, "round": r.round, **_outcome(r)} for r in trial.runs],
    }


def _outcome(run: Run) -> dict[str, Any]:
    return {**run.outcome._asdict(), "peak": run.outcome.peak}


def _compared(comparison: Comparison) -> dict[str, Any]:
    arms = [
        {**one._asdict(), "failures": list(one.failures), "peak": one.peak.peak if one.peak else None} for one in comparison.arms
    ]
    return {"workload": comparison.workload, "ratio": comparison.ratio, "verdict": comparison.verdict, "configurations": arms}


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _milliseconds(value: float) -> str:
    if value >= 1000:
        return f"{value / 1000:.1f} s"
    return f"{value:.0f} ms" if value >= 100 else f"{value:.1f} ms"
