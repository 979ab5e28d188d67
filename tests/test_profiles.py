"""Profiles: those that come with pgfit, those of a user, and every way to write one wrongly."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgfit import profiles
from pgfit.errors import BadProfile, BadValue
from pgfit.profiles import compile_all, load, names
from pgfit.units import Bytes, Duration

SOURCE = Path(__file__).parent.parent / "profiles"
NAMES = ["web", "analytics", "ci", "dev", "mixed", "oltp", "queue", "vector"]


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    caches = (profiles.load, profiles._compiled, profiles._directory)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return tmp_path / "mine.yaml"


# -- those that come with pgfit ---------------------------------------------------------------------------------


def test_the_default_comes_first() -> None:
    assert names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_profile_loads(name: str) -> None:
    profile = load(name)
    assert profile.name == name
    assert profile.about.endswith(".")
    assert list(profile.storage) == ["ssd", "nvme", "hdd", "network"]


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("web", "sorts", 1),
        ("web", "connections_at_most", 400),
        ("web", "jit", False),
        ("web", "durable", True),
        ("web", "active_sessions", 0.25),
        ("web", "maintenance_work_mem_at_most", Bytes(1073741824)),
        ("web", "checkpoint_timeout", Duration(600_000)),
        ("oltp", "connections_at_most", 400),  # web's
        ("oltp", "autovacuum_naptime", Duration(30_000)),
        ("queue", "max_wal_size", Bytes(8589934592)),  # oltp's
        ("queue", "autovacuum_naptime", Duration(10_000)),
        ("ci", "connections_at_most", 50),  # dev's
        ("ci", "durable", False),
        ("analytics", "jit", True),
    ],
)
def test_a_profile_has_its_own_numbers_and_those_it_extends(name: str, key: str, value: Any) -> None:
    found = getattr(load(name), key)
    assert found == value
    assert type(found) is type(value)


def test_only_the_profile_for_tests_gives_up_durability() -> None:
    assert [name for name in NAMES if not load(name).durable] == ["ci"]


def test_storage_is_typed() -> None:
    assert load("web").storage["hdd"] == (4.0, 2, 10)


@pytest.mark.parametrize("name", NAMES)
def test_a_compiled_profile_is_the_one_its_yaml_gives(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from_yaml = load(name)
    tmp_path.joinpath(profiles.COMPILED).write_text(json.dumps(compile_all(SOURCE)), encoding="utf-8")
    load.cache_clear()
    profiles._compiled.cache_clear()
    monkeypatch.setattr(profiles, "_directory", lambda: tmp_path)
    assert names() == NAMES
    assert load(name) == from_yaml


def test_compiling_refuses_a_broken_profile(mine: Path) -> None:
    mine.write_text("extends: web\nsorts: many\n", encoding="utf-8")
    with pytest.raises(BadProfile, match=r"mine\.yaml:2: sorts is 'many'"):
        compile_all(mine.parent)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("webb", "did you mean web?"),
        ("OLTP", "did you mean oltp?"),
        ("", "there are web, analytics, ci, dev, mixed, oltp, queue, vector; a file is named with its ending"),
        ("mine.txt", "there are web, analytics, ci, dev, mixed, oltp, queue, vector; a file is named with its ending"),
    ],
)
def test_an_unknown_name_is_refused_with_those_that_exist(name: str, hint: str) -> None:
    with pytest.raises(BadValue, match="there is no profile") as caught:
        load(name)
    assert (caught.value.hint, caught.value.place) == (hint, "--profile")


# -- those of a user --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        (b"extends: web\nsorts: 3\n", "sorts", 3),
        (b"extends: web\nsorts: 3", "sorts", 3),
        (b"extends: web\r\nsorts: 3\r\n", "sorts", 3),
        (b"\xef\xbb\xbfextends: web\nsorts: 3\n", "sorts", 3),
        (b"---\nextends: web\nsorts: 3  # three\n...\n", "sorts", 3),
        (b"{extends: web, sorts: 3}", "sorts", 3),
        (b"extends: web\nsorts: '3'\n", "sorts", 3),
        (b"extends: web\nsorts: 3.0\n", "sorts", 3),
        (b"extends: web\nwork_mem_at_most: 1.5GB\n", "work_mem_at_most", 1610612736),
        (b"extends: web\nwork_mem_at_most: 512 MB\n", "work_mem_at_most", 536870912),
        (b"extends: web\ncheckpoint_timeout: 1h\n", "checkpoint_timeout", 3_600_000),
        (b"extends: web\njit: true\n", "jit", True),
        (b"extends: web\nabout: 'yes'\n", "about", "yes"),
        (b"extends: queue\n", "autovacuum_naptime", 10_000),
        (b"extends: web\n", "name", "mine"),
    ],
)
def test_a_file_says_only_what_differs(mine: Path, text: bytes, key: str, value: Any) -> None:
    mine.write_bytes(text)
    assert getattr(load(str(mine)), key) == value


def test_one_number_of_one_storage_leaves_the_others(mine: Path) -> None:
    mine.write_text("extends: web\nstorage:\n  hdd:\n    random_page_cost: 3\n", encoding="utf-8")
    storage = load(str(mine)).storage
    assert storage["hdd"] == (3.0, 2, 10)
    assert storage["ssd"] == (1.1, 64, 64)


def test_a_file_extends_a_file_beside_it(mine: Path) -> None:
    mine.with_name("base.yaml").write_text("extends: oltp\nhashes: 7\nsorts: 7\n", encoding="utf-8")
    mine.write_text("extends: base.yaml\nsorts: 3\n", encoding="utf-8")
    profile = load(str(mine))
    assert (profile.sorts, profile.hashes, profile.autovacuum_naptime) == (3, 7, 30_000)


def test_a_mistake_in_a_base_is_placed_in_the_base(mine: Path) -> None:
    mine.with_name("base.yaml").write_text("extends: web\n\nsorts: x\n", encoding="utf-8")
    mine.write_text("extends: base.yaml\n", encoding="utf-8")
    with pytest.raises(BadProfile) as caught:
        load(str(mine))
    assert caught.value.place == f"{mine.with_name('base.yaml')}:3"


def test_a_file_without_base_names_what_is_missing(mine: Path) -> None:
    mine.write_text("about: mine\nsorts: 1\n", encoding="utf-8")
    with pytest.raises(BadProfile, match="hashes is missing") as caught:
        load(str(mine))
    assert caught.value.hint == "begin the file with `extends: web` and write only what differs"
    assert caught.value.place == str(mine)


# -- every way to write one wrongly -----------------------------------------------------------------------------

THERE_ARE = "there are web, analytics, ci, dev, mixed, oltp, queue, vector"


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        # not the shape of a profile
        ("", 1, "a profile is a mapping of keys to numbers", ""),
        ("# nothing\n", 1, "a profile is a mapping of keys to numbers", ""),
        ("null", 1, "a profile is a mapping of keys to numbers", ""),
        ("web", 1, "a profile is a mapping of keys to numbers", ""),
        ("- sorts: 1\n", 1, "a profile is a mapping of keys to numbers", ""),
        ("extends: web\nsorts: [1]\n", 2, "sorts must be one value", ""),
        ("extends: web\nsorts:\n  at_most: 1\n", 2, "sorts must be one value", ""),
        ("extends: [web]\n", 1, "extends must be one value", ""),
        ("extends: web\nstorage:\n", 2, "storage must be a mapping", ""),
        ("extends: web\nstorage: fast\n", 2, "storage must be a mapping", ""),
        ("extends: web\nstorage: [ssd]\n", 2, "storage must be a mapping", ""),
        ("extends: web\nstorage:\n  ssd: 3\n", 3, "storage.ssd must be a mapping", ""),
        (
            "extends: web\nstorage:\n  ssd:\n    random_page_cost: [1]\n",
            4,
            "storage.ssd.random_page_cost must be one value",
            "",
        ),
        ("extends: web\n? [sorts]\n: 1\n", 2, "a key must be one word", ""),
        ("? &loop [*loop]\n: 1\n", 1, "a key must be one word", ""),
        # broken YAML
        ("extends: web\n\tsorts: 1\n", 2, "not YAML: found character '\\t' that cannot start any token", ""),
        ("extends: web\nsorts: [1\n", 3, "not YAML: expected ',' or ']'", ""),
        ("extends: web\nsorts: 'one\n", 3, "not YAML: found unexpected end of stream", ""),
        ("extends: web\n  sorts: 1\n", 2, "not YAML: mapping values are not allowed here", ""),
        ("extends: web\nsorts 1\nhashes: 1\n", 3, "not YAML: could not find expected ':'", ""),
        ("extends: web\nsorts: *one\n", 2, "not YAML: found undefined alias 'one'", ""),
        ("extends: web\n---\nsorts: 1\n", 2, "not YAML: but found another document", ""),
        ("@", 1, "not YAML: found character '@' that cannot start any token", ""),
        # keys
        ("extends: web\nsortz: 1\n", 2, "unknown key 'sortz'", "did you mean sorts?"),
        ("extends: web\nSorts: 1\n", 2, "unknown key 'Sorts'", "did you mean sorts?"),
        ("extends: web\nstorge:\n  ssd: 1\n", 2, "unknown key 'storge'", "did you mean storage?"),
        ("extends: web\nstorage.ssd: 1\n", 2, "unknown key 'storage.ssd'", "did you mean storage?"),
        ("extends: web\nname: other\n", 2, "unknown key 'name'", ""),
        ("extends: web\n<<: {sorts: 1}\n", 2, "unknown key '<<'", ""),
        ("extends: web\n1: 1\n", 2, "unknown key '1'", ""),
        ("extends: web\n'': 1\n", 2, "unknown key ''", ""),
        ("extends: web\nsorts: 1\nsorts: 2\n", 3, "sorts is given twice", ""),
        ("extends: web\nextends: oltp\n", 2, "extends is given twice", ""),
        ("extends: web\nstorage:\n  ssd: {}\n  ssd: {}\n", 4, "storage.ssd is given twice", ""),
        (
            "extends: web\nstorage:\n  floppy: {random_page_cost: 9}\n",
            3,
            "unknown storage 'floppy'",
            "there are ssd, nvme, hdd, network",
        ),
        (
            "extends: web\nstorage:\n  ssd:\n    random_page_csot: 1\n",
            4,
            "unknown key 'random_page_csot'",
            "did you mean random_page_cost?",
        ),
        # what it extends
        ("extends: webb\n", 1, "extends 'webb', which does not exist", "did you mean web?"),
        ("extends: ./none.yaml\n", 1, "extends './none.yaml', which does not exist", THERE_ARE),
        ("extends:\n", 1, "extends '', which does not exist", THERE_ARE),
        ("extends: /\n", 1, "extends '/', which does not exist", THERE_ARE),
        ('extends: "\\0"\n', 1, "which does not exist", THERE_ARE),
        (f"extends: {'z' * 300}\n", 1, "which does not exist", THERE_ARE),
        ("sorts: 1\nextends: mine.yaml\n", 2, "extends itself", ""),
        ("extends: ./mine.yaml\n", 1, "extends itself", ""),
        # types
        ("extends: web\nsorts: many\n", 2, "sorts is 'many'; it must be a whole number", ""),
        ("extends: web\nsorts:\n", 2, "sorts is ''; it must be a whole number", ""),
        ("extends: web\nsorts: 1.5\n", 2, "sorts is '1.5'; it must be a whole number", ""),
        ("extends: web\nsorts: nan\n", 2, "sorts is 'nan'; it must be a whole number", ""),
        ("extends: web\nsorts: 1e999\n", 2, "sorts is '1e999'; it must be a whole number", ""),
        ("extends: web\nsorts: 1MB\n", 2, "sorts is '1MB'; it must be a whole number", ""),
        ("extends: web\nsorts: true\n", 2, "sorts is 'true'; it must be a whole number", ""),
        ("extends: web\nactive_sessions: 25%\n", 2, "active_sessions is '25%'; it must be a number", ""),
        ("extends: web\njit: on\n", 2, "jit is 'on'; it is true or false", ""),
        ("extends: web\njit: 1\n", 2, "jit is '1'; it is true or false", ""),
        ("extends: web\nwork_mem_at_most: 64\n", 2, "it must be a number with a unit (kB, MB, GB, TB)", ""),
        ("extends: web\nwork_mem_at_most: 64M\n", 2, "it must be a number with a unit (kB, MB, GB, TB)", ""),
        ("extends: web\nwork_mem_at_most: MB\n", 2, "it must be a number with a unit (kB, MB, GB, TB)", ""),
        ("extends: web\ncheckpoint_timeout: 10\n", 2, "it must be a number with a unit (ms, s, min, h, d)", ""),
        ("extends: web\ncheckpoint_timeout: 1:30\n", 2, "it must be a number with a unit (ms, s, min, h, d)", ""),
        # impossible numbers
        ("extends: web\nsorts: -1\n", 2, "sorts is -1; it must be between 0 and 100", ""),
        ("extends: web\nactive_sessions: 1.1\n", 2, "active_sessions is 1.1; it must be between 0 and 1", ""),
        ("extends: web\nactive_sessions: nan\n", 2, "active_sessions is nan; it must be between 0 and 1", ""),
        ("extends: web\nactive_sessions: inf\n", 2, "active_sessions is inf; it must be between 0 and 1", ""),
        ("extends: web\nshared_buffers_share: 0.95\n", 2, "it must be between 0 and 0.9", ""),
        ("extends: web\nwork_mem_at_most: 63kB\n", 2, "it must be between 64kB and ", ""),
        ("extends: web\nwork_mem_at_most: 3TB\n", 2, "and 2TB", ""),
        ("extends: web\nwork_mem_at_most: nanMB\n", 2, "work_mem_at_most is nanMB; it must be between", ""),
        ("extends: web\nwork_mem_at_most: 1e308TB\n", 2, "work_mem_at_most is 1e308TB; it must be between", ""),
        ("extends: web\ncheckpoint_timeout: 29s\n", 2, "it must be between 30s and 86400s", ""),
        ("extends: web\nstorage:\n  hdd:\n    random_page_cost: 0\n", 4, "it must be between 0.01 and 1000", ""),
        (
            "extends: web\nsorts: 0\nhashes: 0\n",
            2,
            "sorts and hashes are both 0",
            "a promise of no query at all proves nothing; give one of them at least 1",
        ),
        ("extends: web\nconnections_at_least: 500\n", 2, "connections_at_least is above connections_at_most", ""),
        (
            "extends: web\nshared_buffers_share: 0.01\n",
            2,
            "shared_buffers_share is below 0.6 of shared_buffers_small_share",
            "else more memory would give less shared_buffers",
        ),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(mine: Path, text: str, line: int, message: str, hint: str) -> None:
    mine.write_text(text, encoding="utf-8")
    with pytest.raises(BadProfile) as caught:
        load(str(mine))
    assert message in caught.value.message
    assert caught.value.place == f"{mine}:{line}"
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"sorts: \xff\n", "cannot be read: it is not UTF-8 text"),
        ("extends: web".encode("utf-16"), "cannot be read: it is not UTF-8 text"),
        (b"sorts: \x00\n", "not YAML: it holds a character that YAML does not allow"),
        (b'about: "\\U00110000"\n', "not YAML: it holds a character that YAML does not allow"),
        (b'about: "\\UFFFFFFFF"\n', "not YAML: it holds a character that YAML does not allow"),
        (b"%YAML " + b"9" * 5000 + b".1\n---\n", "not YAML: it holds a character that YAML does not allow"),
        (b"[" * 3000, "not a profile: nested too deeply"),
        (b"{a: " * 3000, "not a profile: nested too deeply"),
    ],
)
def test_what_is_no_yaml_at_all_is_told_with_its_file(mine: Path, content: bytes, message: str) -> None:
    mine.write_bytes(content)
    with pytest.raises(BadProfile) as caught:
        load(str(mine))
    assert (caught.value.message, caught.value.place) == (message, str(mine))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none.yaml", "No such file or directory"),
        ("directory.yaml", "Is a directory"),
        ("loop.yaml", "Too many levels of symbolic links"),
        ("z" * 300 + ".yaml", "File name too long"),
    ],
)
def test_what_cannot_be_opened_is_told_with_the_reason(tmp_path: Path, name: str, reason: str) -> None:
    tmp_path.joinpath("directory.yaml").mkdir()
    tmp_path.joinpath("loop.yaml").symlink_to("loop.yaml")
    with pytest.raises(BadProfile) as caught:
        load(str(tmp_path / name))
    assert (caught.value.message, caught.value.place) == (f"cannot be read: {reason}", str(tmp_path / name))


def test_a_file_that_may_not_be_read_is_told_with_the_reason(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    mine.touch()
    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(BadProfile, match="cannot be read: Permission denied"):
        profiles._read(mine, ())


@pytest.mark.parametrize("way_back", ["mine.yaml", "./mine.yaml", "../{}/mine.yaml", "link.yaml"])
def test_a_circle_of_files_ends(mine: Path, way_back: str) -> None:
    mine.with_name("link.yaml").symlink_to(mine)
    mine.with_name("base.yaml").write_text("extends: " + way_back.format(mine.parent.name), encoding="utf-8")
    mine.write_text("extends: base.yaml\n", encoding="utf-8")
    with pytest.raises(BadProfile, match="extends itself"):
        load(str(mine))


# -- whatever a file holds --------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        *["extends", "web", "sorts", "storage", "ssd", "random_page_cost", "jit", "work_mem_at_most"],
        *[":", ": ", "\n", "\n  ", "\t", "- ", "[", "]", "{", "}", "&a ", "*a", "? ", "!!int ", "|\n", "'", '"', "\\x"],
        *["1", "-1", "0.5", "64MB", "10s", "nan", "inf", "true", "~", "#", "---", "<<", "\r\n", "\ufeff"],
    ]
)


@pytest.fixture(scope="module")
def anything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "anything.yaml"


@given(
    content=st.binary()
    | st.text().map(str.encode)
    | st.lists(WORDS | st.text(max_size=3), max_size=30).map("".join).map(str.encode)
    | st.lists(WORDS, max_size=8).map("".join).map(lambda text: f"extends: web\n{text}".encode())
)
def test_reading_any_file_ends_in_a_profile_or_bad_profile(anything: Path, content: bytes) -> None:
    anything.write_bytes(content)
    with suppress(BadProfile):
        load.__wrapped__(str(anything))


@given(st.sampled_from(sorted(profiles._KEYS)), st.text() | st.floats().map(repr) | st.integers().map("{}MB".format))
def test_any_value_of_any_key_ends_in_a_profile_or_bad_profile(anything: Path, key: str, value: str) -> None:
    anything.write_text(f"extends: web\n{key}: {json.dumps(value)}\n", encoding="utf-8")
    with suppress(BadProfile):
        load.__wrapped__(str(anything))
