"""Which questions are asked of which major; and that none of them could write."""

import re

import pytest

from pgfit.audit.questions import LIVE, ON_DEMAND, QUERIES, questions

FILES = sorted(QUERIES.glob("*.sql"))
WRITES = r"\b(INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|TRUNCATE|COPY|GRANT|REVOKE|SET|RESET|LOCK|VACUUM|ANALYZE|CALL|DO|NOTIFY)\b"


def names(major: int) -> list[str]:
    return [one.name for one in questions(major)]


@pytest.mark.parametrize("major", [13, 14, 16, 17, 18, 19, 25])
def test_settings_are_read_before_pgfit_sets_its_own(major: int) -> None:
    assert names(major)[:2] == ["server", "settings"]
    assert len(set(names(major))) == len(names(major))
    assert not set(ON_DEMAND) & set(names(major))


@pytest.mark.parametrize(("major", "there"), [(13, False), (14, True), (18, True)])
def test_wal_statistics_came_with_14(major: int, *, there: bool) -> None:
    assert ("wal" in names(major)) is there


@pytest.mark.parametrize(
    ("name", "major", "word"),
    [
        ("checkpoints", 16, "checkpoints_timed"),
        ("checkpoints", 17, "num_timed"),
        ("checkpoints", 25, "num_timed"),
        ("databases", 13, "temp_bytes"),
        ("databases", 14, "session_time"),
    ],
)
def test_each_major_gets_its_version_of_a_question(name: str, major: int, word: str) -> None:
    (one,) = questions(major, (name,))
    assert word in one.sql
    assert (major == 13 and "session_time" in one.sql) is False


def test_a_live_screen_asks_less_and_all_of_it_exists() -> None:
    assert [one.name for one in questions(18, LIVE)] == list(LIVE)


def test_texts_of_statements_are_not_even_read_unless_they_are_asked_for() -> None:
    """The view pg_stat_statements reads the file that holds them all."""
    without, with_texts = questions(18, ON_DEMAND)
    assert "schema_of_it.pg_stat_statements(false) " in without.sql
    assert "schema_of_it.pg_stat_statements " in with_texts.sql


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_query_is_one_statement_that_reads_and_says_what_for(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]  # a Path of the list above
    assert text.startswith("-- ")
    body = re.sub(r"--.*", "", text)
    assert ";" not in body
    assert re.match(r"\s*(SELECT|WITH)\b", body)
    assert not re.search(WRITES, re.sub(r"'[^']*'", "''", body))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_query_is_asked_of_some_major(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]  # as above
    asked = {one.sql for major in range(13, 20) for one in (*questions(major), *questions(major, ON_DEMAND))}
    assert text in asked
