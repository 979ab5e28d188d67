"""A limit by systemd, for users without root: a scope of their own manager, where memory is delegated to it.

Nothing is believed: `unavailable` starts such a scope, and reads in it whether the limit is there.
"""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Sequence

from ..errors import PgfitError
from .cgroup import ROOT, Controls, swaps
from .owned import PREFIX, abandoned, own_name
from .place import Counters, Limits
from .scratch import last_line

__all__ = ["Scope", "sweep", "unavailable"]

SECONDS = 30
TELL = 'for one in memory.max memory.swap.max cpu.max; do echo "$one $(cat "$one" 2>/dev/null)"; done'
"""Each limit of a cgroup with its name; a controller that is not delegated has no file."""
LOOK = f'cd "/sys/fs/cgroup$(cut -d: -f3- /proc/self/cgroup)" && {TELL}'
"""Of the one that the shell is in; cgroup v2 has one line in that file."""
OOM_POLICY_SINCE = 253
"""systemd's version from which a scope ends with the first process that the kernel kills, if not told otherwise."""


def unavailable(limits: Limits) -> str:
    """Why no such limit can be set by systemd; '' if it was."""
    known = {
        "it is for users; root writes to cgroups": os.getuid() == 0,
        "it is not installed": not (shutil.which("systemd-run") and shutil.which("systemctl")),
        "it limits a user's memory only with cgroup v2": not (ROOT / "cgroup.controllers").exists(),
        "it does not slow disks for users": bool(limits.iops),
    }
    return next((why for why, holds in known.items() if holds), "") or _tried(limits)


def _tried(limits: Limits) -> str:
    done = _run([*_words("probe", limits), "sh", "-c", LOOK])
    if done.returncode:
        return f"it says: {last_line(done.stderr)}"
    told = {name: value for name, value, *_ in (f"{line} - -".split() for line in done.stdout.splitlines())}
    memory, quota = told.get("memory.max", ""), told.get("cpu.max", "")
    if not memory.isdigit() or abs(int(memory) - limits.memory) >= os.sysconf("SC_PAGE_SIZE"):
        return "memory is not delegated to this user"
    if swaps() and told.get("memory.swap.max") != "0":
        return "the kernel does not count swap, so what does not fit would be swapped out"
    if limits.cpus and not quota.isdigit():
        return "the CPU is not delegated to this user (Delegate=cpu, in user@.service)"
    return ""


class Scope:
    """A Cage. It begins with the first process in it, and ends with the last."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.unit = f"{own_name(name)}.scope"
        self.limits = limits
        self.prefix: Sequence[str] = _words(name, limits)
        self.controls: Controls | None = None
        self.last = Counters()

    def enter(self) -> None:
        """systemd-run does."""

    def read(self) -> Counters:
        """What was read last, where it has ended."""
        if self.controls is None:
            path = _run(["systemctl", "--user", "show", "--property=ControlGroup", "--value", self.unit]).stdout.strip()
            if path.strip("/"):
                self.controls = Controls({"": ROOT / path.lstrip("/")}, self.limits)
        if self.controls is not None:
            seen = self.controls.read()
            self.last = seen if seen.unreclaimable else self.last
        return self.last

    def lacks(self) -> str:
        """As Controls have it."""
        self.read()
        return self.controls.lacks() if self.controls is not None else "the memory limit"

    def throttle(self, *, on: bool) -> None:
        if self.limits.cpus and (why := self._set(_quota(self.limits.cpus) if on else "CPUQuota=")):
            raise PgfitError(f"systemd cannot change the CPU quota: {why}")

    def relieve(self) -> None:
        """A unit that is gone needs none."""
        self._set("MemoryMax=infinity", "CPUQuota=")

    def _set(self, *properties: str) -> str:
        """Its complaint, if it has one."""
        done = _run(["systemctl", "--user", "set-property", "--runtime", self.unit, *properties])
        return last_line(done.stderr) if done.returncode else ""

    def remove(self) -> None:
        _remove(self.unit)


def sweep() -> None:
    """End the scopes of trials that were killed outright."""
    listed = _run(["systemctl", "--user", "list-units", "--plain", "--no-legend", "--type=scope", f"{PREFIX}*"]).stdout
    for line in listed.splitlines():
        unit = line.split()[0]
        if abandoned(unit):
            _remove(unit)


def _remove(unit: str) -> None:
    _run(["systemctl", "--user", "kill", "--signal=KILL", unit])
    _run(["systemctl", "--user", "stop", unit])


def _words(name: str, limits: Limits) -> list[str]:
    """systemd-run, up to the command."""
    properties = [f"MemoryMax={limits.memory}", "MemorySwapMax=0"]
    if limits.cpus:
        properties.append(_quota(limits.cpus))
    if _version() >= OOM_POLICY_SINCE:
        properties.append("OOMPolicy=continue")
    told = [word for one in properties for word in ("-p", one)]
    return ["systemd-run", "--user", "--scope", "--quiet", "--collect", f"--unit={own_name(name)}", *told, "--"]


def _quota(cpus: float) -> str:
    return f"CPUQuota={max(1, round(100 * cpus))}%"


def _version() -> int:
    found = re.match(r"systemd (\d+)", _run(["systemd-run", "--version"]).stdout)
    return int(found[1]) if found else 0


def _run(words: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Whatever comes of it: a unit that is gone is as good as one that was told."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=SECONDS, check=False
        )
    return subprocess.CompletedProcess(list(words), 1, "", "no answer")
