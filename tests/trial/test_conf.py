"""A user's postgresql.conf as a throwaway server can run with it."""

from pathlib import Path

import pytest

from pgfit.errors import PgfitError
from pgfit.trial.conf import read_conf, runnable


def read(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "postgresql.conf"
    path.write_text(text)
    return read_conf(path)


def test_every_spelling(tmp_path: Path) -> None:
    text = "# comment\nshared_buffers = 128MB # more\nWORK_MEM 4MB\n\nsearch_path = '\"$user\", it''s'\nwork_mem='8MB'\n"
    assert read(tmp_path, text) == {"shared_buffers": "128MB", "work_mem": "8MB", "search_path": '"$user", it\'s'}


@pytest.mark.parametrize(
    ("text", "said"), [("a = 1\nwhat is this", "conf:2"), ("include 'more.conf'", "not followed"), ("x = 'a", "no line")]
)
def test_what_is_no_setting_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PgfitError, match=said):
        read(tmp_path, text)


def test_binary_and_missing_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PgfitError, match="not a text file"):
        read_conf(tmp_path / "b")
    with pytest.raises(PgfitError, match="cannot be read"):
        read_conf(tmp_path / "none")


def test_what_belongs_to_the_users_own_server_is_left_out() -> None:
    theirs = {"work_mem": "4MB", "data_directory": "/data", "archive_command": "rm -rf /", "ssl_key_file": "k", "ssl": "on"}
    kept, left_out = runnable({**theirs, "shared_preload_libraries": "x", "listen_addresses": "*", "port": "1"})
    assert kept == {"work_mem": "4MB"}
    assert "archive_command" in left_out
    assert len(left_out) == 7


def test_what_an_application_keeps_under_a_name_of_its_own_is_left_out_and_never_printed() -> None:
    """It may be a token, and without its extension it means nothing."""
    kept, left_out = runnable({"app.settings.jwt_secret": "hush", "pg_stat_statements.max": "100", "jit": "off"})
    assert kept == {"jit": "off"}
    assert left_out == ("app.settings.jwt_secret", "pg_stat_statements.max")


@pytest.mark.parametrize(
    "name",
    [
        "statement_timeout",
        "lock_timeout",
        "transaction_timeout",
        "idle_in_transaction_session_timeout",
        "default_transaction_read_only",
        "search_path",
    ],
)
def test_what_would_cut_short_the_trials_own_work_is_left_out(name: str) -> None:
    assert runnable({name: "5s"}).left_out == (name,)


@pytest.mark.parametrize("name", ["checkpoint_timeout", "wal_sender_timeout", "deadlock_timeout", "authentication_timeout"])
def test_other_timeouts_are_the_servers(name: str) -> None:
    assert runnable({name: "5min"}).settings == {name: "5min"}
