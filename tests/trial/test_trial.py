"""Short trials on real servers in real limits: what is said, who survives, and that nothing is left. Never speed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pgfit.trial import cgroup
from pgfit.trial.cgroup import PREFIX, ROOT, unavailable
from pgfit.trial.place import Limits, NoPlace
from pgfit.trial.programs import Programs, find
from pgfit.trial.where import Wanted, find_place
from pgfit.units import MB, Bytes

SHORT = ("--memory", "128M", "--cpus", "1", "--seconds", "1", "--rounds", "1", "--scale", "2")


def _why_not() -> str:
    try:
        find(None)
    except NoPlace as error:
        return str(error)
    return unavailable(Limits(Bytes(128 * MB), 1.0))


limited = pytest.mark.skipif(bool(_why_not()), reason=f"no trial can take place here: {_why_not()}")


def start(where: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pgfit", "trial", "--directory", str(where), *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}, cwd=where
    )


def trial(where: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    process = start(where, *arguments, **environment)
    out, err = process.communicate(timeout=180)
    return process.returncode, out, err


def left_behind(where: Path, pid: int) -> list[str]:
    """Directories, cgroups and processes of a trial."""
    groups = [str(one) for one in [*ROOT.glob(f"{PREFIX}{pid}-*"), *ROOT.glob(f"*/{PREFIX}{pid}-*")]]
    processes = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if (place / "cwd").readlink().is_relative_to(where) and int(place.name) != os.getpid():
                processes.append((place / "cmdline").read_text())
        except OSError:
            continue
    return [*groups, *processes, *(str(one) for one in where.glob(f"{PREFIX}*"))]


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """A directory that the server's user can reach."""
    for one in (tmp_path, *tmp_path.parents):
        if one.owner() == Path.home().owner() and str(one) not in {"/", "/tmp"}:  # noqa: S108  not ours to open
            one.chmod(0o755)
    return tmp_path


@limited
def test_the_storm_and_the_reads(disk: Path) -> None:
    code, out, err = trial(disk, *SHORT, "--workload", "reads", "--workload", "storm", "--format", "json")
    assert code == 0, err
    made = json.loads(out)
    assert made["safe"]
    assert [(run["workload"], run["configuration"]) for run in made["runs"]] == [
        ("reads", "defaults"),
        ("reads", "pgfit"),
        ("storm", "defaults"),
        ("storm", "pgfit"),
    ]
    mine = made["runs"][-1]
    assert mine["sessions"] > 1
    assert 10 * MB < mine["peak"] <= made["worst_case"] <= made["limits"]["memory"]
    assert made["runs"][1]["transactions"] > 0
    assert made["runs"][1]["p95_ms"] > 0
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
        (server.data / "postmaster.pid").write_text(f"{innocent.pid}\n{server.data}\n1\n")
        (place.sockets / f".s.PGSQL.{server.client.port}.lock").write_text(f"{innocent.pid}\n{server.data}\n")
        assert not server.alive
        server.stop()
        assert innocent.poll() is None
        server.start({"shared_buffers": "16MB"}, limits)
        assert server.ask("select 1") == "1"
        innocent.kill()
    assert not left_behind(disk, os.getpid())


@limited
@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_told_and_cleaned_up(disk: Path) -> None:
    image, small = disk / "image", disk / "small"
    small.mkdir()
    with image.open("wb") as file:
        file.truncate(90 * MB)
    steps = (["mkfs.ext4", "-q", str(image)], ["mount", "-o", "loop", str(image), str(small)])
    if any(subprocess.run(step, capture_output=True, check=False).returncode for step in steps):
        pytest.skip("no file system can be mounted here")
    try:
        code, _, err = trial(small, *SHORT, "--workload", "reads")
        assert code == 2
        assert "free; the trial needs" in err
        much = "import shutil, sys; shutil.disk_usage = lambda _: shutil._ntuple_diskusage(10**12, 0, 10**12); "
        shim = much + "import pgfit.cli.main as m; m.main(sys.argv[1:])"
        arguments = ["trial", "--directory", str(small), *SHORT, "--scale", "20", "--workload", "reads"]
        done = subprocess.run([sys.executable, "-c", shim, *arguments], capture_output=True, text=True, check=False, timeout=180)
        assert done.returncode == 2, done.stdout
        assert "No space left" in done.stderr or "failed" in done.stderr
        assert "Traceback" not in done.stderr
        assert not left_behind(small, 0)
    finally:
        subprocess.run(["umount", str(small)], check=False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--memory", "128M", "--workload", "read"), "did you mean reads?"),
        (("--memory", "128M", "--against", "a", "--compose", "b"), "two different things"),
        (("--memory", "128M", "--bindir", "/nowhere"), "has no initdb, pg_ctl, postgres"),
        (("--memory", "128M", "--load", "x"), "--load goes with --script"),
        (("--memory", "128M", "--script", "none.sql"), "cannot be read"),
    ],
)
def test_refusals(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    code, _, err = trial(tmp_path, *arguments)
    assert code == 2
    assert said in err


@limited
def test_where_it_cannot_take_place(disk: Path) -> None:
    assert "in memory, not on a disk" in trial(Path("/dev/shm"), *SHORT)[2]  # noqa: S108  a directory in memory
    assert "more than this machine has" in trial(disk, "--memory", "60T", "--scale", "1")[2]
    assert "no PostgreSQL 9" in trial(disk, *SHORT, "--postgres", "9")[2]


def test_without_a_limit_it_refuses(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroup, "unavailable", lambda limits: "" if limits.memory < MB else "/sys may not be written")
    programs = Programs(disk, 17, disk, "nowhere")
    with pytest.raises(NoPlace, match="no memory limit can be set on this machine: /sys may not be written") as caught:
        find_place(programs, Wanted(Limits(Bytes(128 * MB), 1.0), 1, disk))
    assert "proves nothing" in caught.value.hint
    slowed = Limits(Bytes(128 * MB), 1.0, 3000)
    monkeypatch.setattr(cgroup, "unavailable", lambda limits: "no blkio" if limits.iops else "")
    with pytest.raises(NoPlace, match="the disk cannot be slowed here: no blkio"):
        find_place(programs, Wanted(slowed, 1, disk))
