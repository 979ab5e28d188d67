"""`pgfit audit` as it is typed: what does not go together, and what is never repeated."""

from pathlib import Path

import pytest

from running import SECRET, Run

SHOP = str(Path(__file__).parents[2] / "docs" / "examples" / "shop.json")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "yaml"], "there is no 'yaml'"),
        (["--fail-on", "warn"], "did you mean warning?"),
        (["--select", "fsync"], "there is no check 'fsync'"),
        (["--from", SHOP, "dbname=x"], "a snapshot needs no server"),
        (["--watch", "5", "--format", "json"], "a screen that refreshes itself is text"),
        (["--watch", "5", "--save", "/nowhere/x.json"], "keeps no snapshot"),
        (["--watch", "5", "--fail-on", "error"], "tells no findings"),
        (["host=.."], "..:5432: the host is not known"),
        ([f"host={'a' * 70}"], "the host is not known"),
        ([f"postgresql://u:{SECRET}@..:5432/x"], "..:5432: the host is not known"),
        (["--service", "db"], "of which compose file?"),
        (["--memory", "12Q", "--from", SHOP], "12Q"),
        (["--from", "/nonexistent"], "cannot be read"),
        (["--timeout", "0"], "0"),
        (["--password", "dbname=x"], "no terminal"),
    ],
)
def test_what_does_not_go_together_is_refused(pgfit: Run, arguments: list[str], said: str) -> None:
    ran = pgfit("audit", *arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert said in ran.err


@pytest.mark.parametrize(
    "words",
    [
        [f"--postgresql://u:{SECRET}@h/x"],
        [f"-postgresql://u:{SECRET}@h/x"],
        [f"--password={SECRET}"],
        [f"--pasword={SECRET}"],
        [f"--dsn=host=x password={SECRET}"],
    ],
)
def test_a_connection_string_in_the_wrong_place_is_not_repeated(pgfit: Run, words: list[str]) -> None:
    assert pgfit("audit", *words).code == 2  # the fixture looks for the secret


@pytest.mark.parametrize(("level", "code"), [("error", 1), ("warning", 1), ("info", 1), ("never", 0)])
def test_the_severity_that_fails_is_chosen(pgfit: Run, level: str, code: int) -> None:
    assert pgfit("audit", "--from", SHOP, "--fail-on", level).code == code


def test_checks_are_selected_and_ignored(pgfit: Run) -> None:
    only = pgfit("audit", "--from", SHOP, "--select", "cpu-throttled", "--format", "github")
    assert only.out == ""
    chosen = pgfit(
        "audit", "--from", SHOP, "--select", "hash-join-above-dev-shm,running-settings-above-limit", "--format", "github"
    )
    assert len(chosen.out.splitlines()) == 2
    assert "running-settings" not in pgfit("audit", "--from", SHOP, "--ignore", "running-settings-above-limit").out


def test_a_typed_limit_wins_over_the_recorded_one(pgfit: Run) -> None:
    assert "memory limit 64 GB, by --memory" in pgfit("audit", "--from", SHOP, "--memory", "64G").out


def test_piped_text_has_no_colour_and_keeps_the_width(pgfit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = pgfit("audit", "--from", SHOP).out
    assert "\x1b" not in out
    assert max(len(line) for line in out.splitlines()) <= 80
