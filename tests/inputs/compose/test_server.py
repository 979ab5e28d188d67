"""Which services run a PostgreSQL server, and which of them pgfit may write to."""

from pathlib import Path

import pytest

from pgfit.inputs.compose.project import load
from pgfit.inputs.compose.server import Server, mounts, servers
from pgfit.model import Known, Unknown
from pgfit.yamltree import Source

VARIABLES = {"TAG": "17", "SECRET": "s", "EMPTY": ""}


def found(lines: str, *, image_like: str = "", directory: Path = Path("/nowhere")) -> Server | None:
    """The service db with these keys, if it is a server."""
    body = "".join(f"    {line}\n" for line in lines.split("\n"))
    project = load([Source("file.yaml", f"services:\n  db:\n{body}")], VARIABLES, directory)
    return next(iter(servers(project, image_like=image_like)), None)


@pytest.mark.parametrize(
    ("lines", "family", "major"),
    [
        pytest.param("image: postgres:18", "official", 18, id="official"),
        pytest.param("image: postgres:${TAG}", "official", 17, id="tag from a variable"),
        pytest.param("image: postgres:${NONE:-16}", "official", 16, id="tag from a default"),
        pytest.param("image: ${NONE:-postgres:16}", "official", 16, id="image from a default"),
        pytest.param("image: postgres:${NONE}", "official", None, id="tag from nowhere"),
        pytest.param("image: postgres:18\ncommand: postgres -c work_mem=8MB", "official", 18, id="with a command"),
        pytest.param(
            "image: postgres:18\ncommand: [docker-entrypoint.sh, postgres]", "official", 18, id="with the entrypoint said"
        ),
        pytest.param(
            "image: postgres:18\nentrypoint: docker-entrypoint.sh\ncommand: postgres", "official", 18, id="entrypoint kept"
        ),
        pytest.param(
            "image: postgres:18\nentrypoint: [/usr/local/bin/docker-entrypoint.sh]", "official", 18, id="entrypoint, a path"
        ),
        pytest.param("image: postgres:18\nentrypoint:\ncommand:", "official", 18, id="null entrypoint"),
        pytest.param("build: {dockerfile_inline: 'FROM postgres:16'}", "official", 16, id="built"),
        pytest.param(
            "image: mine\nbuild: {dockerfile_inline: 'FROM postgis/postgis:16-3.4'}", "postgis", 16, id="built under a name"
        ),
    ],
)
def test_a_server_that_can_be_written_to(lines: str, family: str, major: int | None) -> None:
    server = found(lines)
    assert server is not None
    assert server.family is not None
    assert (server.family.name, server.major.value if isinstance(server.major, Known) else None) == (family, major)
    assert server.refusal == ""


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ("image: postgres:18\nentrypoint: /start.sh postgres -c a=b", "file.yaml:4: `entrypoint:` is overridden"),
        ("image: postgres:18\nentrypoint: bash -c 'docker-entrypoint.sh postgres'", "file.yaml:4: `entrypoint:` is overridden"),
        ("image: postgres:18\ncommand: bash -c 'docker-entrypoint.sh postgres'", "file.yaml:4: the command runs bash"),
        ("image: postgres:18\ncommand: [sh, -c, 'exec postgres -c work_mem=8MB']", "file.yaml:4: the command runs sh"),
        ("image: postgres:18\ncommand: ['postgres -c a=b']", "file.yaml:4: one item of the list holds a whole command line"),
        ("image: postgres:18\ncommand: postgres -c 'a=b", "file.yaml:4: a quote in the command that is never closed"),
        ("image: postgres:18\ncommand: ${NONE:-postgres -c a=b}", "file.yaml:4: NONE brings several words"),
        ("image: bitnami/postgresql-repmgr:16", "file.yaml:3: Bitnami's PostgreSQL with repmgr: it ignores"),
        ("image: sameersbn/postgresql:9.5-3", "file.yaml:3: an image with a start script of its own: "),
        (
            "image: myown\ncommand: postgres -c work_mem=8MB",
            "file.yaml:3: how settings reach the server in the image myown is not known",
        ),
        (
            "image: myown\ncommand: [-c, work_mem=8MB]",
            "file.yaml:3: how settings reach the server in the image myown is not known",
        ),
        (
            "image: myown\nenvironment: [POSTGRES_PASSWORD=x]\nvolumes: [data:/var/lib/postgresql/data]",
            "file.yaml:3: how settings reach the server in the image myown is not known",
        ),
        ("image: ${NONE}\ncommand: postgres -c work_mem=8MB", "file.yaml:3: the image comes from NONE, which is not set here"),
        (
            "image: ${NONE}:${TAG}\ncommand: postgres -c work_mem=8MB",
            "file.yaml:3: the image comes from NONE, which is not set here",
        ),
        ("command: postgres -c work_mem=8MB", "file.yaml:2: db has no image here"),
        ("build: ./none\ncommand: postgres -c work_mem=8MB", "file.yaml:3: the image is built from "),
        (
            "build: ./none\nenvironment: {POSTGRES_PASSWORD: x}\nvolumes: ['./d:/var/lib/postgresql']",
            "file.yaml:3: the image is built from ",
        ),
        (
            "build: {dockerfile_inline: 'FROM myown'}\ncommand: postgres",
            "file.yaml:3: how settings reach the server in the image myown",
        ),
        (
            'build: {dockerfile_inline: "FROM postgres:16\\nENTRYPOINT [\\"a\\"]"}',
            "file.yaml:3: its Dockerfile has an ENTRYPOINT of its own",
        ),
        ("image: postgres:18\nextends: {service: a, file: none.yaml}", "file.yaml:4: it extends a from "),
    ],
)
def test_a_server_that_is_refused_with_place_and_reason(lines: str, refusal: str) -> None:
    server = found(lines)
    assert server is not None
    assert server.refusal.startswith(refusal)
    assert server.hint


@pytest.mark.parametrize(
    "lines",
    [
        "image: redis:7",
        "image: redis:7\ncommand: redis-server -p 6380",
        "image: postgres:18\ncommand: pg_dump -h db",
        "image: postgres:18\nentrypoint: [psql]\ncommand: [-h, db, -c, 'select 1']",
        "image: postgres:18\nentrypoint: ['']\ncommand: [psql, -h, db]",
        "image: postgres:18\nentrypoint: sh -c 'pg_dump postgresql://postgres:x@db/a > /b'",
        "image: postgres:18\ncommand: bash -c 'psql postgres://postgres@db -c \"select 1\"'",
        "image: postgres:18\ncommand: sleep infinity",
        "image: postgres:18\ncommand: [tail, -f, /dev/null]",
        "image: app\nenvironment: [POSTGRES_PASSWORD=x]",
        "image: app\nvolumes: [data:/var/lib/postgresql/data]",
        "image: app\ncommand: run -c config.yaml",
        "build: ./none",
        "{}",
    ],
)
def test_what_is_no_server(lines: str) -> None:
    assert found(lines) is None


def test_an_unknown_image_is_taken_for_what_the_user_says() -> None:
    server = found("image: myown:16\ncommand: postgres -c work_mem=8MB", image_like="official")
    assert server is not None
    assert server.family is not None
    assert (server.family.name, server.refusal, server.major) == ("official", "", Known(16, "the tag of myown:16"))


def test_image_like_changes_nothing_for_a_known_image() -> None:
    server = found("image: bitnami/postgresql:16", image_like="official")
    assert server is not None
    assert server.family is not None
    assert server.family.name == "bitnami"


@pytest.mark.parametrize(
    ("image", "cmd"),
    [
        ("postgres:18", ("postgres",)),
        ("ghcr.io/immich-app/postgres:14", ("postgres", "-c", "config_file=/etc/postgresql/postgresql.conf")),
        ("supabase/postgres:15.8.1.060", ("postgres", "-D", "/etc/postgresql")),
        ("tensorchord/vchord-postgres:pg17-v0.4.3", ("postgres", "-c", "shared_preload_libraries=vchord.so")),
    ],
)
def test_the_images_own_cmd(image: str, cmd: tuple[str, ...]) -> None:
    server = found(f"image: {image}")
    assert server is not None
    assert server.cmd == cmd


def test_the_cmd_of_a_dockerfile_goes_before_the_images(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text('FROM postgres:16\nCMD ["postgres", "-c", "config_file=/x"]\n')
    server = found("build: .", directory=tmp_path)
    assert server is not None
    assert (server.cmd, server.refusal) == (("postgres", "-c", "config_file=/x"), "")


@pytest.mark.parametrize(
    ("environment", "name", "value"),
    [
        ("{A: b}", "A", Known("b", "file.yaml:4")),
        ("[A=b]", "A", Known("b", "file.yaml:4")),
        ("[A=b=c]", "A", Known("b=c", "file.yaml:4")),
        ("['A=${TAG}']", "A", Known("17", "file.yaml:4")),
        ("{A: '${TAG}'}", "A", Known("17", "file.yaml:4")),
        ("{A: ''}", "A", Known("", "file.yaml:4")),
        ("[A=]", "A", Known("", "file.yaml:4")),
        ("[SECRET]", "SECRET", Known("s", "file.yaml:4")),
        ("{SECRET: }", "SECRET", Known("s", "file.yaml:4")),
        ("[NONE]", "NONE", Unknown("NONE comes from outside")),
        ("{A: '${NONE}'}", "A", Unknown("NONE is not set here")),
        ("{A: A=b}", "A", Known("A=b", "file.yaml:4")),
        ("['${TAG}=b']", "17", Known("b", "file.yaml:4")),
    ],
)
def test_the_environment(environment: str, name: str, value: Known[str] | Unknown) -> None:
    server = found(f"image: postgres:18\nenvironment: {environment}")
    assert server is not None
    assert server.environment[name].value == value


def test_servers_come_in_the_order_of_the_file() -> None:
    text = "services:\n  b: {image: postgres:18}\n  web: {image: web}\n  a: {image: pgvector/pgvector:pg17}\n"
    assert [one.name for one in servers(load([Source("file.yaml", text)], {}, Path("/nowhere")))] == ["b", "a"]


def test_where_its_volumes_are_mounted() -> None:
    server = found("image: postgres:18\nvolumes: ['data:/var/lib/postgresql:Z', {type: bind, source: x, target: /y}, /z]")
    assert server is not None
    assert list(mounts(server.service)) == ["/var/lib/postgresql", "/y", "/z"]
