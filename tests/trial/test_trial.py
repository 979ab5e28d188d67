"""Short trials on real servers in real limits: what is said, who survives, and that nothing is left. Never speed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pgfit.trial.local import LocalServer
from pgfit.trial.owned import PREFIX
from pgfit.trial.place import Limits
from pgfit.trial.programs import find
from pgfit.trial.scratch import Scratch
from pgfit.trial.signals import cleaning_up
from pgfit.trial.where import Wanted, find_place
from pgfit.units import MB, Bytes
from trying import assert_storm_and_reads, left_behind, limited

SHORT = ("--memory", "128M", "--cpus", "1", "--seconds", "1", "--rounds", "1", "--scale", "2")


def start(where: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pgfit", "trial", "--directory", str(where), *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}, cwd=where
    )


def trial(where: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    process = start(where, *arguments, **environment)
    out, err = process.communicate(timeout=180)
    return process.returncode, out, err


@limited
def test_the_storm_and_the_reads(disk: Path) -> None:
    code, out, err = trial(disk, *SHORT, "--workload", "reads", "--workload", "storm", "--format", "json")
    assert code == 0, err
    assert_storm_and_reads(json.loads(out))
    assert "4 of 4: storm 1 pgfit" in err
    assert not left_behind(disk, 0)


@limited
def test_a_script_and_a_configuration_of_ones_own(disk: Path) -> None:
    (disk / "mine.sql").write_text("select count(*) from mine;\n")
    (disk / "tables.sql").write_text("create table mine as select generate_series(1, 100) id;\n")
    (disk / "other.conf").write_text("shared_buffers = 32MB\nport = 5432\nwork_mem = '1MB'\n")
    own = ("--script", "mine.sql", "--load", "tables.sql", "--against", "other.conf")
    code, out, err = trial(disk, *SHORT, *own, "--rounds", "3")
    assert code == 0, err
    assert "mine.sql: your script" in out
    assert "tried without port" in out
    assert "×: " in out
    assert max(map(len, out.splitlines())) <= 80


@limited
def test_a_compose_file(disk: Path) -> None:
    text = "services:\n  db:\n    image: postgres\n    mem_limit: 128m\n    command: postgres -c shared_buffers=16MB -c port=9\n"
    (disk / "compose.yaml").write_text(text)
    code, out, err = trial(disk, *SHORT[4:], "--compose", "compose.yaml", "--workload", "churn")
    assert code == 0, err
    assert out.startswith("128 MB: cgroup v")
    assert "compose.yaml against pgfit" in out


@limited
def test_a_configuration_that_does_not_start_is_an_outcome(disk: Path) -> None:
    (disk / "bad.conf").write_text("shared_buffers = 400GB\n")
    code, out, err = trial(disk, *SHORT, "--against", "bad.conf", "--workload", "reads")
    assert code == 0, err
    assert "did not start" in out or "killed while starting" in out
    assert not left_behind(disk, 0)


@limited
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after", ["loading the data", "1 of "])
def test_an_interrupted_trial_leaves_nothing(disk: Path, how: signal.Signals, after: str) -> None:
    process = start(disk, *SHORT, "--workload", "churn", "--rounds", "50", "--seconds", "3")
    assert process.stderr is not None
    while not process.stderr.readline().startswith(after):
        assert process.poll() is None
    time.sleep(1)
    process.send_signal(how)
    out, err = process.communicate(timeout=90)
    assert process.returncode == 130, err
    assert out == ""
    assert "Traceback" not in err
    assert not left_behind(disk, process.pid)


@limited
def test_a_server_that_is_killed_is_an_outcome(disk: Path) -> None:
    process = start(disk, *SHORT, "--workload", "reads", "--seconds", "6")
    assert process.stderr is not None
    assert process.stderr.readline()
    killed = False
    for _ in range(600):
        for path in disk.glob(f"{PREFIX}{process.pid}-*/data0/postmaster.pid"):
            lines = path.read_text().splitlines()
            if len(lines) >= 8 and "ready" in lines[7] and not killed:
                time.sleep(1)
                os.kill(int(lines[0]), signal.SIGKILL)
                killed = True
        if killed:
            break
        time.sleep(0.05)
    out, err = process.communicate(timeout=120)
    assert killed
    assert process.returncode == 0, err  # it was the other configuration's server
    assert "killed: the server is gone" in out
    assert not left_behind(disk, process.pid)


@limited
def test_the_pid_of_a_killed_server_may_be_anybodys(disk: Path) -> None:
    """It is neither killed nor taken for the server, and does not keep the next one from starting."""
    limits = Limits(Bytes(128 * MB), 1.0)
    with subprocess.Popen(["sleep", "60"]) as innocent, find_place(find(None), Wanted(limits, 1, disk)) as place:
        place.load(1, [])
        server = place.server("data")
        assert isinstance(server, LocalServer)
        (server.data / "postmaster.pid").write_text(f"{innocent.pid}\n{server.data}\n1\n")
        (server.place.sockets / f".s.PGSQL.{server.client.port}.lock").write_text(f"{innocent.pid}\n{server.data}\n")
        assert not server.alive
        server.stop()
        assert innocent.poll() is None
        server.start({"shared_buffers": "16MB"}, limits)
        assert server.ask("select 1") == "1"
        innocent.kill()
    assert not left_behind(disk, os.getpid())


@contextmanager
def small_disk(disk: Path, size: int) -> Iterator[Path]:
    image, small = disk / "image", disk / "small"
    small.mkdir()
    with image.open("wb") as file:
        file.truncate(size)
    steps = (["mkfs.ext4", "-q", str(image)], ["mount", "-o", "loop", str(image), str(small)])
    if any(subprocess.run(step, capture_output=True, check=False).returncode for step in steps):
        pytest.skip("no file system can be mounted here")
    try:
        yield small
    finally:
        subprocess.run(["umount", str(small)], check=False)


def trial_that_believes_in_room(where: Path, *arguments: str) -> tuple[int, str, str]:
    """The check for enough room is passed by."""
    much = "import shutil, sys; shutil.disk_usage = lambda _: shutil._ntuple_diskusage(10**12, 0, 10**12); "
    shim = much + "import pgfit.cli.main as m; m.main(sys.argv[1:])"
    command = [sys.executable, "-c", shim, "trial", "--directory", str(where), *SHORT, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
    return done.returncode, done.stdout, done.stderr


@limited
@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_told_and_cleaned_up(disk: Path) -> None:
    with small_disk(disk, 90 * MB) as small:
        code, _, err = trial(small, *SHORT, "--workload", "reads")
        assert code == 2
        assert "free; the trial needs" in err
        code, out, err = trial_that_believes_in_room(small, "--scale", "20", "--workload", "reads")
        assert code == 2, out
        assert "No space left" in err or "failed" in err
        assert "Traceback" not in err
        assert not left_behind(small, 0)


@limited
@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a small disk")
@pytest.mark.parametrize(
    "script",
    [
        "insert into filled select repeat(md5(g::text), 30) from generate_series(1, 500000) g;",
        "select count(pg_logical_emit_message(false, 'x', repeat('x', 1000000))) from generate_series(1, 500);",
    ],
    ids=["a table fills it", "WAL fills it, and the server ends"],
)
def test_a_disk_that_fills_in_the_middle_is_an_outcome(disk: Path, script: str) -> None:
    """Of each configuration by itself; the trial goes on, and tells."""
    (disk / "fill.sql").write_text(f"{script}\n")
    (disk / "tables.sql").write_text("create unlogged table filled (word text);\n")
    with small_disk(disk, 520 * MB) as small:
        own = ("--script", str(disk / "fill.sql"), "--load", str(disk / "tables.sql"), "--clients", "1")
        code, out, err = trial_that_believes_in_room(small, *own)
        assert code == 1, err  # the recommended settings did not get through, either
        assert "No space left on device" in out
        assert err.splitlines()[-1].startswith("2 of 2: fill.sql 1 pgfit: ")
        assert "Traceback" not in err
        assert not left_behind(small, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--memory", "128M", "--workload", "read"), "did you mean reads?"),
        (("--memory", "128M", "--against", "a", "--compose", "b"), "two different things"),
        (("--memory", "128M", "--bindir", "/nowhere"), "has no initdb, pg_ctl, postgres"),
        (("--memory", "128M", "--load", "x"), "--load goes with --script"),
        (("--memory", "128M", "--script", "none.sql"), "cannot be read"),
        (("--memory", "128M", "--service", "db"), "name the file: --compose FILE"),
        (("--memory", "128M", "--env-file", ".env"), "name the file: --compose FILE"),
    ],
)
def test_refusals(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    code, _, err = trial(tmp_path, *arguments)
    assert code == 2
    assert said in err


@limited
def test_names_that_mean_two_things_are_told_apart(disk: Path) -> None:
    for where in ("one", "two"):
        (disk / where).mkdir()
        (disk / where / "q.sql").write_text(f"select '{where}';\n")
    (disk / "storm").write_text("select 3;\n")
    (disk / "pgfit").write_text("work_mem = 1MB\n")
    scripts = [word for path in ("one/q.sql", "two/q.sql", "storm") for word in ("--script", path)]
    code, out, err = trial(disk, *SHORT, *scripts, "--against", "pgfit", "--format", "json")
    assert code == 0, err
    made = json.loads(out)
    assert list(made["configurations"]) == ["./pgfit", "pgfit"]
    assert [one["workload"] for one in made["workloads"]] == ["one/q.sql", "two/q.sql", "./storm"]
    assert [len(one["configurations"]) for one in made["workloads"]] == [2, 2, 2]


@limited
def test_nobody_else_is_let_in(disk: Path) -> None:
    """The server trusts whoever reaches its socket, and its superuser may run any program as its user."""
    with find_place(find(None), Wanted(Limits(Bytes(128 * MB), 1.0), 1, disk)) as place:
        place.load(1, [])
        server = place.server("data")
        assert isinstance(server, LocalServer)
        server.start({}, Limits(Bytes(128 * MB), 1.0))
        sockets = [one for one in server.place.sockets.iterdir() if one.is_socket()]
        assert [oct(one.stat().st_mode & 0o777) for one in sockets] == ["0o700"]
        if os.getuid() == 0:
            knock = f"import socket; socket.socket(socket.AF_UNIX).connect({str(sockets[0])!r})"
            done = subprocess.run(["python3", "-c", knock], user=65534, capture_output=True, text=True, check=False)
            assert "PermissionError" in done.stderr


@limited
def test_a_signal_while_it_is_removed_leaves_nothing(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remove = Scratch.remove

    def disturbed(scratch: Scratch) -> None:
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.raise_signal(one)
        remove(scratch)

    monkeypatch.setattr(Scratch, "remove", disturbed)
    try:
        with cleaning_up(), find_place(find(None), Wanted(Limits(Bytes(128 * MB), 1.0), 1, disk)) as place:
            place.load(1, [])
            made = place.scratch.made
    except KeyboardInterrupt:
        pytest.fail("the rest of it was not removed")
    assert not left_behind(disk, os.getpid())
    assert not [one for one in made if one.exists()]


@limited
def test_where_it_cannot_take_place(disk: Path) -> None:
    assert "in memory, not on a disk" in trial(Path("/dev/shm"), *SHORT)[2]  # noqa: S108  a directory in memory
    assert "more than this machine has" in trial(disk, "--memory", "60T", "--scale", "1")[2]
    assert "no PostgreSQL 9" in trial(disk, *SHORT, "--postgres", "9")[2]
