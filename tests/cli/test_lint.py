"""`pgfit lint` from the outside: which checks, in which form, and how it ends."""

import io
import json
import sys
from functools import partial
from pathlib import Path

import pytest

from pgfit.checks import fixing
from running import Ran, Run

NO_LIMIT = "services:\n  db:\n    image: postgres:18\n    environment:\n      POSTGRES_PASSWORD: SECRET123\n"
ABOVE = NO_LIMIT + "    mem_limit: 256m\n    command: -c shared_buffers=128MB -c max_connections=100\n"
NONE, WORST = "no-memory-limit", "worst-case-above-limit"


@pytest.fixture
def run(pgfit: Run) -> Run:
    return partial(pgfit, "lint")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "compose.yaml"
    path.write_text(NO_LIMIT)
    return path


def checks(done: Ran) -> list[str]:
    return [one["check"] for one in json.loads(done.out)["findings"]]


def test_a_finding_is_told_with_its_place_and_cure(run: Run, file: Path) -> None:
    done = run("--select", NONE)
    assert file.exists()
    assert (done.code, done.err) == (1, "")
    assert done.out == (
        "compose.yaml:2:3: error: db has no memory limit [no-memory-limit]\n"
        "    cure: pgfit compose --memory 512M --cpus 1 --write\n"
        "\n1 error; pgfit explain ID tells more\n"
    )


def test_arithmetic_is_told(run: Run, file: Path) -> None:
    file.write_text(ABOVE)
    done = run("--select", WORST)
    assert done.code == 1
    assert done.out.startswith("compose.yaml:7:14: error: at worst it takes ")
    assert "    because: " in done.out


@pytest.mark.parametrize(
    ("arguments", "text", "found"),
    [
        (["--select", NONE], NO_LIMIT, [NONE]),
        (["--select", WORST], NO_LIMIT, []),
        (["--select", f"{NONE},{WORST}"], NO_LIMIT, [NONE]),
        (["--select", NONE, "--select", WORST], ABOVE, [WORST]),
        (["--select", f"{NONE}, {WORST}", "--ignore", NONE], NO_LIMIT, []),
        (["--select", NONE, "--ignore", NONE], NO_LIMIT, []),
        (["--select", NONE], "services:\n  web: {image: web}\n", []),
        (["--select", NONE], NO_LIMIT.replace("  db:", "  db: # pgfit: ignore=no-memory-limit"), []),
        (["--select", NONE], NO_LIMIT.replace("  db:", "  # pgfit: ignore=no-memory-limit\n  db:"), []),
        (["--select", NONE], NO_LIMIT.replace("  db:", "  # pgfit: ignore=all\n  db:"), []),
        (["--select", NONE], NO_LIMIT.replace("  db:", f"  # pgfit: ignore={WORST},{NONE}\n  db:"), []),
        (["--select", NONE], NO_LIMIT.replace("  db:", f"  # pgfit: ignore={WORST}\n  db:"), [NONE]),
        (["--select", NONE], NO_LIMIT.replace("18", "18 # pgfit: ignore=no-memory-limit"), [NONE]),
        (["--select", WORST], ABOVE.replace("=100", f"=100 # pgfit: ignore={WORST}"), []),
        (["--select", WORST], ABOVE.replace("    command", f"    # pgfit: ignore={WORST}\n    command"), []),
        (["--select", WORST], ABOVE.replace("    command", f"    ports: [] # pgfit: ignore={WORST}\n    command"), [WORST]),
    ],
)
def test_which_checks_speak(run: Run, file: Path, arguments: list[str], text: str, found: list[str]) -> None:
    file.write_text(text)
    done = run(*arguments, "--format", "json")
    assert checks(done) == found
    assert done.code == (1 if found else 0)


@pytest.mark.parametrize(("level", "code"), [("error", 1), ("warning", 1), ("info", 1), ("never", 0)])
def test_from_which_severity_on_it_fails(run: Run, file: Path, level: str, code: int) -> None:
    assert file.exists()
    assert run("--select", NONE, "--fail-on", level).code == code


def test_no_findings_and_no_server(run: Run, file: Path) -> None:
    assert run("--select", WORST).out == "no findings\n"
    file.write_text("services:\n  web: {image: web}\n")
    assert run() == Ran(0, "no PostgreSQL server in compose.yaml\n", "")


def test_json(run: Run, file: Path) -> None:
    assert file.exists()
    assert json.loads(run("--select", NONE, "--format", "json").out) == {
        "files": ["compose.yaml"],
        "findings": [
            {
                "check": NONE,
                "severity": "error",
                "service": "db",
                "file": "compose.yaml",
                "line": 2,
                "column": 3,
                "message": "db has no memory limit",
                "arithmetic": "",
                "cure": "pgfit compose --memory 512M --cpus 1 --write",
                "fixable": False,
            }
        ],
    }


def test_github(run: Run, file: Path) -> None:
    assert file.exists()
    assert run("--select", NONE, "--format", "github").out == (
        "::error file=compose.yaml,line=2,col=3,title=pgfit no-memory-limit::db has no memory limit"
        "%0Apgfit compose --memory 512M --cpus 1 --write\n"
    )


def test_sarif(run: Run, file: Path) -> None:
    assert file.exists()
    document = json.loads(run("--select", NONE, "--format", "sarif").out)
    assert (document["version"], document["$schema"]) == ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json")
    (result,) = document["runs"][0]["results"]
    driver = document["runs"][0]["tool"]["driver"]
    assert driver["name"] == "pgfit"
    (rule,) = driver["rules"]
    assert (rule["id"], rule["shortDescription"]["text"]) == (NONE, "The server has no memory limit.")
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == (NONE, 0, "error")
    assert result["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "compose.yaml"}, "region": {"startLine": 2, "startColumn": 3}}}
    ]


def test_sarif_without_findings(run: Run, file: Path) -> None:
    assert file.exists()
    document = json.loads(run("--select", WORST, "--format", "sarif").out)
    assert document["runs"][0]["results"] == []


def test_several_files_each_on_its_own(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(NO_LIMIT)
    (tmp_path / "b.yaml").write_text(NO_LIMIT.replace("db", "data"))
    done = run("a.yaml", "b.yaml", "--select", NONE, "--format", "json")
    assert [(one["file"], one["service"]) for one in json.loads(done.out)["findings"]] == [("a.yaml", "db"), ("b.yaml", "data")]


def test_of_several_files_a_broken_one_is_told_and_the_others_linted(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("services: [SECRET123\n")
    (tmp_path / "b.yaml").write_text(NO_LIMIT)
    done = run("a.yaml", "b.yaml", "none.yaml", "--select", NONE, "--format", "json")
    assert done.code == 2
    assert checks(done) == [NONE]
    assert done.err.startswith("error: a.yaml:")
    assert "error: none.yaml: cannot be read: No such file or directory\n" in done.err


def test_stdin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(NO_LIMIT.encode())))
    done = run("-", "--select", NONE)
    assert done.code == 1
    assert done.out.startswith("stdin:2:3: error: ")


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["--select", "no-memory-limits"], "there is no check 'no-memory-limits'", "did you mean no-memory-limit?"),
        (["--ignore", "no-memory-limits"], "there is no check 'no-memory-limits'", "did you mean no-memory-limit?"),
        (["--select", f"{NONE},zzz"], "there is no check 'zzz'", "pgfit explain lists them"),
        (["--format", "sarf"], "--format: there is no 'sarf'", "did you mean sarif?"),
        (["--fail-on", "errors"], "--fail-on: there is no 'errors'", "did you mean error?"),
        (["--image-like", "zzz"], "--image-like: there is no 'zzz'", "there are "),
        (["none.yaml"], "none.yaml: cannot be read: No such file or directory", ""),
    ],
)
def test_bad_usage_ends_with_2_and_a_hint(run: Run, file: Path, arguments: list[str], error: str, hint: str) -> None:
    assert file.exists()
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: {error}")
    assert f"\nhint: {hint}" in done.err or not hint


def test_a_broken_file(run: Run, file: Path) -> None:
    file.write_text("services:\n  db:\n    image: a\n    image: b\n")
    done = run()
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: compose.yaml:4: the key 'image' stands here a second time")


def test_no_file(run: Run) -> None:
    assert run().code == 2


def test_fix_leaves_what_a_person_must_decide(run: Run, file: Path) -> None:
    done = run("--fix", "--select", NONE)
    assert done.code == 1
    assert file.read_text() == NO_LIMIT
    assert fixing.fix.__doc__


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_no_secret_is_ever_shown(run: Run, file: Path, form: str) -> None:
    text = ABOVE.replace(
        "image: postgres:18\n", "image: postgres:18\n    healthcheck: {test: 'psql postgres://u:SECRET123@localhost'}\n"
    )
    file.write_text(text.replace("=100", "=100 -c app.key=SECRET123"))
    assert run("--select", f"{NONE},{WORST}", "--format", form).code == 1
