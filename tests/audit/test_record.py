"""A snapshot as a file: what is written is read back, and what is no snapshot is refused in words."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgfit.audit.record import MOST_BYTES, Snapshot, dump, load
from pgfit.errors import PgfitError
from running import Run

NUMBERS = st.one_of(st.integers(-(2**63), 2**64), st.floats(allow_nan=False, allow_infinity=False))
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=20))
JSON = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3))
)
ROWS = st.dictionaries(
    st.text(max_size=10), st.lists(st.dictionaries(st.text(max_size=10), SCALARS, max_size=4), max_size=4).map(tuple), max_size=5
)
WHOLE: dict[str, Any] = {
    "pgfit_snapshot": 1,
    "taken_at": "2027-01-15T08:00:00+00:00",
    "version_num": 180006,
    "server": {"host": "db", "port": "5432"},
    "pooled": False,
    "milliseconds": 12.5,
    "missing": {"files": "permission denied"},
    "rows": {"server": [{"pid": 7, "now": 1.5, "user": "é", "superuser": True, "address": None}], "slots": []},
}


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    rows = draw(ROWS)
    missing = draw(st.dictionaries(st.text(max_size=10), st.text(max_size=20), max_size=3))
    return Snapshot(
        taken_at=draw(st.datetimes()).isoformat(),
        version_num=draw(st.integers(80000, 999_999)),
        server=draw(st.dictionaries(st.text(max_size=5), st.text(max_size=10), max_size=4)),
        rows=rows,
        missing={name: why for name, why in missing.items() if name not in rows},
        pooled=draw(st.booleans()),
        milliseconds=draw(st.integers(0, 10**7)) / 10,
    )


def refused(text: str) -> PgfitError:
    with pytest.raises(PgfitError) as caught:
        load(text, "a.json")
    return caught.value


def with_(**more: object) -> str:
    return json.dumps({**WHOLE, **more})


# -- there and back ---------------------------------------------------------------------------------------------------


@given(snapshots())
def test_what_is_dumped_is_loaded(made: Snapshot) -> None:
    again = load(dump(made), "x")
    assert again == made
    assert dump(again) == dump(made)  # True stays true, and does not become 1


def test_every_field_is_read() -> None:
    assert load(json.dumps(WHOLE), "x") == Snapshot(
        taken_at="2027-01-15T08:00:00+00:00",
        version_num=180006,
        server={"host": "db", "port": "5432"},
        rows={"server": ({"pid": 7, "now": 1.5, "user": "é", "superuser": True, "address": None},), "slots": ()},
        missing={"files": "permission denied"},
        pooled=False,
        milliseconds=12.5,
    )


def test_a_row_is_a_line() -> None:
    made = load(json.dumps(WHOLE), "x")
    lines = dump(made._replace(rows={"sizes": ({"a": 1}, {"a": 2})})).splitlines()
    assert lines[0] == "{"
    assert lines[-7:] == [' "rows": {', '  "sizes": [', '   {"a": 1},', '   {"a": 2}', "  ]", " }", "}"]


def test_milliseconds_are_rounded_to_a_tenth() -> None:
    assert load(dump(load(with_(milliseconds=12.3456), "x")), "x").milliseconds == 12.3


def test_a_question_is_answered_or_missing_and_never_both() -> None:
    made = load(with_(missing={"server": "denied", "files": "denied"}), "x")
    assert dict(made.missing) == {"files": "denied"}


@pytest.mark.parametrize(("number", "major"), [(130023, 13), (180006, 18), (190000, 19), (250001, 25)])
def test_the_major(number: int, major: int) -> None:
    assert load(with_(version_num=number), "x").major == major


@pytest.mark.parametrize(("question", "row"), [("server", {"a": 1}), ("slots", {}), ("nothing", {})])
def test_the_only_row_of_an_answer(question: str, row: dict[str, int]) -> None:
    assert dict(load(with_(rows={"server": [{"a": 1}, {"a": 2}], "slots": []}), "x").one(question)) == row


# -- what is no snapshot ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "a.json:1"),
        ("\ufeff{}", "a.json:1"),
        ("{", "a.json:1"),
        ('{\n "pgfit_snapshot": 1,\n oops\n}', "a.json:3"),
        ("{'pgfit_snapshot': 1}", "a.json:1"),
        ("[" * 100_000, "a.json:1"),
        ("[" * 100_000 + "]" * 100_000, "a.json:1"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "a.json:1"),
        ('{"pgfit_snapshot": 1' + "0" * 5000 + "}", "a.json:1"),
        ("\x00", "a.json:1"),
    ],
)
def test_what_is_not_json_is_told_with_its_line(text: str, place: str) -> None:
    error = refused(text)
    assert (error.message, error.place) == ("it is not JSON", place)
    assert error.hint == "pgfit audit --save FILE writes snapshots"


@pytest.mark.parametrize(
    "text", ["{}", "[]", "null", "1", '"pgfit_snapshot"', '{"pgfit_snapshot": null}', '[{"pgfit_snapshot": 1}]']
)
def test_other_json_is_told_apart(text: str) -> None:
    error = refused(text)
    assert (error.message, error.place) == ("it is not a snapshot of pgfit's", "a.json")
    assert error.hint == "pgfit audit --save FILE writes them; this pgfit reads format 1"


@pytest.mark.parametrize(("version", "shown"), [(0, "0"), (2, "2"), (-1, "-1"), (1.5, "1.5"), ("1", "'1'"), (False, "False")])
def test_another_format_is_told_with_its_number(version: object, shown: str) -> None:
    error = refused(with_(pgfit_snapshot=version))
    assert (error.message, error.place) == (f"it is a snapshot of format {shown}", "a.json")
    assert error.hint.endswith("this pgfit reads format 1")


@pytest.mark.parametrize("name", [name for name in WHOLE if name != "pgfit_snapshot"])
def test_each_part_is_needed(name: str) -> None:
    error = refused(json.dumps({key: value for key, value in WHOLE.items() if key != name}))
    assert (str(error), error.hint) == ("a.json: it is not a whole snapshot", "take it again: pgfit audit --save FILE")


@pytest.mark.parametrize(
    "part",
    [
        {"version_num": "180006"},
        {"version_num": 18.6},
        {"version_num": True},
        {"version_num": None},
        {"version_num": 79999},
        {"version_num": 1_000_000},
        {"version_num": -180006},
        {"version_num": 10**300},
        {"version_num": float("nan")},
        {"taken_at": "yesterday"},
        {"taken_at": ""},
        {"taken_at": 1_800_000_000},
        {"taken_at": None},
        {"taken_at": "2027-13-01T00:00:00"},
        {"server": []},
        {"server": "db"},
        {"server": None},
        {"server": {"port": 5432}},
        {"server": {"host": None}},
        {"missing": ["files"]},
        {"missing": {"files": 1}},
        {"milliseconds": None},
        {"milliseconds": []},
        {"milliseconds": "soon"},
        {"rows": []},
        {"rows": None},
        {"rows": "server"},
        {"rows": {"server": None}},
        {"rows": {"server": 7}},
        {"rows": {"server": "x"}},
        {"rows": {"server": {"pid": 1}}},
        {"rows": {"server": ["x"]}},
        {"rows": {"server": [None]}},
        {"rows": {"server": [[1]]}},
        {"rows": {"server": [{"pid": []}]}},
        {"rows": {"server": [{"pid": {}}]}},
        {"rows": {"server": [{"pid": [[[[[[1]]]]]]}]}},
        {"rows": {"server": [{"now": float("nan")}]}},
        {"rows": {"server": [{"now": float("inf")}]}},
        {"rows": {"server": [{"now": float("-inf")}]}},
    ],
    ids=str,
)
def test_wrong_types_are_refused(part: dict[str, object]) -> None:
    error = refused(with_(**part))
    assert (str(error), error.hint) == ("a.json: it is not a whole snapshot", "take it again: pgfit audit --save FILE")


def test_a_number_that_is_none_is_refused_although_json_reads_it() -> None:
    assert refused(json.dumps(WHOLE).replace('"pid": 7', '"pid": 1e999')).message == "it is not a whole snapshot"


@pytest.mark.parametrize("number", [2**64 + 1, -(2**64) - 1, 10**400])
def test_a_number_that_no_server_counts_to_is_refused(number: int, pgfit: Run, tmp_path: Path) -> None:
    text = with_(rows={"sizes": [{"database": "a", "bytes": number}]})
    assert refused(text).message == "it holds a number that no server sends"
    path = tmp_path / "x.json"
    path.write_text(text)
    ran = pgfit("audit", "--from", str(path))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {path}: it holds a number")


def test_a_file_of_another_kind_is_not_even_read() -> None:
    error = refused(" " * (MOST_BYTES + 1))
    assert str(error) == "a.json: it is far too large for a snapshot"


def test_bytes_that_are_no_text_are_an_error_for_people(pgfit: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(json.dumps(WHOLE, ensure_ascii=False).encode("latin-1"))
    ran = pgfit("audit", "--from", str(path))
    assert (ran.code, ran.out) == (2, "")
    assert "x.json" in ran.err
    assert "hint: " in ran.err


@given(st.one_of(st.text(), st.text(alphabet='{}[]":,01e.-ntf "'), JSON.map(json.dumps)))
def test_no_text_is_too_strange(text: str) -> None:
    error = refused(text)
    assert error.place.startswith("a.json")
    assert error.hint


@given(st.sampled_from(sorted(WHOLE)), JSON)
def test_a_spoiled_part_is_read_or_refused(name: str, value: object) -> None:
    try:
        made = load(with_(**{name: value}), "a.json")
    except PgfitError as error:
        assert error.place == "a.json"  # noqa: PT017  either is right
        assert error.hint  # noqa: PT017
    else:
        assert load(dump(made), "x") == made._replace(milliseconds=round(made.milliseconds, 1))
