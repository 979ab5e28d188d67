"""The page of benchmarks says what is stored, and survival is what the stored results say."""

from matrix import PEERS, SUBSET, Cell, configurations
from page import MINE, Stored, pages


def test_the_page_is_fresh() -> None:
    stale = [path.name for path, text in pages(Stored()).items() if path.read_text() != text]
    assert not stale, "python benchmarks/page.py"


def test_pgfit_survived_every_stored_run() -> None:
    stored = Stored()
    assert stored.cells
    assert [one for one in stored.runs if one["configuration"] == MINE and one["outcome"]["failure"]] == []
    for cell in stored.cells:
        assert 0 < stored.storm(cell, MINE)["peak"] <= stored.promise(cell)


def test_every_peer_has_a_configuration_in_the_subset() -> None:
    for one in SUBSET:
        made = configurations(Cell(*one))
        assert set(made) == {"pgfit", "defaults", *PEERS}
        assert all(settings for settings in made.values())
