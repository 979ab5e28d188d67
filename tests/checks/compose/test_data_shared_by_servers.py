"""Two servers on one data directory."""

import pytest

from linting import found

ID = "data-shared-by-servers"


def two(first: str, second: str, *, image: str = "postgres:17", more: str = "", first_more: str = "") -> str:
    return (
        f"services:\n  one:\n    image: {image}\n    volumes: ['{first}']\n{first_more}"
        f"  two:\n    image: {image}\n    volumes: ['{second}']\n{more}"
    )


HERE = "/var/lib/postgresql/data"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"pgdata:{HERE}", f"pgdata:{HERE}"),
        (f"./data:{HERE}", f"./data/:{HERE}:Z"),
        (f"/srv/pg:{HERE}", f"/srv/x/../pg:{HERE}"),
        (f"${{DIR:-./data}}:{HERE}", f"./data:{HERE}"),
    ],
)
def test_told(first: str, second: str) -> None:
    (one,) = found(two(first, second), ID)
    assert one.subject == "two"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"pgdata:{HERE}", f"other:{HERE}"),
        (f"./a:{HERE}", f"./b:{HERE}"),
        (f"${{DIR}}:{HERE}", f"${{DIR}}:{HERE}"),
        ("backup:/backup", "backup:/backup"),
        (HERE, HERE),
    ],
)
def test_not_told(first: str, second: str) -> None:
    assert found(two(first, second), ID) == []


@pytest.mark.parametrize(
    ("first_more", "more"),
    [
        ("    profiles: [a]\n", "    profiles: [b]\n"),
        ("", "    depends_on: {one: {condition: service_completed_successfully}}\n"),
        ("", "    environment: {PGDATA: /var/lib/postgresql/data/second}\n"),
    ],
    ids=["profiles", "one after the other", "another directory in it"],
)
def test_not_told_where_they_do_not_meet(first_more: str, more: str) -> None:
    assert found(two(f"pgdata:{HERE}", f"pgdata:{HERE}", first_more=first_more, more=more), ID) == []


def test_majors_have_directories_of_their_own_from_18_on() -> None:
    text = two("pgdata:/var/lib/postgresql", "pgdata:/var/lib/postgresql", image="postgres:18")
    assert len(found(text, ID)) == 1
    assert found(text.replace("postgres:18", "postgres:19", 1), ID) == []


def test_one_profile_alone_may_run_beside() -> None:
    assert len(found(two(f"pgdata:{HERE}", f"pgdata:{HERE}", more="    profiles: [b]\n"), ID)) == 1
