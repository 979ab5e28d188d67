"""How far a disk is read ahead: read from the kernel, told where it is unusual, left alone elsewhere."""

from pathlib import Path

import pytest

from disk import read_ahead
from pgfit.trial import disk
from pgfit.trial.disk import note_on, read_ahead_of
from pgfit.units import KB


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The kernel's file of a disk 254:0, on which everything lies."""
    (tmp_path / "254:0" / "queue").mkdir(parents=True)
    monkeypatch.setattr(disk, "BLOCK", tmp_path)
    monkeypatch.setattr(disk, "device_of", lambda _: "254:0")
    return tmp_path / "254:0" / "queue" / "read_ahead_kb"


@pytest.mark.parametrize(("text", "said"), [("128\n", ""), ("512\n", ""), ("8192\n", "read ahead by 8 MB"), ("?", "")])
def test_megabytes_are_told(kernel: Path, text: str, said: str) -> None:
    kernel.write_text(text)
    note = note_on(Path("/anywhere"))
    assert said in note
    assert bool(said) == bool(note)


def test_a_disk_that_the_kernel_does_not_know_is_not_told(kernel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_ahead_of(Path("/anywhere")) is None  # no file yet
    kernel.write_text("8192")
    assert read_ahead_of(Path("/anywhere")) == 8192 * KB
    monkeypatch.setattr(disk, "device_of", lambda _: "")
    assert note_on(Path("/anywhere")) == ""


def test_a_directory_that_is_not_there_is_not_told(tmp_path: Path) -> None:
    assert note_on(tmp_path / "nowhere") == ""


@pytest.mark.parametrize(("asked", "during"), [(128, "128"), (0, "8192")])
def test_a_benchmark_sets_it_back(kernel: Path, asked: int, during: str) -> None:
    kernel.write_text("8192")

    def interrupted() -> None:
        with read_ahead(Path("/anywhere"), asked):
            assert kernel.read_text() == during
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert kernel.read_text() == "8192"
