"""What docker and podman tell, in recorded answers; what they refuse, by scripts in their place; and podman itself."""

import copy
import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import container_image
from pgfit.errors import PgfitError
from pgfit.inputs import docker
from pgfit.inputs.docker import Inspected, Mount, Secrets, inspect, parse
from pgfit.model import Known, Unknown
from pgfit.units import Bytes

MB = 1024**2
INSPECTED = Path(__file__).parent / "inspected"
SECRET = "correct horse"  # noqa: S105  in the recorded answers
CANNOT_CONNECT = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"
CANNOT_CONNECT_29 = (
    "failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon"
    " is running: dial unix /var/run/docker.sock: connect: no such file or directory"
)
DENIED = "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock"
NO_PODMAN = "Error: inspecting object: no such container pg1"
NO_DOCKER = "Error: No such container: pg1"


def recorded(runtime: str) -> list[Any]:
    document: list[Any] = json.loads((INSPECTED / f"{runtime}.json").read_text())
    return document


def told(runtime: str = "docker", /, **changes: object) -> Inspected:
    """The recorded answer with some fields of another value: `HostConfig__Memory=0`."""
    document = copy.deepcopy(recorded(runtime))
    for path, value in changes.items():
        *tables, key = path.split("__")
        place = document[0]
        for table in tables:
            place = place[table]
        place[key] = value
    return parse(document, runtime)


def test_what_docker_tells() -> None:
    found = told("docker")
    where = "docker inspect shop-db-1"
    assert found == Inspected(
        runtime="docker",
        name="shop-db-1",
        image="postgres:18",
        command=("postgres", "-c", "work_mem=8MB"),
        environment=found.environment,
        memory=Known(Bytes(1024 * MB), where),
        memory_swap=Unknown("limit on memory and swap: unlimited in the container's configuration"),
        memory_reservation=Known(Bytes(512 * MB), where),
        cpus=Known(1.5, where),
        cpuset="0-3",
        shm_size=Known(Bytes(256 * MB), where),
        oom_kill_disable=False,
        oom_killed=True,
        exit_code=0,
        restart_count=3,
        started_at="2026-05-04T10:00:00.385418384Z",
        status="running",
        ports={"5432/tcp": ("0.0.0.0", "5433")},  # noqa: S104  as Docker tells it
        addresses=("172.19.0.2", "172.18.0.2", "fd00:19::2"),
        network_mode="shop_default",
        mounts=(
            Mount("volume", "/var/lib/docker/volumes/shop_data/_data", "/var/lib/postgresql"),
            Mount("bind", "/srv/shop/password.txt", "/run/secrets/password"),
            Mount("tmpfs", "", "/tmp"),  # noqa: S108  a mount
        ),
        ulimits={"nofile": (1024, 65536)},
        security_opt=("no-new-privileges:true",),
        cap_add=("IPC_LOCK",),
    )
    assert found.environment["POSTGRES_PASSWORD"] == f"{SECRET}=battery"
    assert found.environment["POSTGRES_USER"] == "shop"


def test_what_podman_tells() -> None:
    found = told("podman")
    where = "podman inspect pg1"
    assert found == Inspected(
        runtime="podman",
        name="pg1",
        image="docker.io/library/postgres:18",
        command=("postgres", "-c", "work_mem=8MB", "-c", "port=54329"),
        environment=found.environment,
        memory=Known(Bytes(512 * MB), where),
        memory_swap=Known(Bytes(1024 * MB), where),
        memory_reservation=Unknown("no memory reservation set in the container's configuration"),
        cpus=Known(0.5, where),
        cpuset="",
        shm_size=Known(Bytes(128 * MB), where),
        oom_kill_disable=False,
        oom_killed=False,
        exit_code=0,
        restart_count=0,
        started_at="2026-05-04T10:00:00.249628175Z",
        status="running",
        ports={},
        addresses=(),
        network_mode="host",
        mounts=(Mount("volume", "/var/lib/containers/storage/volumes/8064b9029f3b/_data", "/var/lib/postgresql/data"),),
        ulimits={},
        security_opt=(),
        cap_add=(),
    )
    assert found.environment["POSTGRES_PASSWORD"] == SECRET


@pytest.mark.parametrize(
    ("field", "changes", "value"),
    [
        ("memory", {"HostConfig__Memory": 0}, Unknown("no memory limit set in the container's configuration")),
        ("memory", {"HostConfig__Memory": None}, Unknown("no memory limit set in the container's configuration")),
        ("memory_swap", {"HostConfig__MemorySwap": 2 * MB}, Known(2 * MB, "docker inspect shop-db-1")),
        ("cpus", {"HostConfig__NanoCpus": 0}, Unknown("no CPU limit set in the container's configuration")),
        (
            "cpus",
            {"HostConfig__NanoCpus": 0, "HostConfig__CpuQuota": -1},
            Unknown("no CPU limit set in the container's configuration"),
        ),
        ("cpus", {"HostConfig__NanoCpus": 0, "HostConfig__CpuQuota": 50000}, Known(0.5, "docker inspect shop-db-1")),
        (
            "cpus",
            {"HostConfig__NanoCpus": 0, "HostConfig__CpuQuota": 50000, "HostConfig__CpuPeriod": 25000},
            Known(2.0, "docker inspect shop-db-1"),
        ),
        ("shm_size", {"HostConfig__ShmSize": 0}, Unknown("no size of /dev/shm set in the container's configuration")),
        ("shm_size", {"HostConfig__IpcMode": "host"}, Unknown("ipc host: it is another's")),
        ("shm_size", {"HostConfig__IpcMode": "container:8f1c0e2d3a4b"}, Unknown("ipc container: it is another's")),
        ("shm_size", {"HostConfig__IpcMode": "shareable"}, Known(256 * MB, "docker inspect shop-db-1")),
        ("shm_size", {"HostConfig__Tmpfs": {"/dev/shm": ""}}, Unknown("something is mounted at /dev/shm")),  # noqa: S108
        ("oom_kill_disable", {"HostConfig__OomKillDisable": True}, True),
        ("started_at", {"State__StartedAt": "0001-01-01T00:00:00Z"}, ""),
        ("status", {"State__Status": None}, "running"),
        ("command", {"Config__Cmd": None}, ()),
        ("ports", {"NetworkSettings__Ports": None}, {}),
        ("ports", {"NetworkSettings__Ports": {"5432/tcp": []}}, {}),
        ("ports", {"NetworkSettings__Ports": {"5432/tcp": [{"HostIp": "", "HostPort": "1"}]}}, {"5432/tcp": ("", "1")}),
        ("addresses", {"NetworkSettings__Networks": {}, "NetworkSettings__IPAddress": "172.17.0.2"}, ("172.17.0.2",)),
        ("addresses", {"NetworkSettings__Networks": {"bridge": {"IPAddress": "invalid IP"}}}, ()),
        ("addresses", {"NetworkSettings": None}, ()),
        ("ulimits", {"HostConfig__Ulimits": [{"Name": "RLIMIT_NPROC", "Soft": -1, "Hard": -1}]}, {"nproc": (-1, -1)}),
        ("ulimits", {"HostConfig__Ulimits": [{"Name": "nofile", "Soft": "many"}]}, {}),
        ("security_opt", {"HostConfig__SecurityOpt": None}, ()),
        ("cap_add", {"HostConfig__CapAdd": ["SYS_NICE"]}, ("SYS_NICE",)),
        ("mounts", {"Mounts": None, "HostConfig__Tmpfs": None}, ()),
        ("environment", {"Config__Env": ["A=b=c", "D="]}, {"A": "b=c", "D": ""}),
    ],
)
def test_one_field(field: str, changes: dict[str, object], value: object) -> None:
    assert getattr(told("docker", **changes), field) == value


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ([], "it tells of no container"),
        (None, "it tells of no container"),
        ("words", "it tells of no container"),
        ([None], "it tells of no container"),
        ([{}], "HostConfig, Config or State is missing"),
        ([{"HostConfig": [], "Config": {}, "State": {}}], "HostConfig, Config or State is missing"),
        ([{"HostConfig": {"Memory": "512m"}, "Config": {}, "State": {}}], "HostConfig.Memory is no whole number"),
        ([{"HostConfig": {"Memory": True}, "Config": {}, "State": {}}], "HostConfig.Memory is no whole number"),
        ([{"HostConfig": {"NanoCpus": 0.5}, "Config": {}, "State": {}}], "HostConfig.NanoCpus is no whole number"),
    ],
)
def test_an_answer_of_another_shape_is_an_error(document: object, why: str) -> None:
    with pytest.raises(PgfitError) as raised:
        parse(document, "docker")
    assert str(raised.value) == f"--container: docker inspect answers something unknown: {why}"


def test_one_outside_a_list_is_the_same() -> None:
    assert parse(recorded("docker")[0], "docker") == told("docker")


KEYS = st.sampled_from(
    ["HostConfig", "Config", "State", "NetworkSettings", "Networks", "Ports", "Mounts", "Ulimits", "Env", "Tmpfs"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(KEYS, inside, max_size=6),
    max_leaves=20,
)


@given(VALUES)
def test_no_answer_makes_it_stumble(document: object) -> None:
    try:
        found = parse([document], "docker")
    except PgfitError:
        return
    assert isinstance(found, Inspected)


@given(st.dictionaries(KEYS, VALUES, max_size=4), st.sampled_from(["HostConfig", "Config", "State", "NetworkSettings"]))
def test_no_table_makes_it_stumble(table: dict[str, Any], key: str) -> None:
    try:
        found = parse([{**recorded("docker")[0], key: table}], "docker")
    except PgfitError:
        return
    assert SECRET not in repr(found)


def test_the_environment_never_shows() -> None:
    found = told("docker")
    for text in (repr(found), str(found), f"{found.environment}", repr({"a": found.environment}), f"{found._asdict()}"):
        assert SECRET not in text
        assert "POSTGRES" not in text
    assert repr(found.environment) == "<5 variables>"
    assert dict(Secrets({"A": "b"})) == {"A": "b"}


# -- asking -------------------------------------------------------------------------------------------------------

Runtime = Callable[..., None]


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    """Puts a docker or a podman of our own on an else empty PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def make(name: str, *, says: str = "", code: int = 0, refuses: str = "", names: str = "") -> None:
        (tmp_path / f"{name}.out").write_text(says)
        (tmp_path / f"{name}.err").write_text(refuses)
        script = tmp_path / name
        script.write_text(
            "#!/bin/sh\n"
            f'if [ "$1" = ps ]; then echo "{names}"; exit 0; fi\n'
            f"/bin/cat {tmp_path}/{name}.out\n/bin/cat {tmp_path}/{name}.err >&2\nexit {code}\n"
        )
        script.chmod(0o755)

    return make


def answer(name: str = "docker", **state: object) -> str:
    document = recorded(name)
    document[0]["State"] |= state
    return json.dumps(document)


def refusal(name: str = "pg1") -> PgfitError:
    with pytest.raises(PgfitError) as raised:
        inspect(name)
    assert raised.value.place == "--container"
    assert SECRET not in f"{raised.value}{raised.value.hint}{raised.value!r}"
    return raised.value


def test_docker_is_asked_first(runtime: Runtime) -> None:
    runtime("docker", says=answer("docker"))
    runtime("podman", says=answer("podman"))
    assert inspect("shop-db-1").runtime == "docker"


@pytest.mark.parametrize("refuses", [NO_DOCKER, CANNOT_CONNECT, CANNOT_CONNECT_29, DENIED, "something else"])
def test_podman_is_asked_where_docker_does_not_answer(runtime: Runtime, refuses: str) -> None:
    runtime("docker", code=1, refuses=refuses)
    runtime("podman", says=answer("podman"))
    assert inspect("pg1").runtime == "podman"


def test_podman_is_asked_where_docker_cannot_be_run(runtime: Runtime, tmp_path: Path) -> None:
    runtime("podman", says=answer("podman"))
    (tmp_path / "docker").write_text("#!/nowhere/sh\n")
    (tmp_path / "docker").chmod(0o755)
    assert inspect("pg1").runtime == "podman"


NOT_FOUND = "there is no container 'pg1' to be found: "


@pytest.mark.parametrize(
    ("docker", "podman", "message", "hint"),
    [
        pytest.param(
            CANNOT_CONNECT, None, "the daemon of docker cannot be reached", "is it running? Try: docker ps", id="no daemon"
        ),
        pytest.param(CANNOT_CONNECT_29, None, "the daemon of docker cannot be reached", "is it running? Try: docker ps", id="29"),
        pytest.param(
            DENIED,
            None,
            "this user may not use docker",
            "run pgfit as a user who may, or with sudo: the group docker may",
            id="denied",
        ),
        pytest.param("Odd\nit is odd\n", None, "docker says: it is odd", "try: docker ps", id="else"),
        pytest.param("", None, "docker says: nothing", "try: docker ps", id="silent"),
        pytest.param(NO_DOCKER, None, "docker knows no such container", "did you mean pg2? running: shop", id="a near name"),
        pytest.param(
            None, NO_PODMAN, "podman knows no such container", "did you mean pg2? running: shop", id="podman, a near name"
        ),
        pytest.param(
            NO_DOCKER,
            NO_PODMAN,
            "docker knows no such container; podman knows no such container",
            "did you mean pg2? running: shop",
            id="neither",
        ),
        pytest.param(
            CANNOT_CONNECT,
            NO_PODMAN,
            "the daemon of docker cannot be reached; podman knows no such container",
            "did you mean pg2? running: shop",
            id="no daemon, and podman knows none",
        ),
        pytest.param(
            DENIED,
            "Cannot connect to Podman. Please verify your connection",
            "this user may not use docker; the daemon of podman cannot be reached",
            "run pgfit as a user who may, or with sudo: the group docker may",
            id="none can be asked",
        ),
    ],
)
def test_what_was_tried_and_what_to_do(runtime: Runtime, docker: str | None, podman: str | None, message: str, hint: str) -> None:
    for name, refuses in (("docker", docker), ("podman", podman)):
        if refuses is not None:
            runtime(name, code=1, refuses=refuses, names="shop\npg2")
    found = refusal()
    assert (found.message, found.hint) == (NOT_FOUND + message, hint)


def test_no_container_runs(runtime: Runtime) -> None:
    runtime("docker", code=1, refuses=NO_DOCKER)
    assert refusal().hint == "no container runs"


def test_names_that_are_far_are_listed(runtime: Runtime) -> None:
    runtime("docker", code=1, refuses=NO_DOCKER, names="shop-db-1\nshop-web-1")
    assert refusal().hint == "running: shop-db-1, shop-web-1"


def test_neither_is_here(runtime: Runtime) -> None:
    assert refusal().message == "neither docker nor podman is on PATH"


@pytest.mark.parametrize("name", ["-f", "--help", "", " ", "a b", "a;b", "a\0b", "a\n", "/", "ü"])
def test_what_is_no_name_is_never_passed_on(runtime: Runtime, name: str) -> None:
    runtime("docker", says=answer())
    assert refusal(name).message == f"{name!r} is no container's name"


@pytest.mark.parametrize(
    ("state", "message", "hint"),
    [
        (
            {"Status": "exited", "ExitCode": 1, "OOMKilled": False},
            "shop-db-1 does not run: it is exited, exit code 1",
            "docker logs shop-db-1; docker start shop-db-1",
        ),
        (
            {"Status": "exited", "ExitCode": 137, "OOMKilled": True},
            "shop-db-1 does not run: it is exited, exit code 137, killed for lack of memory",
            "docker logs shop-db-1; docker start shop-db-1",
        ),
        (
            {"Status": "restarting", "ExitCode": 2, "OOMKilled": False},
            "shop-db-1 does not run: it is restarting, exit code 2",
            "docker logs shop-db-1; docker start shop-db-1",
        ),
        (
            {"Status": "created", "OOMKilled": False},
            "shop-db-1 does not run: it is created, exit code 0",
            "docker logs shop-db-1; docker start shop-db-1",
        ),
        (
            {"Status": "paused", "OOMKilled": False},
            "shop-db-1 does not run: it is paused, exit code 0",
            "docker unpause shop-db-1",
        ),
        (
            {"Status": "", "Running": False, "OOMKilled": False},
            "shop-db-1 does not run: it is in no state, exit code 0",
            "docker logs shop-db-1; docker start shop-db-1",
        ),
    ],
)
def test_a_container_that_does_not_run(runtime: Runtime, state: dict[str, Any], message: str, hint: str) -> None:
    runtime("docker", says=answer(**state))
    found = refusal("shop-db-1")
    assert (found.message, found.hint) == (message, hint)


@pytest.mark.parametrize("says", ["", "no JSON", '[{"Config": {"Env": ["PASSWORD=correct horse"', "[" * 100_000])
def test_an_answer_that_is_not_json(runtime: Runtime, says: str) -> None:
    runtime("docker", says=says)
    found = refusal()
    assert found.message == "docker inspect does not answer in JSON"
    assert found.__suppress_context__


def test_one_that_never_answers(runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker, "SECONDS", 0.2)
    runtime("docker")
    (tmp_path / "docker").write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    found = refusal()
    assert found.message == f"{NOT_FOUND}docker did not answer in 0.2 s"
    assert found.hint == "is its service up? Try: docker ps"


def test_importing_it_does_not_import_a_driver_or_yaml() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import pgfit.inputs.docker, sys; print({'yaml', 'psycopg', 'typer'} & sys.modules.keys())"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "set()\n"


# -- podman itself ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def image_name() -> str:
    if reason := container_image.unavailable():
        pytest.skip(f"no containers can be run here: {reason}")
    try:
        return container_image.image(18)
    except LookupError as error:
        pytest.skip(str(error))


@pytest.fixture
def container(image_name: str) -> Iterator[str]:
    """The name of a real one."""
    name = f"pgfit{uuid.uuid4().hex[:12]}"
    limits = ("--memory", "512m", "--cpus", "0.5", "--shm-size", "128m")
    variables = ("-e", f"POSTGRES_PASSWORD={SECRET}", "-e", "POSTGRES_USER=shop")
    try:
        container_image.podman(
            "run", "-d", "--name", name, "--network", "host", *limits, *variables, image_name, "postgres", "-c", "port=54329"
        )
        yield name
    finally:
        container_image.podman("rm", "-f", "-v", "-t", "0", name, check=False)


@pytest.mark.storm
def test_a_real_container(container: str, image_name: str) -> None:
    name, found = container, inspect(container)
    assert (found.runtime, found.name, found.status) == ("podman", name, "running")
    assert found.image == image_name
    assert found.memory == Known(512 * MB, f"podman inspect {name}")
    assert found.cpus == Known(0.5, f"podman inspect {name}")
    assert found.shm_size == Known(128 * MB, f"podman inspect {name}")
    assert found.network_mode == "host"
    assert found.command == ("postgres", "-c", "port=54329")
    assert found.environment["POSTGRES_PASSWORD"] == SECRET
    assert SECRET not in repr(found)
    container_image.podman("kill", name)
    container_image.podman("wait", name)
    ended = refusal(name)
    assert ended.message.startswith(f"{name} does not run: it is exited, exit code 137")
    assert refusal(f"{name[:-1]}zz").message.endswith("podman knows no such container")
