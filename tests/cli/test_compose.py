"""`pgfit compose` from the outside: what it prints where, what it writes, and how it ends."""

import io
import json
import os
import stat
import sys
from functools import partial
from pathlib import Path

import pytest

from pgfit.cli import main, output
from running import Run

TEXT = """\
services:
  db:
    image: postgres:18 # the database
    environment:
      POSTGRES_PASSWORD: SECRET123
    mem_limit: 512m
    cpus: 1
  web:
    image: web
    environment: [DATABASE_URL=postgres://u:SECRET123@db/app]
"""
NO_LIMIT = TEXT.replace("    mem_limit: 512m\n    cpus: 1\n", "")


@pytest.fixture
def run(pgfit: Run) -> Run:
    return partial(pgfit, "compose")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "compose.yaml"
    path.write_text(TEXT)
    return path


# -- looking ----------------------------------------------------------------------------------------------------------


def test_without_an_option_nothing_is_written(run: Run, file: Path) -> None:
    done = run()
    assert (done.code, done.err) == (0, "")
    assert "db: the official image, PostgreSQL 18\n  limit: 512 MB, 1 CPU (compose.yaml:6)\n" in done.out
    assert "\n--- compose.yaml\n+++ compose.yaml\n@@ -3,0 +4," in done.out
    assert done.out.endswith(
        "next: pgfit compose … --write, then docker compose up -d db\n      (a restart alone keeps the old command)\n"
    )
    assert file.read_text() == TEXT


def test_without_the_diff(run: Run, file: Path) -> None:
    done = run("--no-diff")
    assert "+++" not in done.out
    assert "    max_connections: " in done.out
    assert file.read_text() == TEXT


@pytest.mark.parametrize("arguments", [["--check"], ["--check", "--format", "json"], ["--check", "--format", "github"]])
def test_check_ends_with_1_until_it_is_written(run: Run, file: Path, arguments: list[str]) -> None:
    assert run(*arguments).code == 1
    assert file.read_text() == TEXT
    assert run("--write").code == 0
    assert run(*arguments).code == 0


def test_write_changes_the_file_once(run: Run, file: Path) -> None:
    done = run("--write")
    assert done.code == 0
    assert "\nwrote compose.yaml\nnext: docker compose up -d db\n" in done.out
    text = file.read_text()
    assert text.startswith(
        "services:\n  db:\n    image: postgres:18 # the database\n    # fitted by pgfit to 512 MB, 1 CPU\n    command:\n"
    )
    assert text.endswith(TEXT.partition("    cpus: 1\n")[2])
    before = file.stat()
    again = run("--write")
    assert again.out.endswith("nothing to change\n")
    assert file.stat() == before


def test_a_limit_is_written_into_the_file(run: Run, file: Path) -> None:
    file.write_text(NO_LIMIT)
    assert run("--memory", "512M", "--cpus", "0.5", "--write").code == 0
    assert '        limits:\n          cpus: "0.5"\n          memory: 512m\n' in file.read_text()


def test_json_is_json_alone(run: Run, file: Path) -> None:
    done = run("--format", "json")
    document = json.loads(done.out)
    assert done.err == ""
    assert {name: document[name] for name in ("written", "changes", "refused", "left_out")} == {
        "written": False,
        "changes": True,
        "refused": False,
        "left_out": [],
    }
    (server,) = document["servers"]
    assert (server["service"], server["status"], server["memory"], server["postgres"]) == ("db", "changed", 536870912, 18)
    assert document["files"][0]["path"] == "compose.yaml"
    assert json.loads(run("--format", "json", "--write").out)["written"] is True
    assert file.read_text() != TEXT


def test_github_annotations_stand_at_the_service(run: Run, file: Path) -> None:
    done = run("--check", "--format", "github")
    (line,) = done.out.splitlines()
    assert line.startswith(
        "::error file=compose.yaml,line=2,col=3,title=pgfit compose::db does not fit its limits: shared_buffers not set → "
    )
    assert file.read_text() == TEXT


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_a_refused_server_ends_with_2_and_leaves_the_file(run: Run, file: Path, form: str) -> None:
    file.write_text(NO_LIMIT)
    done = run("--write", "--format", form)
    assert done.code == 2
    assert "no memory limit to fit into" in (done.err if form == "text" else done.out)
    assert file.read_text() == NO_LIMIT


def test_one_refused_server_of_two(run: Run, file: Path) -> None:
    text = TEXT + "  old:\n    image: postgres:9.6\n    mem_limit: 1g\n"
    file.write_text(text)
    done = run("--write")
    assert done.code == 2
    assert done.out.endswith("nothing is written: old refused; --service db goes on without\n")
    assert file.read_text() == text
    done = run("--write", "--service", "db")
    assert done.code == 0
    assert "left out: old\n" in done.out
    assert file.read_text() != text


def test_a_file_without_a_server(run: Run, file: Path) -> None:
    file.write_text("services:\n  web: {image: web}\n")
    done = run("--write")
    assert (done.code, done.out) == (0, "no PostgreSQL server in this file: nothing to do\n")


@pytest.mark.parametrize(
    ("part", "there", "absent"),
    [
        ("command", "    command:\n", "PG_OOM"),
        ("limits", "", "command:"),
        ("stop_grace_period", "    stop_grace_period: 1m\n", "command:"),
        ("environment", '      PG_OOM_ADJUST_VALUE: "600"\n', "command:"),
        ("shm_size", "", "command:"),
    ],
)
def test_only_one_part_is_written(run: Run, file: Path, part: str, there: str, absent: str) -> None:
    assert run("--write", "--only", part).code == 0
    assert there in file.read_text()
    assert absent not in file.read_text()


def test_several_files_and_an_env_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("services:\n  db:\n    image: postgres:${TAG}\n    mem_limit: ${MEM}\n")
    (tmp_path / "b.yaml").write_text("services:\n  db:\n    command: -c jit=on\n")
    (tmp_path / "c.env").write_text("TAG=17\nMEM=512m\nTOKEN=SECRET123\n")
    done = run("-f", "a.yaml", "-f", "b.yaml", "--env-file", "c.env", "--write")
    assert done.code == 0
    assert "PostgreSQL 17" in done.out
    assert "-c jit=off" in (tmp_path / "b.yaml").read_text()


# -- bad usage --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["--format", "jsn"], "--format: there is no 'jsn'", "did you mean json?"),
        (["--only", "comand"], "--only: there is no 'comand'", "did you mean command?"),
        (["--only", "zzz"], "--only: there is no 'zzz'", "there are command, limits, shm_size, stop_grace_period, environment"),
        (["--image-like", "bitnam"], "--image-like: there is no 'bitnam'", "did you mean bitnami?"),
        (["--profile", "wep"], "--profile: there is no profile 'wep'", "did you mean web?"),
        (["--storage", "sdd"], "--storage: there is no storage 'sdd'", "did you mean ssd?"),
        (["--postgres", "new"], "--postgres: 'new' is not a version of PostgreSQL", "write the major version: 17"),
        (["--memory", "12Q"], "--memory: '12Q' has the unknown unit 'Q'", "write it as 256M"),
        (["--memory", "host"], "--memory: a compose file needs a limit of its own", "--memory 512M"),
        (["--cpus", "none"], "--cpus: 'none' is not a number of CPUs", "write it as 0.5"),
        (["--service", "bd"], "--service: the service bd is not in the file", "servers here: db"),
        (["--service", "web"], "--service: the service web is no PostgreSQL server", "servers here: db"),
        (["--write", "--check"], "--write, --check and --override are three different things", "give one of them"),
        (["--check", "--override", "x"], "--write, --check and --override are three different things", "give one of them"),
        (["-f", "none.yaml"], "none.yaml: cannot be read: No such file or directory", ""),
        (["--env-file", "none.env"], "none.env: cannot be read: No such file or directory", ""),
        (["--set", "work_mem"], "--set: ", ""),
        (["--nonsense"], "No such option", "pgfit --help"),
    ],
)
def test_bad_usage_ends_with_2_and_a_hint(run: Run, file: Path, arguments: list[str], error: str, hint: str) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: {error}")
    assert f"\nhint: {hint}" in done.err or not hint
    assert file.read_text() == TEXT


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("services:\n  db:\n    image: a\n    image: b\n", "compose.yaml:4"),
        ("services:\n<<<<<<< HEAD\n", "compose.yaml:2"),
        ("services:\n  db:\n\timage: a\n", "compose.yaml:3"),
        ("services: {{ services }}\n", "compose.yaml:1"),
        ("services: [SECRET123\n", "compose.yaml:"),
        ("services:\n  db:\n    environment:\n      P: SECRET123: x\n", "compose.yaml:4"),
        ("just SECRET123\n", "compose.yaml:1"),
        ("services:\n  db: SECRET123\n", "compose.yaml:2"),
    ],
)
def test_a_broken_file_is_told_with_its_line(run: Run, file: Path, text: str, place: str) -> None:
    file.write_text(text)
    done = run("--write")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: {place}")
    assert file.read_text() == text


@pytest.mark.parametrize("form", ["text", "json", "github"])
@pytest.mark.parametrize(
    "lines",
    [
        "environment: [POSTGRES_PASSWORD=SECRET123]",
        "environment: {POSTGRES_PASSWORD: 'SECRET123'}",
        "environment: {A: b, POSTGRES_PASSWORD: SECRET123}\n    labels: {a: SECRET123}",
        "environment: {POSTGRES_INITDB_ARGS: --data-checksums, POSTGRES_PASSWORD: SECRET123}",
        "environment: [PGPASSWORD=SECRET123]\n    ports: [SECRET123]",
        "healthcheck: {test: psql postgres://u:SECRET123@localhost/}\n    command: -c jit=on",
        "environment: &e {POSTGRES_PASSWORD: SECRET123}\n    x-more: *e",
        "environment: {POSTGRES_PASSWORD: '${PASS:-SECRET123}'}",
        "environment: {POSTGRES_PASSWORD: '${PASS:?SECRET123}'}",
        "environment: {POSTGRES_PASSWORD: '${SECRET123'}",
    ],
)
def test_no_secret_is_ever_shown(run: Run, file: Path, form: str, lines: str) -> None:
    file.write_text(f"services:\n  db:\n    image: postgres:18\n    {lines}\n    mem_limit: 512m\n")
    for more in (
        [],
        ["--check"],
        ["--no-diff"],
        ["--memory", "1G"],
        ["--memory", "8M"],
        ["--override", "over.yaml"],
        ["--write"],
    ):
        assert run("--format", form, *more).code in {0, 1, 2}
    assert "SECRET123" in file.read_text()


# -- writing ----------------------------------------------------------------------------------------------------------


def test_mode_and_owner_and_link_stay(run: Run, file: Path, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    file.rename(tmp_path / "deep" / "real.yaml")
    real = tmp_path / "deep" / "real.yaml"
    real.chmod(0o640)
    if os.getuid() == 0:
        os.chown(real, 1234, 1235)
    before = real.stat()
    file.symlink_to("deep/real.yaml")
    assert run("--write").code == 0
    assert file.is_symlink()
    assert real.read_text() != TEXT
    after = real.stat()
    assert (stat.S_IMODE(after.st_mode), after.st_uid, after.st_gid) == (0o640, before.st_uid, before.st_gid)
    assert sorted(path.name for path in (tmp_path / "deep").iterdir()) == ["real.yaml"]


def test_crlf_and_byte_order_mark_stay(run: Run, file: Path) -> None:
    file.write_bytes(("\ufeff" + TEXT).replace("\n", "\r\n").encode())
    assert run("--write").code == 0
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfservices:\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") > 20
    assert run("--check").code == 0


def test_a_read_only_file_is_refused_before_anything_is_done(run: Run, file: Path) -> None:
    file.chmod(0o444)
    done = run("--write")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: compose.yaml: cannot be written: it is read-only\nhint: chmod u+w")
    assert file.read_text() == TEXT
    assert [path.name for path in file.parent.iterdir()] == ["compose.yaml"]


def test_of_two_files_none_is_written_if_one_cannot_be(run: Run, tmp_path: Path) -> None:
    base = "services:\n  db:\n    image: postgres:18\n    mem_limit: 1g\n    stop_grace_period: 5s\n"
    over = "services:\n  db:\n    command: -c jit=on\n"
    (tmp_path / "a.yaml").write_text(base)
    (tmp_path / "b.yaml").write_text(over)
    (tmp_path / "b.yaml").chmod(0o444)
    done = run("-f", "a.yaml", "-f", "b.yaml", "--write")
    assert done.code == 2
    assert "b.yaml: cannot be written: it is read-only" in done.err
    assert ((tmp_path / "a.yaml").read_text(), (tmp_path / "b.yaml").read_text()) == (base, over)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "b.yaml"]


def test_a_file_that_was_changed_meanwhile_is_not_overwritten(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare = output._prepared

    def slowly(path: Path, data: bytes) -> Path:
        file.write_text(TEXT + "# mine\n")
        return prepare(path, data)

    monkeypatch.setattr(output, "_prepared", slowly)
    done = run("--write")
    assert (done.code, done.out) == (2, "")
    assert done.err == "error: compose.yaml: it was changed while pgfit read it\nhint: run pgfit again\n"
    assert file.read_text() == TEXT + "# mine\n"
    assert [path.name for path in file.parent.iterdir()] == ["compose.yaml"]


# -- stdin, and override files ----------------------------------------------------------------------------------------


class Stdin(io.TextIOWrapper):
    def __init__(self, text: str) -> None:
        super().__init__(io.BytesIO(text.encode()), encoding="utf-8", newline="")


def test_stdin_to_stdout(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("--write").code == 0
    written = file.read_text()
    monkeypatch.setattr(sys, "stdin", Stdin(TEXT))
    code, out, err = main_alone(["compose", "-f", "-"], monkeypatch)
    assert (code, out) == (0, written)
    assert "limit: 512 MB, 1 CPU (stdin:6)" in err


def main_alone(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    """A run whose stdout is the file itself, secrets and all."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline=""), io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", out)
        patched.setattr(sys, "stderr", err)
        code = main._run(arguments)
    out.flush()
    data = out.buffer
    assert isinstance(data, io.BytesIO)
    assert "SECRET123" not in err.getvalue()
    return int(code), data.getvalue().decode(), err.getvalue()


@pytest.mark.parametrize(
    ("text", "arguments", "code", "same"),
    [
        ("services:\n  web: {image: web}\n", [], 0, True),
        (NO_LIMIT, [], 2, False),
        (TEXT, ["--check"], 1, False),
        (TEXT.replace("\n", "\r\n"), ["--only", "limits"], 0, True),
        ("\ufeff" + TEXT, ["--only", "limits"], 0, True),
    ],
)
def test_stdin_that_does_not_change(
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    arguments: list[str],
    code: int,
    same: bool,  # noqa: FBT001  a column of the table
) -> None:
    monkeypatch.setattr(sys, "stdin", Stdin(text))
    done = main_alone(["compose", "-f", "-", *arguments], monkeypatch)
    assert done[:2] == (code, text if same else "")


def test_an_override_file(run: Run, file: Path, tmp_path: Path) -> None:
    done = run("--override", "tuned.yaml")
    assert done.code == 0
    assert done.out.endswith(
        "wrote tuned.yaml; nothing else was changed\nnext: docker compose -f compose.yaml -f tuned.yaml up -d\n"
    )
    assert file.read_text() == TEXT
    first = (tmp_path / "tuned.yaml").read_text()
    assert first.startswith("# written by pgfit: ")
    assert run("-f", "compose.yaml", "-f", "tuned.yaml", "--check").code == 0
    assert run("--override", "tuned.yaml", "--memory", "1G").code == 0
    assert (tmp_path / "tuned.yaml").read_text() != first


def test_a_file_of_another_is_not_overwritten_by_an_override(run: Run, file: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("services: {}\n")
    done = run("--override", "mine.yaml")
    assert (done.code, done.out) == (2, "")
    assert done.err == "error: mine.yaml: it is there, and was not written by pgfit\nhint: name another file\n"
    assert (tmp_path / "mine.yaml").read_text() == "services: {}\n"
    assert run("--override", "compose.yaml").code == 2
    assert file.read_text() == TEXT


def test_a_refused_server_makes_no_override_file(run: Run, file: Path, tmp_path: Path) -> None:
    file.write_text(NO_LIMIT)
    assert run("--override", "tuned.yaml").code == 2
    assert not (tmp_path / "tuned.yaml").exists()


def test_an_unknown_image_takes_what_the_user_says(run: Run, file: Path) -> None:
    file.write_text("services:\n  db:\n    image: mine:16\n    command: postgres -c jit=on\n    mem_limit: 512m\n")
    done = run()
    assert done.code == 2
    assert "hint: tell pgfit what it is like: --image-like official" in done.err
    assert run("--image-like", "postgres", "--write").code == 0
    assert "-c jit=off" in file.read_text()


def test_an_override_file_that_compose_loads_by_itself_is_written_anew_and_whole(run: Run, file: Path, tmp_path: Path) -> None:
    """It is part of the project, but what it said before is no reason to say less now."""
    file.write_text(NO_LIMIT)
    own = ("--override", "compose.override.yaml")
    assert run("--memory", "512M", "--cpus", "1", *own).code == 0
    first = (tmp_path / "compose.override.yaml").read_text()
    done = run("--memory", "512M", "--cpus", "1.01", *own)
    assert done.code == 0, done.err
    second = (tmp_path / "compose.override.yaml").read_text()
    assert second.replace("1.01", "1") == first
    assert "memory: 512m" in second
    assert done.out.endswith("next: docker compose -f compose.yaml -f compose.override.yaml up -d\n")
    assert run("--memory", "1G", "--cpus", "1", *own).code == 0
    assert "memory: 1g" in (tmp_path / "compose.override.yaml").read_text()
    assert run("-f", "compose.override.yaml", "--memory", "1G", *own).code == 2


def test_an_override_file_that_the_file_has_caught_up_with_is_told_to_be_in_the_way(run: Run, file: Path, tmp_path: Path) -> None:
    assert run("--memory", "1G", "--override", "tuned.yaml").code == 0
    assert run("--write").code == 0
    done = run("--override", "tuned.yaml")
    assert done.code == 0
    assert done.out.endswith(
        "nothing to change\ntuned.yaml is not needed any more, but where it is used it still wins: delete it\n"
    )
    assert "is not needed" not in run("--override", "other.yaml").out
    assert (tmp_path / "tuned.yaml").exists()


def test_an_override_file_from_stdin(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    done = run("-f", "-", "--override", "tuned.yaml")
    assert done.code == 0, done.err
    assert "services:\n  web" not in done.out
    assert (tmp_path / "tuned.yaml").read_text().startswith("# written by pgfit: ")


def test_a_comment_alone_that_is_out_of_date_is_a_change(run: Run, file: Path) -> None:
    assert run("--write").code == 0
    file.write_text(file.read_text().replace("cpus: 1\n", "cpus: 1.02\n"))
    done = run("--check", "--no-diff")
    assert done.code == 1
    assert "nothing to change: the file says all of this already" not in done.out
    assert "the limits in the comment above the command" in done.out
    assert "the limits in the comment above the command" in run("--check", "--format", "github").out
