"""Whose the things of a trial are, by their names; and whom it never kills."""

import os
import platform
import subprocess

import pytest

from pgfit.trial.owned import PREFIX, abandoned, kill, own_name

DEAD = 999999999
"""More than the kernel gives out."""


def of_the_dead(what: str) -> str:
    return own_name(what).replace(str(os.getpid()), str(DEAD), 1)


def test_only_what_the_dead_of_this_machine_made_is_abandoned(monkeypatch: pytest.MonkeyPatch) -> None:
    left = of_the_dead("data0")
    assert abandoned(left)
    assert not abandoned(own_name("data0"))
    monkeypatch.setattr(platform, "node", lambda: "elsewhere")
    assert not abandoned(left)


@pytest.mark.parametrize("name", ["odd", f"{DEAD}-data0", f"{DEAD}-00000000-data0", "0", f"{DEAD}{DEAD}{DEAD}-x"])
def test_what_names_no_owner_here_is_nobodys_to_judge(name: str) -> None:
    assert not abandoned(f"{PREFIX}{name}")


def test_an_owner_who_may_not_be_asked_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pid: int, signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    assert not abandoned(of_the_dead("data0"))


def test_its_own_group_is_never_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, _: killed.append(pid))
    for pid in (0, -1, 7):
        kill(pid)
    assert killed == [7]


def test_killing_the_dead_is_no_error() -> None:
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    kill(gone.pid)
    kill(DEAD)
