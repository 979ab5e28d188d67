"""Directories of a trial that cannot be made or filled: told with their place, and nothing is left."""

import errno
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from pgfit.errors import PgfitError
from pgfit.trial.owned import PREFIX, own_name
from pgfit.trial.scratch import Scratch, writing


def test_a_full_disk_is_told_with_its_directory(tmp_path: Path) -> None:
    with pytest.raises(PgfitError, match=f"{tmp_path} cannot be written: No space left on device") as caught, writing(tmp_path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert caught.value.hint == "--directory, on a disk with more room"


def test_a_tree_that_is_not_copied_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "dangling").symlink_to("nowhere")
    with pytest.raises(PgfitError, match=r"cannot be written: \[Errno 2\] No such file"), writing(tmp_path):
        shutil.copytree(tmp_path / "source", tmp_path / "copy")


def test_no_room_for_sockets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was made before is gone again."""
    monkeypatch.setattr(tempfile, "gettempdir", lambda: "/proc/1")
    with pytest.raises(PgfitError, match="/proc/1 cannot be written") as caught:
        Scratch(tmp_path, None)
    assert caught.value.hint == "TMPDIR names another"
    assert list(tmp_path.iterdir()) == []


def test_what_the_dead_left_is_removed_and_what_the_living_have_is_not(tmp_path: Path) -> None:
    mine = own_name("mine")
    for name in (mine, mine.replace(str(os.getpid()), "999999999", 1), f"{PREFIX}999999999-00000000-elsewhere"):
        (tmp_path / name).mkdir()
    scratch = Scratch(tmp_path, None)
    scratch.remove()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([mine, f"{PREFIX}999999999-00000000-elsewhere"])
