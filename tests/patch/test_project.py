"""All servers of a project: patched whole or not at all, and nothing else of the file changes."""

from pathlib import Path

import pytest

from patch.rewriting import changed, patched, project_of, rewritten, wishes
from pgfit.errors import PgfitError
from pgfit.inputs.compose.project import read_project
from pgfit.inputs.compose.server import servers
from pgfit.patch.project import patch

TWO = (
    "services:\n  one:\n    image: postgres:18\n    mem_limit: 512m\n  two:\n    image: postgres:17 # older\n    mem_limit: 1g\n"
    "  web:\n    image: web\n"
)
STOP = {"only": "stop_grace_period"}


def test_every_server_is_patched() -> None:
    assert changed(TWO, rewritten(TWO, **STOP)) == "+    stop_grace_period: 1m\n+    stop_grace_period: 1m"


def test_a_service_is_named() -> None:
    new = rewritten(TWO, **STOP, service="two")
    assert new == TWO.replace("older\n", "older\n    stop_grace_period: 1m\n")
    assert patched(TWO, **STOP, service="two").left_out == ("one",)


@pytest.mark.parametrize(
    ("name", "message"),
    [("web", "the service web is no PostgreSQL server"), ("three", "the service three is not in the file")],
)
def test_a_service_that_is_no_server_is_an_error(name: str, message: str) -> None:
    with pytest.raises(PgfitError) as error:
        patched(TWO, service=name)
    assert str(error.value) == f"--service: {message}"
    assert error.value.hint == "servers here: one, two"


BROKEN = TWO.replace("mem_limit: 1g", "command: bash -c 'postgres'")


def test_one_refused_server_refuses_the_file() -> None:
    found = patched(BROKEN, **STOP)
    assert found.texts == {}
    assert [one.server.name for one in found.refused] == ["two"]
    assert str(found.refused[0].refusal) == "0.yaml:7: the command runs bash, not the server itself"


def test_the_others_go_on_if_they_are_named() -> None:
    new = rewritten(BROKEN, **STOP, service="one")
    assert changed(BROKEN, new) == "+    stop_grace_period: 1m"


def test_a_file_without_a_server_changes_nothing() -> None:
    found = patched("services:\n  web: {image: web}\n", memory="512M")
    assert (found.fates, found.texts, found.left_out) == ((), {}, ())


def test_a_new_command_stands_behind_the_image_with_one_comment() -> None:
    text = (
        "services:\n  db:\n    image: postgres:18 # c\n    # about the ports\n    ports: []\n    mem_limit: 512m\n    cpus: 0.5\n"
    )
    new = rewritten(text, only="command")
    head = (
        "services:\n  db:\n    image: postgres:18 # c\n    # fitted by pgfit to 512 MB, 0.5 CPU\n"
        "    command:\n      - postgres\n      - -c\n      - shared_buffers="
    )
    assert new.startswith(head)
    assert new.endswith("\n    # about the ports\n    ports: []\n    mem_limit: 512m\n    cpus: 0.5\n")


def test_the_comment_follows_the_limits() -> None:
    text = rewritten("services:\n  db:\n    image: postgres:18\n    mem_limit: 512m\n    cpus: 0.5\n", only="command")
    lines = changed(text, rewritten(text, "1G", "1", only="command")).split("\n")
    assert lines[:2] == ["-    # fitted by pgfit to 512 MB, 0.5 CPU", "+    # fitted by pgfit to 1 GB, 1 CPU"]


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("postgres:18", ["postgres", "-c", "shared_buffers="]),
        (
            "ghcr.io/immich-app/postgres:14",
            ["postgres", "-c", "config_file=/etc/postgresql/postgresql.conf", "-c", "shared_buffers="],
        ),
        ("supabase/postgres:15.8.1.060", ["postgres", "-D", "/etc/postgresql", "-c", "shared_buffers="]),
        ("tensorchord/vchord-postgres:pg17", ["postgres", "-c", "shared_preload_libraries=vchord.so", "-c", "shared_buffers="]),
    ],
)
def test_a_new_command_restates_the_images_own(image: str, words: list[str]) -> None:
    new = rewritten(f"services:\n  db:\n    image: {image}\n    mem_limit: 1g\n", only="command")
    found = [line.strip().removeprefix("- ").strip('"') for line in new.partition("command:\n")[2].split("\n")]
    assert [one.startswith(word) for one, word in zip(found, words, strict=False)] == [True] * len(words)


def test_pgvecto_rs_keeps_its_search_path() -> None:
    new = rewritten("services:\n  db:\n    image: tensorchord/pgvecto-rs:pg14-v0.2.0\n    mem_limit: 1g\n", only="command")
    assert '      - "search_path=\\"$$user\\", public, vectors"\n' in new


def test_a_command_that_is_merged_in_is_stated_whole_in_the_service() -> None:
    base = "x-db: &db\n  image: postgres:18\n  command: postgres -c jit=on -c x.y=${V:-1}\n  mem_limit: 512m\nservices:\n"
    text = base + "  db:\n    <<: *db\n  more:\n    <<: *db\n"
    new = rewritten(text, only="command", service="db")
    assert new.startswith(
        base
        + (
            "  db:\n    # fitted by pgfit to 512 MB\n    command:\n      - postgres\n      - -c\n"
            "      - jit=off\n      - -c\n      - "
        )
    )
    assert new.endswith("\n    <<: *db\n  more:\n    <<: *db\n")
    assert "x.y=${V:-1}" in new.partition("services:")[2]


def test_a_command_that_is_an_alias_is_broken_out() -> None:
    text = (
        "x-c: &c [postgres, -c, jit=on]\nservices:\n  db:\n    image: postgres:18\n"
        "    command: *c\n    mem_limit: 512m\n  more:\n    image: web\n    command: *c\n"
    )
    new = rewritten(text, only="command", service="db")
    assert "    command:\n      - postgres\n      - -c\n      - jit=off\n" in new
    assert new.endswith("    mem_limit: 512m\n  more:\n    image: web\n    command: *c\n")


def test_a_command_that_another_service_takes_by_an_alias_is_refused() -> None:
    text = (
        "services:\n  db:\n    image: postgres:18\n    command: &c [postgres, -c, jit=on]\n"
        "    mem_limit: 512m\n  more:\n    image: web\n    command: *c\n"
    )
    found = patched(text, only="command", service="db")
    assert found.texts == {}
    assert "the lines are shared: more would change as well" in str(found.fates[0].refusal)


def test_the_value_is_written_where_the_last_file_says_it() -> None:
    base = "services:\n  db:\n    image: postgres:18\n    mem_limit: 1g\n    stop_grace_period: 5s\n"
    over = "services:\n  db:\n    stop_grace_period: 10s\n"
    found = patch(project_of(base, over), wishes(only="stop_grace_period"))
    assert {path: new for path, (_, new) in found.texts.items()} == {"1.yaml": over.replace("10s", "1m")}


def test_a_limit_of_the_base_file_is_changed_there() -> None:
    base = "services:\n  db:\n    image: postgres:18\n    mem_limit: 1g\n"
    over = "services:\n  db:\n    ports: []\n"
    found = patch(project_of(base, over), wishes("512M", only="limits"))
    assert {path: new for path, (_, new) in found.texts.items()} == {"0.yaml": base.replace("1g", "512m")}


def test_two_merged_services_that_want_the_same_are_both_patched() -> None:
    base = "x-db: &db\n  image: postgres:18\n  mem_limit: 1g\nservices:\n"
    text = base + "  a:\n    <<: *db\n  b:\n    <<: *db\n"
    assert (
        rewritten(text, **STOP)
        == base + "  a:\n    stop_grace_period: 1m\n    <<: *db\n  b:\n    stop_grace_period: 1m\n    <<: *db\n"
    )


@pytest.mark.parametrize("command", ["[]", "", "~", "null # none"])
def test_an_empty_command_is_filled_with_the_images_own(command: str) -> None:
    text = f"services:\n  db:\n    image: supabase/postgres:15.8.1.060\n    command: {command}\n    mem_limit: 1g\n"
    (server,) = servers(project_of(rewritten(text, only="command")))
    assert [word.text for word in server.command.words[:4]] == ["postgres", "-D", "/etc/postgresql", "-c"]


@pytest.mark.parametrize("command", ["''", '""'])
def test_an_empty_string_as_command_is_refused(command: str) -> None:
    found = patched(f"services:\n  db:\n    image: postgres:18\n    command: {command}\n    mem_limit: 1g\n")
    assert [str(one.refusal) for one in found.refused] == ["0.yaml:4: the command is empty"]


def test_what_a_built_images_own_command_sets_is_planned_with_and_final(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(
        'FROM postgres:16\nCMD ["postgres", "-c", "wal_buffers=200MB", "-c", "max_connections=20", "-c", "work_mem=64kB"]\n'
    )
    path = tmp_path / "compose.yaml"
    path.write_text("services:\n  db:\n    build: .\n    mem_limit: 1g\n    cpus: 2\n")
    first = patch(read_project([str(path)]), wishes())
    (fate,) = first.fates
    assert fate.fitted is not None, fate.refusal
    assert fate.fitted.plan.value("max_connections") == 20
    assert "wal_buffers" in fate.fitted.kept
    assert {name: old for name, old, _ in fate.settings if old} == {"work_mem": "64kB"}
    text = first.texts[str(path)][1]
    assert [text.count(f"- {name}=") for name in ("max_connections", "work_mem", "wal_buffers")] == [1, 1, 1]
    path.write_text(text)
    again = patch(read_project([str(path)]), wishes())
    assert not again.refused
    assert again.texts == {}
