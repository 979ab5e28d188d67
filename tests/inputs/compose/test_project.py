"""Which files make a project, and which services stand in them."""

from pathlib import Path

import pytest

from pgfit.errors import PgfitError
from pgfit.inputs.compose.project import Project, load, read_project
from pgfit.yamltree import BadFile, Scalar, Source

ONE = "services:\n  db:\n    image: one\n"
TWO = "services:\n  db:\n    image: two\n"
MORE = "services:\n  more:\n    image: more\n"


def loaded(text: str, *, directory: Path = Path("/nowhere"), **variables: str) -> Project:
    return load([Source("file.yaml", text)], variables, directory)


def images(project: Project) -> dict[str, str]:
    """By service; '-' where it has none."""
    found = {name: one.get("image") for name, one in project.services.items()}
    return {name: node.text if isinstance(node, Scalar) else "-" for name, node in found.items()}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("services:\n  db:\n    image: a\n", {"db": "a"}, id="the specification"),
        pytest.param("version: '3.8'\nservices:\n  db: {image: a}\n", {"db": "a"}, id="version 3"),
        pytest.param("version: '2'\nservices: {db: {image: a}, web: {}}\n", {"db": "a", "web": "-"}, id="version 2"),
        pytest.param("db:\n  image: a\nweb:\n  build: .\n", {"db": "a", "web": "-"}, id="v1"),
        pytest.param("db:\n  image: a\nx-more: {image: b}\n", {"db": "a"}, id="v1 with an extension"),
        pytest.param("services:\n", {}, id="services without any"),
        pytest.param("services: {}\n", {}, id="services, none"),
        pytest.param("networks: {a: {}}\n", {}, id="networks only"),
        pytest.param("include: []\n", {}, id="includes only"),
        pytest.param("", {}, id="empty"),
        pytest.param("# only this\n", {}, id="a comment only"),
        pytest.param("services:\n  db:\n", {"db": "-"}, id="a service without anything"),
        pytest.param("x: &x {db: {image: a}}\nservices: *x\n", {"db": "a"}, id="services by an alias"),
        pytest.param("x-a: &x {image: a}\nservices:\n  db: *x\n", {"db": "a"}, id="a service by an alias"),
        pytest.param("x-a: &x {image: a}\nservices:\n  db: {<<: *x}\n", {"db": "a"}, id="a service by a merge"),
        pytest.param("x-a: &x {db: {image: a}}\nservices:\n  <<: *x\n", {"db": "a"}, id="services by a merge"),
        pytest.param(ONE + "---\n" + TWO, {"db": "two"}, id="two documents"),
        pytest.param(ONE + "---\n" + MORE, {"db": "one", "more": "more"}, id="two documents with different services"),
        pytest.param(ONE + "---\n", {"db": "one"}, id="an empty document behind"),
    ],
)
def test_the_services_of_a_file(text: str, found: dict[str, str]) -> None:
    assert images(loaded(text)) == found


@pytest.mark.parametrize(("text", "v1"), [("db:\n  image: a\n", True), (ONE, False), ("services:\n", False)])
def test_the_first_format_is_known(text: str, v1: bool) -> None:  # noqa: FBT001  a column of the table
    assert loaded(text).v1 is v1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("- a\n", "file.yaml:1: it is not a compose file: no `services:`"),
        ("just words\n", "file.yaml:1: it is not a compose file: no `services:`"),
        ("apiVersion: v1\nkind: Pod\n", "file.yaml:1: it is not a compose file: no `services:`"),
        ("shared_buffers = 128MB\n", "file.yaml:1: it is not a compose file: no `services:`"),
        ("a: 1\nservices: [db]\n", "file.yaml:2: `services:` is not a mapping"),
        ("services: db\n", "file.yaml:1: `services:` is not a mapping"),
        ("services:\n  db: postgres\n", "file.yaml:2: the service db is not a mapping"),
        ("services:\n  web: {}\n  db: [a]\n", "file.yaml:3: the service db is not a mapping"),
        ("services:\n  db: {<<: 1}\n", "file.yaml:2: `<<` merges something that is not a mapping"),
    ],
)
def test_what_is_no_compose_file(text: str, error: str) -> None:
    with pytest.raises(BadFile) as raised:
        loaded(text)
    assert str(raised.value) == error


# -- extends ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  base: {image: a}\n  db: {extends: base}\n",
        "services:\n  base: {image: a}\n  db: {extends: {service: base}}\n",
        "services:\n  db: {extends: {service: base}}\n  base: {image: a}\n",
        "services:\n  db: {extends: '${NAME}'}\n  base: {image: a}\n",
        "services:\n  first: {image: a}\n  base: {extends: first}\n  db: {extends: base}\n",
        "services:\n  base: {image: b}\n  db: {extends: base, image: a}\n",
        "x-a: &x {extends: base}\nservices:\n  base: {image: a}\n  db: {<<: *x}\n",
        "services:\n  db: {image: a, extends: }\n",
    ],
)
def test_a_service_that_extends_another(text: str) -> None:
    project = loaded(text, NAME="base")
    assert (images(project)["db"], project.services["db"].problem) == ("a", "")


def test_a_service_of_another_file_extended(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "base.yaml").write_text(
        "services:\n  base: {image: a, mem_limit: 1g, extends: {service: x, file: x.yaml}}\n"
    )
    (tmp_path / "deep" / "x.yaml").write_text("services:\n  x: {image: b, cpus: 2}\n")
    text = "services:\n  db: {extends: {service: base, file: deep/base.yaml}, image: c}\n"
    service = loaded(text, directory=tmp_path).services["db"]
    found = [service.get(name) for name in ("image", "mem_limit", "cpus")]
    assert [one.text for one in found if isinstance(one, Scalar)] == ["c", "1g", "2"]
    assert service.problem == ""


def test_a_service_of_the_same_name_in_another_file_extended(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("services:\n  db: {image: a}\n")
    assert images(loaded("services:\n  db: {extends: {file: base.yaml}}\n", directory=tmp_path)) == {"db": "a"}


@pytest.mark.parametrize(
    ("extends", "problem"),
    [
        ("base", "file.yaml:2: it extends the service base, which is not here"),
        ("{service: base, file: none.yaml}", "file.yaml:2: it extends base from {}/none.yaml, which is not here"),
        ("{service: base, file: other.yaml}", "file.yaml:2: it extends base, which is not in {}/other.yaml"),
        ("{service: db, file: broken.yaml}", "{}/broken.yaml:1: it is not YAML: "),
        ("db", "file.yaml:2: the service db extends itself"),
        ("web", "file.yaml:2: the service db extends itself"),
    ],
)
def test_what_cannot_be_extended_is_a_problem_of_that_service_alone(tmp_path: Path, extends: str, problem: str) -> None:
    (tmp_path / "other.yaml").write_text("services:\n  other: {image: a}\n")
    (tmp_path / "broken.yaml").write_text("services: [\n")
    text = f"services:\n  db: {{image: a, extends: {extends}}}\n  web: {{image: b, extends: db}}\n  cache: {{image: c}}\n"
    services = loaded(text, directory=tmp_path).services
    assert services["db"].problem.startswith(problem.format(tmp_path))
    assert services["cache"].problem == ""


def test_two_files_that_extend_each_other_end(tmp_path: Path) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{one}.yaml").write_text(f"services:\n  db: {{extends: {{service: db, file: {other}.yaml}}}}\n")
    text = "services:\n  db: {image: x, extends: {service: db, file: a.yaml}}\n"
    assert "extends itself" in loaded(text, directory=tmp_path).services["db"].problem


# -- several files ----------------------------------------------------------------------------------------------------


def test_included_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.yaml").write_text("include: [b.yaml]\n" + ONE)
    (tmp_path / "deep" / "b.yaml").write_text(MORE)
    (tmp_path / "c.yaml").write_text("services:\n  c: {image: c}\n")
    text = "include:\n  - deep/a.yaml\n  - path: ['${C}.yaml']\nservices:\n  own: {image: own}\n"
    project = loaded(text, directory=tmp_path, C="c")
    assert images(project) == {"more": "more", "db": "one", "c": "c", "own": "own"}
    assert [Path(one.path).name for one in project.sources] == ["file.yaml", "a.yaml", "b.yaml", "c.yaml"]
    assert project.problems == ()


def test_a_circle_of_includes_ends(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("include: [b.yaml]\n" + ONE)
    (tmp_path / "b.yaml").write_text("include: [a.yaml]\n" + MORE)
    assert images(read_project([str(tmp_path / "a.yaml")])) == {"more": "more", "db": "one"}


def test_an_included_file_that_is_not_here_is_told() -> None:
    project = loaded("include:\n  - none.yaml\n" + ONE)
    assert images(project) == {"db": "one"}
    assert project.problems == ("file.yaml:2: the included file none.yaml is not here, and was not read",)


def test_later_files_win(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(ONE + "    mem_limit: 1g\n")
    (tmp_path / "b.yaml").write_text(TWO)
    (tmp_path / "c.yaml").write_text(MORE)
    project = read_project([str(tmp_path / f"{name}.yaml") for name in "abc"])
    assert images(project) == {"db": "two", "more": "more"}
    assert project.services["db"].get("mem_limit") is not None
    assert project.services["db"].key.source.path == str(tmp_path / "b.yaml")


@pytest.mark.parametrize(
    ("names", "read"),
    [
        (["compose.yaml"], ["compose.yaml"]),
        (["docker-compose.yml"], ["docker-compose.yml"]),
        (["docker-compose.yaml"], ["docker-compose.yaml"]),
        (["compose.yml", "docker-compose.yml"], ["compose.yml"]),
        (["compose.yaml", "compose.yml"], ["compose.yaml"]),
        (["compose.yaml", "compose.override.yaml"], ["compose.yaml", "compose.override.yaml"]),
        (["docker-compose.yml", "docker-compose.override.yml"], ["docker-compose.yml", "docker-compose.override.yml"]),
        (["docker-compose.yml", "other.yml"], ["docker-compose.yml"]),
    ],
)
def test_the_default_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], read: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMPOSE_FILE", raising=False)
    for name in names:
        (tmp_path / name).write_text(ONE)
    assert [Path(one.path).name for one in read_project().sources] == read


def test_a_file_in_a_directory_above_is_found_with_its_dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMPOSE_FILE", raising=False)
    (tmp_path / "compose.yaml").write_text(ONE)
    (tmp_path / ".env").write_text("SOME=x\n")
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "deeper")
    project = read_project()
    assert images(project) == {"db": "one"}
    assert project.variables["SOME"] == "x"


def test_a_named_file_has_no_override(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(ONE)
    (tmp_path / "compose.override.yaml").write_text(TWO)
    assert images(read_project([str(tmp_path / "compose.yaml")])) == {"db": "one"}


@pytest.mark.parametrize(
    ("names", "separator", "found"),
    [
        ("a.yaml", None, {"db": "one"}),
        ("a.yaml:b.yaml", None, {"db": "two"}),
        ("b.yaml:a.yaml", None, {"db": "one"}),
        ("a.yaml,b.yaml", ",", {"db": "two"}),
    ],
)
@pytest.mark.parametrize("where", ["environment", "dotenv"])
def test_compose_file_names_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, names: str, separator: str | None, found: dict[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(ONE)
    (tmp_path / "b.yaml").write_text(TWO)
    (tmp_path / "compose.yaml").write_text(MORE)
    monkeypatch.delenv("COMPOSE_FILE", raising=False)
    variables = {"COMPOSE_FILE": names, **({"COMPOSE_PATH_SEPARATOR": separator} if separator else {})}
    if where == "dotenv":
        (tmp_path / ".env").write_text("".join(f"{name}={text}\n" for name, text in variables.items()))
    else:
        for name, text in variables.items():
            monkeypatch.setenv(name, text)
    assert images(read_project()) == found


def test_no_file_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMPOSE_FILE", raising=False)
    with pytest.raises(PgfitError, match=r"there is no compose\.yaml or docker-compose\.yml here") as error:
        read_project()
    assert error.value.hint == "name the file: -f FILE"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"services:\n  db: {image: \xff}\n", "{}:2: it is not UTF-8 text"),
        (b"a: " + b"x" * 16 * 1024 * 1024, "{}: it is larger than 16 MB: no compose file is"),
        (None, "{}: cannot be read: No such file or directory"),
    ],
    ids=["latin-1", "large", "missing"],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, data: bytes | None, error: str) -> None:
    path = tmp_path / "compose.yaml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(PgfitError) as raised:
        read_project([str(path)])
    assert str(raised.value) == error.format(path)


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(PgfitError) as raised:
        read_project([str(tmp_path)])
    assert str(raised.value) == f"{tmp_path}: it is not a file"


def test_values_outside_the_services() -> None:
    node = loaded("volumes: {data: {driver: x}}\n" + ONE).top("volumes", "data", "driver")
    assert isinstance(node, Scalar)
    assert node.text == "x"


def test_a_service_extends_its_neighbour_in_the_same_file(tmp_path: Path) -> None:
    """compose extends within each file, and merges the files after that."""
    base = "services:\n  common: {image: postgres:16, mem_limit: 512m}\n  db: {extends: common}\n"
    over = "services:\n  common: {mem_limit: 2g}\n"
    project = load([Source("base.yaml", base), Source("over.yaml", over)], {}, tmp_path)
    limit = project.services["db"].get("mem_limit")
    assert isinstance(limit, Scalar)
    assert (limit.text, images(project)["db"]) == ("512m", "postgres:16")


def test_a_base_in_another_file_extends_its_own_neighbour(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("services:\n  common: {image: theirs}\n  db: {extends: {service: common}}\n")
    text = "services:\n  common: {image: ours}\n  db:\n    extends: {file: base.yaml, service: db}\n"
    assert images(loaded(text, directory=tmp_path))["db"] == "theirs"
