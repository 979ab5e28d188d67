"""A scope of systemd's, by the words it is asked with: a program of the same name notes them. systemd itself is not run."""

import os
import subprocess
from pathlib import Path

import pytest

from pgfit.errors import PgfitError
from pgfit.trial import cgroup, scope, where
from pgfit.trial.local import Local
from pgfit.trial.owned import own_name
from pgfit.trial.place import Limits, NoPlace
from pgfit.trial.programs import Programs, find
from pgfit.trial.scope import Scope, sweep, unavailable
from pgfit.trial.where import Wanted
from pgfit.units import MB, Bytes

LIMITS = Limits(Bytes(128 * MB), 0.5)
RUN = """#!/bin/sh
[ "$1" = --version ] && { echo 'systemd 255 (255.4-1)'; exit; }
echo "systemd-run $*" >>"$(dirname "$0")/said"
[ -e "$(dirname "$0")/answer" ] && { . "$(dirname "$0")/answer"; exit; }
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
"""
CTL = """#!/bin/sh
echo "systemctl $*" >>"$(dirname "$0")/said"
[ -e "$(dirname "$0")/refuses" ] && { cat "$(dirname "$0")/refuses" >&2; exit 1; }
case "$*" in *ControlGroup*) echo /user.slice/app.slice/x.scope;; *list-units*) cat "$(dirname "$0")/units";; esac
"""


@pytest.fixture
def systemd(disk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its directory; what it was told is in `said`, what a probe prints is the script `answer`."""
    for name, text in (("systemd-run", RUN), ("systemctl", CTL)):
        (disk / name).write_text(text)
        (disk / name).chmod(0o755)
    (disk / "said").touch(0o666)
    (disk / "said").chmod(0o666)
    monkeypatch.setenv("PATH", f"{disk}:{os.environ['PATH']}")
    (disk / "cgroup.controllers").write_text("memory")
    monkeypatch.setattr(scope, "ROOT", disk)
    monkeypatch.setattr(cgroup, "SWAPS", disk / "no-swaps")
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    return disk


def said(systemd: Path) -> list[str]:
    return (systemd / "said").read_text().splitlines()


def test_the_words(systemd: Path) -> None:
    unit = own_name("data0")
    properties = f"-p MemoryMax={128 * MB} -p MemorySwapMax=0 -p CPUQuota=50% -p OOMPolicy=continue"
    made = Scope("data0", LIMITS)
    assert " ".join(made.prefix) == f"systemd-run --user --scope --quiet --collect --unit={unit} {properties} --"
    made.throttle(on=False)
    made.throttle(on=True)
    made.relieve()
    made.remove()
    assert said(systemd) == [
        f"systemctl --user set-property --runtime {unit}.scope CPUQuota=",
        f"systemctl --user set-property --runtime {unit}.scope CPUQuota=50%",
        f"systemctl --user set-property --runtime {unit}.scope MemoryMax=infinity CPUQuota=",
        f"systemctl --user kill --signal=KILL {unit}.scope",
        f"systemctl --user stop {unit}.scope",
    ]


def test_an_older_systemd_is_not_asked_for_what_it_does_not_know(systemd: Path) -> None:
    (systemd / "systemd-run").write_text("#!/bin/sh\necho 'systemd 252 (252.22-1)'\n")
    assert not [word for word in Scope("data0", LIMITS._replace(cpus=None)).prefix if word.startswith(("OOM", "CPU"))]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (f"echo memory.max {128 * MB}; echo cpu.max 50000 100000", ""),
        ("echo memory.max max; echo cpu.max 50000 100000", "memory is not delegated to this user"),
        ("echo 'memory.max '; echo cpu.max 50000 100000", "memory is not delegated to this user"),
        (f"echo memory.max {128 * MB}; echo cpu.max max 100000", "the CPU is not delegated"),
        (f"echo memory.max {128 * MB}; echo 'cpu.max '", "the CPU is not delegated to this user (Delegate=cpu"),
        ("echo 'Failed to connect to bus: No medium found' >&2; false", "it says: Failed to connect to bus: No medium found"),
    ],
)
def test_it_is_tried_before_it_is_believed(systemd: Path, answer: str, why: str) -> None:
    (systemd / "answer").write_text(answer)
    found = unavailable(LIMITS)
    assert why in found if why else found == ""
    assert "-probe" in said(systemd)[0]


def test_the_memory_alone_will_do_where_the_cpu_is_not_delegated(systemd: Path) -> None:
    (systemd / "answer").write_text(f"echo memory.max {128 * MB}; echo 'cpu.max '")
    assert unavailable(LIMITS._replace(cpus=None)) == ""


def test_a_limit_without_a_file_is_told_empty(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("134217728\n")
    done = subprocess.run(["sh", "-c", scope.TELL], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("memory.max 134217728\nmemory.swap.max \ncpu.max \n", "")


def test_a_quota_that_cannot_be_changed_is_told_and_a_scope_that_is_gone_needs_no_relief(systemd: Path) -> None:
    made = Scope("data0", LIMITS)
    (systemd / "refuses").write_text("Failed to set unit properties: Access denied\n")
    for on in (False, True):
        with pytest.raises(PgfitError, match="systemd cannot change the CPU quota: Failed to set unit properties: Access"):
            made.throttle(on=on)
    made.relieve()


def test_what_is_in_force_is_read_from_its_cgroup(systemd: Path) -> None:
    group = systemd / "user.slice" / "app.slice" / "x.scope"
    group.mkdir(parents=True)
    (group / "memory.max").write_text(f"{128 * MB}\n")
    (group / "cpu.max").write_text("max 100000\n")
    made = Scope("data0", LIMITS)
    assert made.lacks() == "the CPU quota"
    (group / "cpu.max").write_text("50000 100000\n")
    assert made.lacks() == ""


def test_only_scopes_are_swept_where_scopes_are_made(systemd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[str] = []
    monkeypatch.setattr(cgroup, "sweep", lambda: swept.append("cgroup"))
    with where._local(Programs(systemd, 17, systemd, "here"), Wanted(LIMITS, 1, systemd), "systemd"):
        assert swept == []
    assert any("list-units" in line for line in said(systemd))


def test_where_it_is_not_even_tried(systemd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert unavailable(LIMITS._replace(iops=3000)) == "it does not slow disks for users"
    (systemd / "cgroup.controllers").unlink()
    assert "only with cgroup v2" in unavailable(LIMITS)
    (systemd / "systemctl").unlink()
    monkeypatch.setenv("PATH", str(systemd))
    assert unavailable(LIMITS) == "it is not installed"
    monkeypatch.setattr(os, "getuid", lambda: 0)
    assert "root writes to cgroups" in unavailable(LIMITS)
    assert said(systemd) == []


def test_what_it_counted_stands_after_its_end(systemd: Path) -> None:
    group = systemd / "user.slice" / "app.slice" / "x.scope"
    group.mkdir(parents=True)
    (group / "memory.stat").write_text("anon 100\nkernel 30\nshmem 40\n")
    (group / "memory.events").write_text("oom_kill 1\n")
    made = Scope("data0", LIMITS)
    assert (made.read().unreclaimable, made.read().oom_kills) == (170, 1)
    for path in group.iterdir():
        path.unlink()
    assert made.read().oom_kills == 1


def test_the_scopes_of_the_dead_are_ended(systemd: Path) -> None:
    mine = f"{own_name('data0')}.scope"
    dead = mine.replace(str(os.getpid()), "999999999", 1)
    (systemd / "units").write_text(f"{dead} loaded active running x\n{mine} loaded active running x\n")
    sweep()
    assert [line for line in said(systemd) if "stop" in line] == [f"systemctl --user stop {dead}"]


def _here() -> Programs | None:
    try:
        return find(None)
    except NoPlace:
        return None


@pytest.mark.skipif(_here() is None, reason="there is no PostgreSQL here")
def test_a_server_is_started_through_it(systemd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("PATH", f"{systemd}:{os.environ['PATH']}")
    with Local(find(None), Scope, "systemd", systemd, sweep) as place:
        place.load(1, [])
        server = place.server("data0")
        server.start({"shared_buffers": "16MB"}, LIMITS)
        assert server.ask("show shared_buffers") == "16MB"
        server.stop()
        assert not server.alive
    started = [line for line in said(systemd) if line.startswith("systemd-run")]
    assert len(started) == 1
    assert f"MemoryMax={128 * MB}" in started[0]
    assert "pg_ctl start" in started[0]


def test_where_swap_is_not_counted_it_is_refused(systemd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for swaps, text in ((True, ""), (False, "0"), (True, "0")):
        monkeypatch.setattr(scope, "swaps", lambda swaps=swaps: swaps)
        (systemd / "answer").write_text(f"echo memory.max {128 * MB}; echo 'memory.swap.max {text}'; echo cpu.max 50000 100000")
        found = unavailable(LIMITS)
        assert ("swap" in found) == (swaps and not text), found
