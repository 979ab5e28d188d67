"""Where a server is and as whom to connect: by a compose file, and by what a container runtime tells."""

import json
import sys
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from pgfit.errors import PgfitError
from pgfit.inputs.address import LOGINS, Address, Password, of_container, of_service
from pgfit.inputs.compose.families import families
from pgfit.inputs.compose.project import load
from pgfit.inputs.compose.server import servers
from pgfit.inputs.docker import Inspected, Mount, Secrets, parse
from pgfit.yamltree import Source

SECRET = "correct horse"  # noqa: S105  of no server
VARIABLES = {"PORT": "5433", "SECRET": SECRET, "EMPTY": "", "FROM_SHELL": "ada"}


def service(*lines: str, directory: Path = Path("/nowhere"), image: str = "postgres:18", top: str = "") -> Address:
    """Of the service db with this image on line 3 and these keys from line 4 on."""
    body = "".join(f"    {line}\n" for line in (f"image: {image}", *"\n".join(lines).split("\n")))
    project = load([Source("compose.yaml", f"services:\n  db:\n{body}{top}")], VARIABLES, directory)
    (server,) = servers(project)
    return of_service(server, project)


def container(*environment: str, **fields: Any) -> Inspected:
    """The recorded one, in no network and with nothing published, with this environment and these fields."""
    document = json.loads((Path(__file__).parent / "inspected" / "docker.json").read_text())
    values = Secrets(dict(one.partition("=")[::2] for one in environment))
    found = parse(document, "docker")._replace(name="pg1", ports={}, addresses=(), mounts=(), environment=values)
    return found._replace(**fields)


def place(address: Address) -> tuple[str, str]:
    return address.parameters["host"], address.parameters["port"]


def login(address: Address) -> tuple[str, str, str]:
    return address.parameters["user"], address.parameters["dbname"], str(address.password)


# -- a service: where ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "host", "port"),
    [
        (["ports: ['5432:5432']"], "localhost", "5432"),
        (["ports: ['5433:5432']"], "localhost", "5433"),
        (["ports:", "  - 5433:5432"], "localhost", "5433"),
        (["ports: ['0.0.0.0:5433:5432']"], "localhost", "5433"),
        (["ports: ['[::]:5433:5432']"], "localhost", "5433"),
        (["ports: ['127.0.0.1:5433:5432']"], "127.0.0.1", "5433"),
        (["ports: ['127.0.0.1:5433:5432/tcp']"], "127.0.0.1", "5433"),
        (["ports: ['[::1]:5433:5432']"], "::1", "5433"),
        (["ports: ['10.0.0.7:5433:5432']"], "10.0.0.7", "5433"),
        (["ports: ['${PORT}:5432']"], "localhost", "5433"),
        (["ports: ['${NONE:-5434}:5432']"], "localhost", "5434"),
        (["ports: ['8008:8008', '5433:5432']"], "localhost", "5433"),
        (["ports: ['5432', '5433:5432']"], "localhost", "5433"),
        (["ports: ['${NONE}:8008', '5433:5432']"], "localhost", "5433"),
        (["ports: [{target: 5432, published: 5433}]"], "localhost", "5433"),
        (["ports: [{target: 5432, published: '5433', host_ip: 127.0.0.1}]"], "127.0.0.1", "5433"),
        (["command: postgres -p 6000", "ports: ['5433:6000']"], "localhost", "5433"),
        (["command: postgres -c port=6000", "ports: ['5433:6000']"], "localhost", "5433"),
        (["command: [-c, 'port=6000']", "ports: ['5433:6000']"], "localhost", "5433"),
        (["environment: {PGPORT: 6000}", "ports: ['5433:6000']"], "localhost", "5433"),
        (["environment: {POSTGRESQL_PORT_NUMBER: 6000}", "ports: ['5433:6000']"], "localhost", "5433"),
        (["network_mode: host"], "localhost", "5432"),
        (["network_mode: host", "command: postgres -p 6000"], "localhost", "6000"),
        (["network_mode: host", "environment: ['PGPORT=${PORT}']"], "localhost", "5433"),
    ],
)
def test_where_a_service_is(lines: list[str], host: str, port: str) -> None:
    assert place(service(*lines)) == (host, port)


@pytest.mark.parametrize(
    ("lines", "where"),
    [
        (["ports: ['127.0.0.1:5433:5432']"], "service db of compose.yaml, published at 127.0.0.1:5433"),
        (["ports: ['5433:5432']"], "service db of compose.yaml, published at localhost:5433"),
        (["ports: ['[::1]:5433:5432']"], "service db of compose.yaml, published at [::1]:5433"),
        (["network_mode: host"], "service db of compose.yaml, in the host's network at port 5432"),
    ],
)
def test_what_told_it(lines: list[str], where: str) -> None:
    assert service(*lines).where == where


PUBLISH = "publish it (ports: 127.0.0.1:5432:5432), give --container, or a connection string"
WRITE_OUT = "write it out (127.0.0.1:5432:5432), give --container, or a connection string"
SET = "set it here or in .env, give --container, or a connection string"


@pytest.mark.parametrize(
    ("lines", "message", "hint"),
    [
        (["restart: always"], "compose.yaml:2: db does not publish its port 5432", PUBLISH),
        (["ports: ['8008:8008']"], "compose.yaml:2: db does not publish its port 5432", PUBLISH),
        (["ports: ['5432:5432/udp']"], "compose.yaml:2: db does not publish its port 5432", PUBLISH),
        (
            ["command: postgres -p 6000", "ports: ['5432:5432']"],
            "compose.yaml:2: db does not publish its port 6000",
            "publish it (ports: 127.0.0.1:5432:6000), give --container, or a connection string",
        ),
        (
            ["network_mode: service:vpn"],
            "compose.yaml:2: db does not publish its port 5432: network_mode is service:vpn",
            PUBLISH,
        ),
        (["ports:", "  - 5432"], "compose.yaml:5: port 5432 of db is published at a port that Docker picks", WRITE_OUT),
        (["ports: [{target: 5432}]"], "compose.yaml:4: port 5432 of db is published at a port that Docker picks", WRITE_OUT),
        (["ports: ['0:5432']"], "compose.yaml:4: port 5432 of db is published at a port that Docker picks", WRITE_OUT),
        (["ports: ['5440-5450:5432']"], "compose.yaml:4: port 5432 of db is published within a range", WRITE_OUT),
        (["ports: ['5430-5440:5430-5440']"], "compose.yaml:4: port 5432 of db is published within a range", WRITE_OUT),
        (["ports: ['${NONE}:5432']"], "compose.yaml:4: a port of db comes from NONE, which is not set here", SET),
        (
            ["ports:", "  - 8008:8008", "  - {target: 5432, published: '${NONE}'}"],
            "compose.yaml:6: a port of db comes from NONE, which is not set here",
            SET,
        ),
        (
            ["environment: {PGPORT: '${NONE}'}", "ports: ['5432:5432']"],
            "compose.yaml:2: the port db listens on is not known here",
            "give --container, or a connection string",
        ),
    ],
)
def test_a_service_that_cannot_be_reached(lines: list[str], message: str, hint: str) -> None:
    with pytest.raises(PgfitError) as raised:
        service(*lines, *([] if "environment" in str(lines) else [f"environment: {{POSTGRES_PASSWORD: {SECRET}}}"]))
    assert (str(raised.value), raised.value.hint) == (message, hint)
    assert SECRET not in str(raised.value) + raised.value.hint


# -- a service: as whom -------------------------------------------------------------------------------------------


def as_whom(
    image: str, *environment: str, lines: tuple[str, ...] = (), directory: Path = Path("/nowhere"), top: str = ""
) -> tuple[str, str, str]:
    listed = [f"  - {one}" for one in environment]
    return login(service("ports: ['5432:5432']", "environment:", *listed, *lines, image=image, directory=directory, top=top))


@pytest.mark.parametrize(
    ("image", "environment", "expected"),
    [
        ("postgres:18", [], ("postgres", "postgres", "")),
        ("postgres:18", ["POSTGRES_PASSWORD=x"], ("postgres", "postgres", "x")),
        ("postgres:18", ["POSTGRES_PASSWORD=a=b"], ("postgres", "postgres", "a=b")),
        ("postgres:18", ["POSTGRES_PASSWORD=a$$b"], ("postgres", "postgres", "a$b")),
        ("postgres:18", ["POSTGRES_PASSWORD=${SECRET}"], ("postgres", "postgres", SECRET)),
        ("postgres:18", ["POSTGRES_PASSWORD=${NONE:-x}"], ("postgres", "postgres", "x")),
        ("postgres:18", ["POSTGRES_PASSWORD=${NONE}"], ("postgres", "postgres", "")),
        ("postgres:18", ["POSTGRES_PASSWORD"], ("postgres", "postgres", "")),
        ("postgres:18", ["POSTGRES_USER=shop", "POSTGRES_PASSWORD=x"], ("shop", "shop", "x")),
        ("postgres:18", ["POSTGRES_USER=shop", "POSTGRES_DB=app"], ("shop", "app", "")),
        ("postgres:18", ["POSTGRES_DB=app"], ("postgres", "app", "")),
        ("postgres:18", ["POSTGRES_USER=${EMPTY}", "POSTGRES_DB="], ("postgres", "postgres", "")),
        ("postgres:18", ["POSTGRESQL_USERNAME=shop", "POSTGRESQL_PASSWORD=x"], ("postgres", "postgres", "")),
        ("pgvector/pgvector:pg17", ["POSTGRES_USER=shop", "POSTGRES_PASSWORD=x"], ("shop", "shop", "x")),
        ("bitnami/postgresql:17", ["POSTGRESQL_PASSWORD=x"], ("postgres", "postgres", "x")),
        ("bitnami/postgresql:17", ["POSTGRESQL_USERNAME=shop", "POSTGRESQL_PASSWORD=x"], ("shop", "postgres", "x")),
        (
            "bitnami/postgresql:17",
            ["POSTGRESQL_USERNAME=shop", "POSTGRESQL_PASSWORD=x", "POSTGRESQL_DATABASE=app"],
            ("shop", "app", "x"),
        ),
        (
            "bitnami/postgresql:17",
            ["POSTGRESQL_USERNAME=shop", "POSTGRESQL_PASSWORD=x", "POSTGRESQL_POSTGRES_PASSWORD=y", "POSTGRESQL_DATABASE=app"],
            ("postgres", "app", "y"),
        ),
        (
            "bitnami/postgresql:17",
            ["POSTGRESQL_PASSWORD=x", "POSTGRESQL_POSTGRES_PASSWORD=y"],
            ("postgres", "postgres", "x"),
        ),
        (
            "bitnamilegacy/postgresql:17",
            ["POSTGRES_USER=shop", "POSTGRES_PASSWORD=x", "POSTGRES_DB=app"],
            ("shop", "app", "x"),
        ),
        (
            "quay.io/sclorg/postgresql-16-c9s",
            ["POSTGRESQL_USER=shop", "POSTGRESQL_PASSWORD=x", "POSTGRESQL_DATABASE=app"],
            ("shop", "app", "x"),
        ),
        ("quay.io/sclorg/postgresql-16-c9s", ["POSTGRESQL_ADMIN_PASSWORD=y"], ("postgres", "postgres", "y")),
        ("kartoza/postgis:17", ["POSTGRES_PASS=x"], ("docker", "gis", "x")),
        ("kartoza/postgis:17", ["POSTGRES_USER=shop", "POSTGRES_PASS=x", "POSTGRES_DBNAME=app"], ("shop", "app", "x")),
        ("ghcr.io/zalando/spilo-17:4.0-p2", ["PGPASSWORD_SUPERUSER=x"], ("postgres", "postgres", "x")),
    ],
)
def test_as_whom_by_image(image: str, environment: list[str], expected: tuple[str, str, str]) -> None:
    assert as_whom(image, *environment) == expected


def test_every_login_of_an_image_is_known() -> None:
    assert {family.login for family in families().values()} == set(LOGINS)


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        (["POSTGRES_USER=${NONE}"], "POSTGRES_USER is not known: NONE is not set here"),
        (["POSTGRES_USER"], "POSTGRES_USER is not known: POSTGRES_USER comes from outside"),
        (["POSTGRES_DB=${NONE:?}"], "POSTGRES_DB is not known: the variable NONE is required, and not set"),
        (
            ["POSTGRES_USER_FILE=/run/secrets/user"],
            "POSTGRES_USER is not known: POSTGRES_USER_FILE names a file that cannot be read from here",
        ),
        (["POSTGRES_USER_FILE=${NONE}"], "POSTGRES_USER is not known: NONE is not set here"),
    ],
)
def test_a_role_or_database_that_is_not_known(environment: list[str], why: str) -> None:
    with pytest.raises(PgfitError) as raised:
        as_whom("postgres:18", f"POSTGRES_PASSWORD={SECRET}", *environment)
    assert (raised.value.message, raised.value.place, raised.value.hint) == (why, "compose.yaml:2", SET)


TOP = "secrets:\n  pw: {file: ./pw.txt}\n  outside: {external: true}\n"
FILE = "POSTGRES_PASSWORD_FILE="


@pytest.mark.parametrize(
    ("path", "lines", "password"),
    [
        pytest.param("/run/secrets/pw", ["secrets: [pw]"], SECRET, id="secret"),
        pytest.param("/run/secrets/pw", ["secrets: [{source: pw}]"], SECRET, id="secret, long"),
        pytest.param("/run/secrets/other", ["secrets: [{source: pw, target: other}]"], SECRET, id="secret under another name"),
        pytest.param("/pw", ["secrets: [{source: pw, target: /pw}]"], SECRET, id="secret at a path"),
        pytest.param("/run/secrets/pw", ["tty: true"], "", id="secret that the service does not have"),
        pytest.param("/run/secrets/outside", ["secrets: [outside]"], "", id="external secret"),
        pytest.param("/pw", ["volumes: ['./pw.txt:/pw:ro']"], SECRET, id="mounted"),
        pytest.param("/pw", ["volumes: ['${EMPTY}./pw.txt:/pw']"], SECRET, id="mounted by a variable"),
        pytest.param("/pw", ["volumes: [{type: bind, source: ./pw.txt, target: /pw}]"], SECRET, id="mounted, long"),
        pytest.param("/conf/pw.txt", ["volumes: ['.:/conf']"], SECRET, id="its directory mounted"),
        pytest.param("/conf/pw.txt", ["volumes: ['.:/conf', './more:/conf/pw.txt']"], "", id="hidden by a directory"),
        pytest.param("/conf/none.txt", ["volumes: ['.:/conf']"], "", id="missing"),
        pytest.param("/data/pw.txt", ["volumes: ['data:/data']"], "", id="in a volume"),
        pytest.param("/conf/../pw.txt", ["volumes: ['./more:/conf']"], "", id="by a detour"),
        pytest.param("/conf/pw.txt", ["volumes: ['./more:/conf', './pw.txt:/conf/pw.txt']"], SECRET, id="the innermost"),
        pytest.param("/binary", ["volumes: ['./binary:/binary']"], "", id="no text"),
        pytest.param("/more", ["volumes: ['./more:/more']"], "", id="a directory"),
    ],
)
def test_a_password_in_a_file(tmp_path: Path, path: str, lines: list[str], password: str) -> None:
    (tmp_path / "pw.txt").write_text(f"{SECRET}\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "more").mkdir()
    assert as_whom("postgres:18", f"{FILE}{path}", lines=tuple(lines), directory=tmp_path, top=TOP)[2] == password


@pytest.mark.parametrize(
    ("content", "password"),
    [("x", "x"), ("x\n", "x"), ("x\n\n", "x"), (" x \n", " x "), ("x\r\n", "x\r"), ("a\nb\n", "a\nb"), ("", ""), ("ü", "ü")],
)
def test_a_file_is_read_as_a_shell_reads_it(tmp_path: Path, content: str, password: str) -> None:
    (tmp_path / "pw.txt").write_bytes(content.encode())
    assert as_whom("postgres:18", f"{FILE}/run/secrets/pw", lines=("secrets: [pw]",), directory=tmp_path, top=TOP)[2] == password


def test_user_and_database_in_files(tmp_path: Path) -> None:
    (tmp_path / "user").write_text("shop\n")
    (tmp_path / "db").write_text("app\n")
    environment = ("POSTGRES_USER_FILE=/c/user", "POSTGRES_DB_FILE=/c/db")
    assert as_whom("postgres:18", *environment, lines=("volumes: ['.:/c']",), directory=tmp_path) == ("shop", "app", "")


ENV = f"# of the vault\nPOSTGRES_USER=shop\nPOSTGRES_PASSWORD='{SECRET}'\nFROM_SHELL\n"


@pytest.mark.parametrize(
    ("lines", "environment", "expected"),
    [
        (["env_file: .env.db"], [], ("shop", "shop", SECRET)),
        (["env_file: [.env.db, more.env]"], [], ("shop", "app", "later")),
        (["env_file: [{path: .env.db}]"], [], ("shop", "shop", SECRET)),
        (["env_file: [{path: none.env, required: false}]"], [], ("postgres", "postgres", "")),
        (["env_file: .env.db"], ["POSTGRES_USER=ada"], ("ada", "ada", SECRET)),
        (["env_file: none.env"], ["POSTGRES_USER=ada", "POSTGRES_DB=app"], ("ada", "app", "")),
    ],
)
def test_variables_of_env_file(tmp_path: Path, lines: list[str], environment: list[str], expected: tuple[str, str, str]) -> None:
    (tmp_path / ".env.db").write_text(ENV)
    (tmp_path / "more.env").write_text("POSTGRES_PASSWORD=later\nPOSTGRES_DB=app\n")
    assert as_whom("postgres:18", *environment, lines=tuple(lines), directory=tmp_path) == expected


def test_a_port_in_env_file(tmp_path: Path) -> None:
    (tmp_path / "db.env").write_text("PGPORT=6000\n")
    assert place(service("ports: ['5433:6000']", "env_file: db.env", directory=tmp_path)) == ("localhost", "5433")


@pytest.mark.parametrize("content", [None, "this is no assignment\n"])
def test_an_env_file_that_cannot_be_read_may_name_another_role(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "db.env").write_text(content)
    with pytest.raises(
        PgfitError, match=r"^compose\.yaml:2: POSTGRES_USER is not known: it may stand in db\.env, which cannot be read$"
    ):
        service("ports: ['5432:5432']", "env_file: db.env", directory=tmp_path)


# -- a container --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "fields", "host", "port", "where"),
    [
        ([], {"ports": {"5432/tcp": ("", "5433")}}, "localhost", "5433", "published at localhost:5433"),
        ([], {"ports": {"5432/tcp": ("0.0.0.0", "5433")}}, "localhost", "5433", "published at localhost:5433"),  # noqa: S104
        ([], {"ports": {"5432/tcp": ("127.0.0.1", "5433")}}, "127.0.0.1", "5433", "published at 127.0.0.1:5433"),
        ([], {"ports": {"5432/tcp": ("::1", "5433")}}, "::1", "5433", "published at [::1]:5433"),
        ([], {"ports": {"5432/tcp": ("", "1")}, "addresses": ("172.17.0.2",)}, "localhost", "1", "published at localhost:1"),
        ([], {"addresses": ("172.17.0.2", "172.18.0.2")}, "172.17.0.2", "5432", "at its own address 172.17.0.2:5432"),
        (
            [],
            {"ports": {"8008/tcp": ("", "1")}, "addresses": ("172.17.0.2",)},
            "172.17.0.2",
            "5432",
            "at its own address 172.17.0.2:5432",
        ),
        ([], {"network_mode": "host"}, "localhost", "5432", "in the host's network at port 5432"),
        (["PGPORT=6000"], {"network_mode": "host"}, "localhost", "6000", "in the host's network at port 6000"),
        (["PGPORT=6000"], {"ports": {"6000/tcp": ("", "5433")}}, "localhost", "5433", "published at localhost:5433"),
        (["POSTGRESQL_PORT_NUMBER=6000"], {"ports": {"6000/tcp": ("", "1")}}, "localhost", "1", "published at localhost:1"),
    ],
)
def test_where_a_container_is(environment: list[str], fields: dict[str, object], host: str, port: str, where: str) -> None:
    found = of_container(container(*environment, **fields))
    assert (*place(found), found.where) == (host, port, f"container pg1, {where}")


@pytest.mark.parametrize(
    ("command", "port"),
    [
        ("postgres", "5432"),
        ("postgres -p 6000", "6000"),
        ("postgres -p6000", "6000"),
        ("postgres --port=6000", "6000"),
        ("-c port=6000", "6000"),
        ("-cport=6000", "6000"),
        ("postgres -c PORT=6000", "6000"),
        ("postgres -p 5433 -c work_mem=8MB -c port=6000", "6000"),
        ("postgres -c port=5433 -p 6000", "6000"),
        ("postgres -c superuser_reserved_connections=3 --work-mem=8MB", "5432"),
        ("postgres -c", "5432"),
        ("", "5432"),
    ],
)
def test_the_port_that_a_command_sets(command: str, port: str) -> None:
    found = container(network_mode="host", command=tuple(command.split()))
    assert place(of_container(found)) == ("localhost", port)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "pg1 publishes no port 5432, and has no address of its own that leads to it"),
        ({"network_mode": "none"}, "pg1 publishes no port 5432, and has no address of its own that leads to it"),
        ({"command": ("postgres", "-p", "x")}, "the port pg1 listens on is not known"),
    ],
)
def test_a_container_that_cannot_be_reached(fields: dict[str, object], message: str) -> None:
    with pytest.raises(PgfitError) as raised:
        of_container(container(f"POSTGRES_PASSWORD={SECRET}", **fields))
    assert (raised.value.message, raised.value.place) == (message, "--container")
    assert raised.value.hint
    assert SECRET not in f"{raised.value}{raised.value.hint}"


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_its_own_address_leads_nowhere_from_another_system(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(PgfitError, match="no address of its own that leads to it"):
        of_container(container(addresses=("172.17.0.2",)))


@pytest.mark.parametrize(
    ("image", "environment", "expected"),
    [
        ("postgres:18", ["POSTGRES_USER=shop", "POSTGRES_PASSWORD=x", "POSTGRES_DB=app"], ("shop", "app", "x")),
        ("postgres:18", [], ("postgres", "postgres", "")),
        ("docker.io/bitnami/postgresql:17", ["POSTGRESQL_USERNAME=shop", "POSTGRESQL_PASSWORD=x"], ("shop", "postgres", "x")),
        ("shop/own", ["POSTGRES_USER=shop", "POSTGRES_PASSWORD=x"], ("shop", "shop", "x")),
        ("shop/own", ["POSTGRESQL_USERNAME=shop", "POSTGRESQL_PASSWORD=x"], ("shop", "postgres", "x")),
        ("shop/own", ["POSTGRES_PASS=x"], ("docker", "gis", "x")),
        ("sha256:03652c675ae1", [], ("postgres", "postgres", "")),
    ],
)
def test_as_whom_to_a_container(image: str, environment: list[str], expected: tuple[str, str, str]) -> None:
    assert login(of_container(container(*environment, image=image, network_mode="host"))) == expected


def test_a_password_file_that_is_mounted_into_a_container(tmp_path: Path) -> None:
    (tmp_path / "pw.txt").write_text(f"{SECRET}\n")
    mounts = (Mount("tmpfs", "", "/run"), Mount("bind", str(tmp_path / "pw.txt"), "/run/secrets/pw"))
    found = container("POSTGRES_PASSWORD_FILE=/run/secrets/pw", mounts=mounts, network_mode="host")
    assert login(of_container(found)) == ("postgres", "postgres", SECRET)


def test_a_role_in_a_file_inside_a_container() -> None:
    with pytest.raises(PgfitError) as raised:
        of_container(container("POSTGRES_USER_FILE=/run/secrets/user", network_mode="host"))
    assert raised.value.message == "POSTGRES_USER is not known: POSTGRES_USER_FILE names a file that cannot be read from here"
    assert (raised.value.hint, raised.value.place) == ("a connection string", "--container")


def test_the_recorded_ones() -> None:
    inspected = Path(__file__).parent / "inspected"
    docker = of_container(parse(json.loads((inspected / "docker.json").read_text()), "docker"))
    assert dict(docker.parameters) == {"host": "localhost", "port": "5433", "user": "shop", "dbname": "shop"}
    assert (str(docker.password), docker.where) == (f"{SECRET}=battery", "container shop-db-1, published at localhost:5433")
    podman = of_container(parse(json.loads((inspected / "podman.json").read_text()), "podman"))
    assert dict(podman.parameters) == {"host": "localhost", "port": "54329", "user": "postgres", "dbname": "postgres"}
    assert (str(podman.password), podman.where) == (SECRET, "container pg1, in the host's network at port 54329")


# -- what never shows ---------------------------------------------------------------------------------------------


def test_a_password_never_shows() -> None:
    found = service("ports: ['5432:5432']", f"environment: {{POSTGRES_PASSWORD: {SECRET}}}")
    assert found.password == SECRET
    for text in (repr(found), str(found), f"{found}", f"{found._asdict()}", repr([found.password]), repr(found.parameters)):
        assert SECRET not in text
    assert "password" not in found.parameters
    assert repr(Password("")) == "<no password>"
    assert isinstance(found.parameters, MappingProxyType)
