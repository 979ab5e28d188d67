"""The command line as a process: what it prints where, and how it ends."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

PGFIT = [sys.executable, "-m", "pgfit"]
PLAN = ["recommend", "--memory", "256M", "--cpus", "0.3"]


def run(*arguments: str, env: Mapping[str, str] | None = None, **more: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", **(env or {})}
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [*PGFIT, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=60,
        **more,  # type: ignore[call-overload]
    )
    return done


def test_flags_go_to_stdout_alone() -> None:
    done = run(*PLAN, "--format", "flags")
    assert done.returncode == 0
    assert done.stdout.startswith("-c shared_buffers=34MB -c work_mem=")
    assert done.stderr == ""


def test_json_is_json_alone() -> None:
    assert json.loads(run(*PLAN, "--format", "json").stdout)["schema"] == 1


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["--memory", "12Q"], "error: --memory: '12Q' has the unknown unit 'Q'", "hint: write it as 256M"),
        (["--memory", ""], "error: --memory: '' is not a size", "hint: "),
        (["--memory", "-1"], "error: --memory: '-1' is not a size", "hint: "),
        (["--memory", "1e999"], "error: --memory: '1e999'", "hint: "),
        (["--memory", "0"], "error: --memory: '0' is no memory at all", "hint: "),
        (["--memory", "256"], "error: --memory: '256' means 256 bytes", "hint: did you mean 256M?"),
        (["--memory", "٢٥٦M"], "error: --memory: '٢٥٦M' is not a size", "hint: "),
        (["--memory", "1G", "--cpus", "0"], "error: --cpus: no CPU at all", "hint: "),
        (["--memory", "1G", "--cpus", "-1"], "error: --cpus: '-1' is not a number of CPUs", "hint: "),
        (["--memory", "1G", "--cpus", "nan"], "error: --cpus: 'nan' is not a number of CPUs", "hint: "),
        (["--memory", "1G", "--profile", "wep"], "error: --profile: there is no profile 'wep'", "did you mean web?"),
        (["--memory", "1G", "--storage", "sdd"], "error: --storage: there is no storage 'sdd'", "did you mean ssd?"),
        (["--memory", "1G", "--format", "flag"], "error: --format: there is no format 'flag'", "did you mean flags?"),
        (
            ["--memory", "1G", "--extension", "pg_kron"],
            "error: --extension: pgfit does not know",
            "did you mean pg_cron?",
        ),
        (["--memory", "1G", "--set", "work_men=1MB"], "has no setting 'work_men'", "did you mean work_mem?"),
        (["--memory", "1G", "--set", "work_mem"], "error: --set: 'work_mem' is not NAME=VALUE", "for example"),
        (["--memory", "1G", "--set", "work_mem=1mb"], "error: --set: work_mem cannot be '1mb'", "write 1MB"),
        (
            ["--memory", "1G", "--set", "io_workers=3", "--postgres", "19"],
            "has no setting 'io_workers'",
            "went after PostgreSQL 18",
        ),
        (["--memory", "1G", "--postgres", "12"], "error: --postgres: PostgreSQL 12 is unknown here", "13 to 19"),
        (["--memory", "1G", "--postgres", "new"], "error: --postgres: 'new' is not a version", "17"),
        (["--memory", "1G", "--connections", "0"], "error: --connections: 0 connections", "between 1"),
        (["--memory", "1G", "--connections", "many"], "error: Invalid value for '--connections'", "--help"),
        (["--memory", "1G", "--reserve", "2G"], "error: --reserve: it leaves nothing", "reserve less"),
        (["--memory", "32M"], "error: --memory: the smallest server pgfit would run needs", "more memory: --memory"),
        (["--memory", "256M", "--connections", "500"], "error: --memory: 500 connections", "a pooler in front"),
        (["--memory", "256M", "--set", "work_mem=64MB"], "error: --memory: work_mem=64MB needs", "a smaller work_mem"),
        (["--memory", "1G", "--nonsense"], "error: No such option: --nonsense", "--help"),
    ],
)
def test_bad_input_ends_with_2_a_reason_and_a_way_out(arguments: list[str], error: str, hint: str) -> None:
    done = run("recommend", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert error in done.stderr
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_command_ends_with_2() -> None:
    done = run("recomend")
    assert done.returncode == 2
    assert done.stderr.startswith("error: No such command 'recomend'")


def test_without_a_limit_it_says_what_to_pass(tmp_path: Path) -> None:
    done = run("recommend")
    if done.returncode == 0:
        pytest.skip("a cgroup limits memory here: pgfit rightly used it")
    assert done.returncode == 2
    assert "no memory limit given, and none found" in done.stderr
    assert "--memory 512M" in done.stderr
    assert "--memory host" in done.stderr


def test_the_hosts_memory_is_used_when_asked_for() -> None:
    done = run("recommend", "--memory", "host", "--format", "json")
    assert json.loads(done.stdout)["limits"]["memory_from"] == "/proc/meminfo MemTotal"


def test_an_overcommitted_line_of_flags_warns_on_stderr() -> None:
    done = run("recommend", "--memory", "256M", "--connections", "300", "--allow-overcommit", "--format", "flags")
    assert done.returncode == 0
    assert done.stdout.startswith("-c ")
    assert done.stdout.count("\n") == 1
    assert done.stderr.startswith("warning: OVERCOMMITTED by ")


def test_a_profile_file_is_read_and_its_mistakes_are_placed(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text("extends: oltp\nabout: Mine\nconnections_per_cpu: 30\n")
    bad.write_text("extends: web\n\nconections_per_cpu: 30\n")
    assert run(*PLAN, "--profile", str(good)).returncode == 0
    done = run(*PLAN, "--profile", str(bad))
    assert done.returncode == 2
    assert f"error: {bad}:3: unknown key 'conections_per_cpu'" in done.stderr
    assert "did you mean connections_per_cpu?" in done.stderr


def test_a_closed_pipe_is_no_error() -> None:
    command = f"{sys.executable} -m pgfit recommend --memory 1G | head -n 1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == 0


def test_a_full_disk_is_an_error() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*PGFIT, *PLAN], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "error: the output cannot be written: No space left on device\n"


def test_a_latin_1_terminal_gets_what_it_can_show() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([*PGFIT, *PLAN], capture_output=True, check=False, env=environment)
    assert done.returncode == 0
    assert done.stderr == b""
    assert "1.55 × maintenance_work_mem" in done.stdout.decode("latin-1")


def test_help_names_every_option_and_the_exit_codes() -> None:
    text = run("recommend", "--help", env={"COLUMNS": "100"}).stdout
    options = ("memory", "cpus", "postgres", "profile", "connections", "storage", "volume-size", "shm-size", "reserve")
    for option in (*options, "extension", "set", "format", "output", "allow-overcommit"):
        assert f"--{option}" in text
    assert "Exit codes: 0 done" in text


def test_no_traceback_for_a_bug_of_ours(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from pgfit.cli import main  # noqa: PLC0415  only this test runs inside the process

    monkeypatch.setattr("pgfit.tune.divide", lambda *_: 1 / 0)
    assert main._run([*PLAN]) == 3
    error = capsys.readouterr().err
    assert error.startswith("bug: pgfit 0.1.0, ZeroDivisionError at ")
    assert error.count("\n") == 1


def test_interrupted_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    from pgfit.cli import main  # noqa: PLC0415  as above

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pgfit.tune.divide", interrupt)
    assert main._run([*PLAN]) == 130


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_offers_profiles(shell: str) -> None:
    words = "pgfit recommend --profile an"
    env = {
        "_PGFIT_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": words,
        "COMP_CWORD": "3",
        "_TYPER_COMPLETE_ARGS": words,
    }
    done = run(env={**env, "_TYPER_COMPLETE_FISH_ACTION": "get-args"})
    assert "analytics" in done.stdout


def test_recommending_flags_imports_no_more_than_it_needs() -> None:
    code = (
        "import sys; from pgfit.cli.main import _run;"
        "_run(['recommend', '--memory', '256M', '--cpus', '0.3', '--format', 'flags']);"
        "print([name for name in ('psycopg', 'pgtoolkit', 'rich', 'pydantic', 'pgfit.inputs.cgroup') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_version() -> None:
    assert run("--version").stdout == "pgfit 0.1.0\n"


def test_alone_it_prints_its_help() -> None:
    done = run()
    assert done.returncode == 0
    assert "recommend" in done.stdout
    assert done.stderr == ""
