"""The image behind a service that is built."""

from pathlib import Path

import pytest

from pgfit.inputs.compose.dockerfile import Built, read_build
from pgfit.inputs.compose.project import load, read_project
from pgfit.inputs.compose.server import servers
from pgfit.model import Unknown
from pgfit.yamltree import Source


def built(tmp_path: Path, dockerfile: str, build: str = ".", **variables: str) -> Built | Unknown:
    """What is read of a Dockerfile; `build` is the value of `build:`."""
    if dockerfile:
        (tmp_path / "Dockerfile").write_text(dockerfile)
    project = load([Source("file.yaml", f"services:\n  db:\n    build: {build}\n")], variables, tmp_path)
    node = project.services["db"].get("build")
    assert node is not None
    return read_build(node, tmp_path, variables)


@pytest.mark.parametrize(
    ("dockerfile", "image"),
    [
        pytest.param("FROM postgres:16\n", "postgres:16", id="one stage"),
        pytest.param("from postgres:16\n", "postgres:16", id="in small letters"),
        pytest.param("# syntax=docker/dockerfile:1\n\nFROM postgres:16\nRUN x\n", "postgres:16", id="with a comment"),
        pytest.param("FROM --platform=linux/amd64 postgres:16\n", "postgres:16", id="with a platform"),
        pytest.param("FROM golang AS build\nFROM postgres:16\n", "postgres:16", id="the last stage"),
        pytest.param("FROM postgres:16 AS base\nFROM base\n", "postgres:16", id="a stage from a stage"),
        pytest.param("FROM postgres:16 as base\nFROM base AS next\nFROM next\n", "postgres:16", id="stages in a row"),
        pytest.param("ARG V=16\nFROM postgres:${V}\n", "postgres:16", id="an ARG"),
        pytest.param("ARG V=16\nFROM postgres:$V-alpine\n", "postgres:16-alpine", id="an ARG without braces"),
        pytest.param('ARG V="16"\nFROM postgres:${V}\n', "postgres:16", id="an ARG in quotes"),
        pytest.param("ARG B=postgres\nARG V=16\nFROM ${B}:${V}\n", "postgres:16", id="two ARGs"),
        pytest.param("FROM postgres:${V:-16}\n", "postgres:16", id="a default in the FROM"),
        pytest.param("ARG V=16\nFROM golang:1 AS a\nFROM postgres:${V}\n", "postgres:16", id="an ARG for a later stage"),
        pytest.param("FROM postgres:16\r\nRUN x\r\n", "postgres:16", id="CRLF"),
        pytest.param("FROM \\\n  postgres:16\n", "postgres:16", id="over two lines"),
    ],
)
def test_the_image_a_dockerfile_begins_with(tmp_path: Path, dockerfile: str, image: str) -> None:
    assert built(tmp_path, dockerfile) == Built(image, None, entrypoint=False)


@pytest.mark.parametrize(
    ("dockerfile", "build", "image"),
    [
        ("ARG V=16\nFROM postgres:$V\n", "{context: ., args: {V: 17}}", "postgres:17"),
        ("ARG V=16\nFROM postgres:$V\n", "{context: ., args: [V=17]}", "postgres:17"),
        ("ARG V=16\nFROM postgres:$V\n", "{context: ., args: {V: '${W}'}}", "postgres:15"),
        ("ARG V=16\nFROM postgres:$V\n", "{context: ., args: ['V=${W}']}", "postgres:15"),
        ("ARG W=16\nFROM postgres:$W\n", "{context: ., args: [W]}", "postgres:15"),
        ("ARG V=16\nFROM postgres:$V\n", "{context: ., args: [V]}", "postgres:16"),
        ("FROM postgres:16 AS a\nFROM redis AS b\n", "{context: ., target: a}", "postgres:16"),
        ("FROM postgres:16 AS a\nFROM redis AS b\n", "{context: ., target: b}", "redis"),
        ("FROM redis AS a\nFROM postgres:16 AS b\nFROM b AS c\n", "{context: ., target: b}", "postgres:16"),
        ("FROM postgres:16\n", "{}", "postgres:16"),
        ("FROM postgres:16\n", "'${D:-.}'", "postgres:16"),
        ("", "{dockerfile_inline: 'FROM postgres:16'}", "postgres:16"),
        ("FROM redis\n", "{context: ., dockerfile_inline: 'FROM postgres:16'}", "postgres:16"),
    ],
)
def test_what_build_itself_says(tmp_path: Path, dockerfile: str, build: str, image: str) -> None:
    found = built(tmp_path, dockerfile, build, W="15")
    assert isinstance(found, Built)
    assert found.image == image


def test_context_and_file_name_the_dockerfile(tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "Dockerfile.pg").write_text("FROM postgres:16\n")
    assert built(tmp_path, "", "{context: db, dockerfile: Dockerfile.pg}") == Built("postgres:16", None, entrypoint=False)


@pytest.mark.parametrize(
    ("lines", "cmd", "entrypoint"),
    [
        ('CMD ["postgres", "-c", "work_mem=8MB"]', ("postgres", "-c", "work_mem=8MB"), False),
        ('CMD ["a"]\nCMD ["b"]', ("b",), False),
        ("CMD postgres -c work_mem=8MB", None, False),
        ('ENTRYPOINT ["/run.sh"]', None, True),
        ('ENTRYPOINT ["docker-entrypoint.sh"]\nCMD ["postgres"]', ("postgres",), False),
    ],
)
def test_cmd_and_entrypoint(tmp_path: Path, lines: str, cmd: tuple[str, ...] | None, entrypoint: bool) -> None:  # noqa: FBT001  a column
    assert built(tmp_path, f"FROM postgres:16\n{lines}\n") == Built("postgres:16", cmd, entrypoint)


def test_cmd_of_another_stage_is_not_the_images(tmp_path: Path) -> None:
    assert built(tmp_path, 'FROM golang\nCMD ["x"]\nFROM postgres:16\n') == Built("postgres:16", None, entrypoint=False)


def test_cmd_of_the_stage_below_is(tmp_path: Path) -> None:
    assert built(tmp_path, 'FROM postgres:16 AS a\nCMD ["x"]\nFROM a\n') == Built("postgres:16", ("x",), entrypoint=False)


@pytest.mark.parametrize(
    ("dockerfile", "build", "why"),
    [
        ("", ".", "the image is built from {}/Dockerfile, which is not here"),
        ("", "{context: db}", "the image is built from {}/db/Dockerfile, which is not here"),
        ("FROM a\n", "https://example.com/x.git", "which is not here"),
        ("# nothing\n", ".", "its Dockerfile has no FROM"),
        ("FROM\n", ".", "its Dockerfile has a FROM without an image"),
    ],
)
def test_what_cannot_be_followed_is_unknown_with_the_reason(tmp_path: Path, dockerfile: str, build: str, why: str) -> None:
    found = built(tmp_path, dockerfile, build)
    assert isinstance(found, Unknown)
    assert found.why.endswith(why.format(tmp_path))


def test_binary_rubbish_is_no_dockerfile(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(bytes(range(256)))
    assert isinstance(built(tmp_path, ""), Unknown)


def test_a_build_is_looked_up_beside_the_file_that_asks_for_it(tmp_path: Path) -> None:
    """Paths of an included or extended file are relative to that file, those of the project's own files to the first of them."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "compose.yaml").write_text("services:\n  db: {build: .}\n")
    (tmp_path / "sub" / "Dockerfile").write_text("FROM postgres:16\n")
    (tmp_path / "Dockerfile").write_text("FROM postgres:13\n")
    included = "include: [sub/compose.yaml]\nservices:\n  own: {build: {context: .}}\n"
    extended = "services:\n  db: {extends: {file: sub/compose.yaml, service: db}}\n  own: {build: .}\n"
    for text in (included, extended):
        (tmp_path / "compose.yaml").write_text(text)
        project = read_project([str(tmp_path / "compose.yaml")])
        majors = {one.name: one.major for one in servers(project)}
        assert {name: getattr(major, "value", None) for name, major in majors.items()} == {"db": 16, "own": 13}


def test_an_entrypoint_of_its_own_that_is_told_to_be_like_the_images(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text('FROM postgres:16\nENTRYPOINT ["/my.sh"]\n')
    (tmp_path / "compose.yaml").write_text("services:\n  db: {build: .}\n")
    project = read_project([str(tmp_path / "compose.yaml")])
    (server,) = servers(project)
    assert "has an ENTRYPOINT of its own" in server.refusal
    (server,) = servers(project, image_like="official")
    assert server.refusal == ""
