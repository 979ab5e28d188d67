"""psql and pgbench, by programs of the same names: what becomes of one that does not end."""

from pathlib import Path

import pytest

from pgfit.errors import PgfitError
from pgfit.trial import bench
from pgfit.trial.bench import Client
from pgfit.trial.programs import Programs


@pytest.fixture
def client(tmp_path: Path) -> Client:
    """Its programs take three seconds."""
    for name in ("psql", "pgbench"):
        (tmp_path / name).write_text("#!/bin/sh\nexec sleep 3\n")
        (tmp_path / name).chmod(0o755)
    return Client(Programs(tmp_path, 17, tmp_path, "here"), tmp_path, "data", tmp_path)


def test_loading_that_does_not_end_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "LOAD_SECONDS", 0.1)
    monkeypatch.setattr(bench, "LOAD_SECONDS_PER_SCALE", 0.1)
    with pytest.raises(PgfitError, match="the data were not loaded within 0 s") as caught:
        client.load(2, [])
    assert "--scale" in caught.value.hint


def test_loading_may_take_longer_where_there_is_more_to_load(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "LOAD_SECONDS", 0.1)
    client.load(20, [])


def test_a_question_has_the_time_it_is_given(client: Client) -> None:
    with pytest.raises(PgfitError, match="did not answer within 0 s"):
        client.ask("select 1", 0.1)
