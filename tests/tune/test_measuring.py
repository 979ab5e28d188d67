"""The tools that measure: what they write down, and that a fit can be repeated."""

import csv
import errno
import json
import os
from pathlib import Path

import pytest

import measure
from measure_fit import errors, fit, least_squares, settings_of
from measure_machine import machine
from measure_server import Row, malloc_settings
from pgfit.tune.measured import CONSTANTS
from pgfit.units import MB

MEASUREMENTS = Path(__file__).parents[1] / "measurements"


def test_least_squares_of_a_line() -> None:
    ones, times = [1.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 4.0]
    assert least_squares([ones, times], [5.0, 7.0, 9.0, 11.0]) == pytest.approx([3.0, 2.0])
    assert least_squares([ones], [1.0, 2.0, 3.0, 6.0]) == pytest.approx([3.0])


def test_the_formula_of_13_is_the_fit_of_what_was_measured() -> None:
    with (MEASUREMENTS / "shared_memory_13.csv").open() as file:
        measured = [(settings_of(row), float(row["bytes"])) for row in csv.DictReader(file)]
    assert fit(13, measured) == pytest.approx(dict(CONSTANTS[13].static), abs=0.002)
    assert errors(13, CONSTANTS[13].static, measured) == "-0.034% .. +0.043%"


def test_settings_in_blocks_become_bytes() -> None:
    found = settings_of({"shared_buffers": "16384", "wal_buffers": "-1", "max_connections": "100", "wal_level": "replica"})
    assert (found.shared_buffers, found.wal_buffers, found.max_connections) == (128 * MB, -1, 100)


def test_the_machine_is_described_without_a_name_or_a_path() -> None:
    told = json.dumps(machine())
    assert "page_size" in told
    assert "/" not in told


def test_what_was_measured_is_read_again(tmp_path: Path) -> None:
    assert measure.read(tmp_path / "none") == ([], {})
    rows: list[Row] = [{"part": "tls", "major": 16, "case": "idle", "n": 80, "private_kb": 1.5}]
    measure.write(tmp_path / "file", rows, {"16": "16.15"})
    assert measure.read(tmp_path / "file") == (rows, {"16": "16.15"})
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_write_that_fails_leaves_what_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[Row] = [{"part": "tls", "major": 16, "case": "idle", "n": 80, "private_kb": 1.5}]
    measure.write(tmp_path / "file", rows, {"16": "16.15"})

    def full(self: Path, text: str) -> None:
        with self.open("w") as file:
            file.write(text[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        measure.write(tmp_path / "file", [*rows, *rows], {"16": "16.15"})
    assert measure.read(tmp_path / "file") == (rows, {"16": "16.15"})


def test_only_numbers_of_malloc_are_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("MALLOC_"):
            monkeypatch.delenv(name)
    for name, value in {"ARENA_MAX": "2", "TRACE": "/home/somebody/trace", "TOP_PAD_": "/home/x", "OTHER": "1"}.items():
        monkeypatch.setenv(f"MALLOC_{name}", value)
    assert malloc_settings() == {"MALLOC_ARENA_MAX": "2"}


def test_the_stored_measurements_name_no_path() -> None:
    assert "/" not in (MEASUREMENTS / "parts.json").read_text()
