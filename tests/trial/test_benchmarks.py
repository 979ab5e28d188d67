"""The page of benchmarks says what is stored, and survival and the model's bounds are what the stored results say."""

import json
from pathlib import Path
from typing import Any

import pytest

from charged import Cell, as_run, memory_of, promise
from disk import Disk, described
from matrix import SUBSET
from page import earlier, pages
from peers import PEERS, configurations, fingerprint
from pgfit.units import GB, KB, MB, parse_size
from stored import MINE, WORKLOADS, Matrix, Search, measured_alike

ROOT = Path(__file__).parents[2]


def test_the_page_is_fresh() -> None:
    stale = [path.name for path, text in pages(Matrix(), Search()).items() if path.read_text() != text]
    assert not stale, "python benchmarks/page.py"


def test_pgfit_survived_every_stored_run() -> None:
    matrix = Matrix()
    assert matrix.cells
    assert [one for one in matrix.runs if one["configuration"].startswith(MINE) and one["outcome"]["failure"]] == []


def test_no_stored_storm_took_more_than_the_model_says() -> None:
    """Neither than the promise, nor than what the storm really ran; and that is no more than a fifth too much."""
    held = [line for line in Matrix().runs if line["workload"] == "storm" and not line["outcome"]["failure"]]
    assert held
    for line in held:
        peak = line["outcome"]["peak"]
        assert peak <= line["as_run"] <= 1.2 * peak, line
        assert peak <= line["worst_case"], line


def test_a_storm_is_charged_for_what_it_runs() -> None:
    """By hand: 17 sessions and 2 more at 2.35 MB + 128 MB / 512, nodes of 12 MB, 16.8 MB for the index."""
    cell = Cell("1G", "1", 16)
    charged = promise(
        cell, {"shared_buffers": "128MB", "max_connections": "20", "work_mem": "4MB", "maintenance_work_mem": "16MB"}
    )
    assert memory_of(charged) == (4 * MB, 2.0)
    sizes = {part.name: part.size for part in charged.budget.parts}
    shared = sizes["static_shared_memory"] + sizes["server_processes"] + 2 * MB
    assert abs(as_run(cell, charged, 17, 12 * MB) - shared - (19 * 2.6 + 17 * 12 + 16.8 + 2.44) * MB) < 0.1 * MB
    less = 19 * (2406 - 1500) * KB  # what the sessions held is known
    assert abs(as_run(cell, charged, 17, 12 * MB) - as_run(cell, charged, 17, 12 * MB, 1500 * KB) - less) < 0.1 * MB


def test_results_of_an_earlier_plan_are_passed_over(tmp_path: Path) -> None:
    line = {"memory": "1G", "cpus": "1", "postgres": 16, "workload": "storm", "configuration": MINE, "at": "2026-01-01 00:00"}
    rows = [{**line, "of": of, "outcome": {"failure": failure}} for of, failure in (("old", "killed: 1"), ("new", ""))]
    (tmp_path / "matrix.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    assert [one["of"] for one in Matrix(tmp_path / "matrix.jsonl").runs] == ["new"]


def test_a_plan_that_changed_since_is_told() -> None:
    cell, now = Cell("1G", "1", 16), fingerprint(configurations(Cell("1G", "1", 16))[MINE])
    assert list(earlier({cell: now})) == []
    assert "Another plan of pgfit's was measured at 1G" in next(earlier({cell: "of another"}))


def test_who_survives_may_be_known_from_other_results(tmp_path: Path) -> None:
    line = {"memory": "1G", "cpus": "1", "postgres": 16, "at": "2026-01-01 00:00", "round": 1, "of": "x"}
    storms = [
        {**line, "workload": "storm", "configuration": name, "outcome": {"failure": failure}}
        for name, failure in ((MINE, ""), ("fixed", ""), ("pgtune", "killed: 1"))
    ]
    reads = [
        {**line, "workload": "reads", "configuration": name, "outcome": {"failure": "", "tps": tps}}
        for name, tps in ((MINE, 300.0), ("fixed", 200.0), ("pgtune", 900.0))
    ]
    for name, rows in (("matrix", storms), ("small", reads)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    (found,) = Matrix(tmp_path / "small.jsonl", Matrix(tmp_path / "matrix.jsonl")).against_peers()
    assert found[1:] == ("fixed", 1.5)


def test_one_configuration_is_compared_with_one(tmp_path: Path) -> None:
    """A peer that is killed elsewhere, or did not get through a workload, is compared where it did."""
    line = {"memory": "1G", "cpus": "1", "postgres": 16, "at": "2026-01-01 00:00", "round": 1, "of": "x"}
    tps = {
        "reads": {MINE: 300.0, "fixed": 200.0, "pgtune": 900.0, "defaults": 300.0},
        "mix": {MINE: 100.0, "fixed": 200.0, "pgtune": 900.0, "defaults": 0.0},
        "storm": {MINE: 1.0, "fixed": 1.0, "pgtune": 0.0, "defaults": 0.0},
    }
    rows = [
        {**line, "workload": workload, "configuration": name, "outcome": {"failure": "" if done else "killed: 1", "tps": done}}
        for workload, figures in tps.items()
        for name, done in figures.items()
    ]
    (tmp_path / "matrix.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    assert Matrix(tmp_path / "matrix.jsonl").against_each() == {"fixed": [1.5, 0.5], "defaults": [1.0]}


def test_the_distance_is_measured_in_the_finals_alone(tmp_path: Path) -> None:
    cell = {"cell": ["1G", "1", 16]}
    fits, does_not = {"worst_case": parse_size("1G"), "storm_held": False}, {"worst_case": parse_size("2G"), "storm_held": True}
    final = {**cell, "round": 1, "against": "x"}
    rows = [
        {**cell, "number": 1, "knobs": {}, "worst_case": 1, "as_run": 1, "tps": {"reads": 9000.0}},
        {**final, "final": MINE, "figures": {"reads": 300.0, "mix": 5.0}, **fits},
        {**final, "final": "candidate 1", "figures": {"reads": 400.0}, **does_not},
        {**final, "final": "candidate 2", "figures": {"reads": 200.0, "writes": 7.0}, **fits},
    ]
    (tmp_path / "search.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    first, *others = Search(tmp_path / "search.jsonl").distances()
    assert first.workload == "reads"
    assert (first.proved, first.surviving) == pytest.approx((1.5, 0.75))
    assert all(one.proved is None and one.surviving is None for one in others)


def test_one_configuration_is_compared_for_all_workloads_together(tmp_path: Path) -> None:
    final = {"cell": ["1G", "1", 16], "round": 1, "against": "x", "worst_case": 1, "storm_held": True}
    best = dict.fromkeys(WORKLOADS, 100.0)
    rows = [
        {**final, "final": MINE, "figures": best},
        {**final, "final": "a specialist", "figures": {**best, "reads": 200.0, "mix": 50.0}},
        {**final, "final": "an all-rounder", "figures": dict.fromkeys(WORKLOADS, 125.0)},
        {**final, "final": "incomplete", "figures": {**dict.fromkeys(WORKLOADS, 900.0), "mix": 0.0}},
    ]
    (tmp_path / "search.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    found = {one.workload: one.surviving for one in Search(tmp_path / "search.jsonl").distances()}
    assert (found["all six"], found["mix"]) == pytest.approx((0.8, 0.8))


def test_every_peer_has_a_configuration_in_the_subset() -> None:
    for cell in SUBSET:
        made = configurations(Cell(*cell))
        lacking = {"Ubicloud"} if parse_size(cell[0]) < GB else set()
        assert set(made) == {"pgfit", "defaults", *PEERS} - lacking
        assert all(settings for settings in made.values())


def test_the_readme_says_what_pgtune_promises() -> None:
    storm = Matrix().storms(Cell("256M", "1", 17))["pgtune"]
    times = round(storm["worst_case"] / parse_size("256M"))
    assert f"[{times} times the limit](docs/benchmarks.md" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize(
    ("here", "other"),
    [
        (described(Disk(Path())), ""),
        (described(Disk(Path(), read_ahead=0)), ""),
        (described(Disk(Path(), read_ahead=8192)), "read_ahead_kb 128, not 8192"),
        (described(Disk(Path(), iops=None, latency=1)), "iops 3000, not None; latency_ms 0, not 1"),
        ({"seconds": 60}, "seconds 3, not 60"),
        ({"for_all": {"checkpoint_timeout": "30s"}}, "for_all {}, not {'checkpoint_timeout': '30s'}"),
    ],
)
def test_results_of_another_kind_are_not_added_to(here: dict[str, Any], other: str) -> None:
    stored = [{"machine": {"read_ahead_kb": 128}}]
    if not other:
        measured_alike(here, stored, Path("some.jsonl"))
        return
    with pytest.raises(SystemExit, match=f"some.jsonl was measured with {other}: --results"):
        measured_alike(here, stored, Path("some.jsonl"))


def test_a_file_without_results_takes_any_disk() -> None:
    measured_alike(described(Disk(Path(), latency=1)), [], Path("some.jsonl"))
