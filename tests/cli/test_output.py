"""Files are written whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from pgfit.cli.output import write
from pgfit.errors import PgfitError


def test_a_new_file_is_readable_as_any_other(tmp_path: Path) -> None:
    os.umask(mask := os.umask(0))
    write(tmp_path / "new", "text\n")
    assert (tmp_path / "new").read_text() == "text\n"
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o666 & ~mask


def test_an_old_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("before")
    (tmp_path / "old").chmod(0o640)
    write(tmp_path / "old", "after")
    assert (tmp_path / "old").read_text() == "after"
    assert stat.S_IMODE((tmp_path / "old").stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("before")
    (tmp_path / "link").symlink_to("real")
    write(tmp_path / "link", "after")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "after"


def test_a_failed_write_leaves_the_old_file_and_no_scraps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "old").write_text("before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PgfitError, match="cannot be written: No space left on device"):
        write(tmp_path / "old", "after")
    assert (tmp_path / "old").read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize("name", ["", "missing/file"])
def test_a_directory_or_a_missing_one_is_an_error_with_its_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(PgfitError) as error:
        write(tmp_path / name, "text")
    assert error.value.place == str(tmp_path / name)


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    write(Path("/dev/null"), "text")
    assert not Path("/dev/null").is_file()
