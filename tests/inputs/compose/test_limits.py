"""What a service may use, by each of compose's ways to say it."""

from pathlib import Path

import pytest

from pgfit.inputs.compose.limits import Limits, parse_duration, read_limits
from pgfit.inputs.compose.project import load
from pgfit.model import Known, Unknown
from pgfit.yamltree import Source

MB = 1024**2
VARIABLES = {"MEM": "512m", "CPU": "0.5", "EMPTY": ""}
NOT_SET = Unknown("the file does not say")


def limits(*lines: str) -> Limits:
    """Of a service with these keys, the first on line 3."""
    text = "services:\n  db:\n" + "".join(f"    {line}\n" for line in lines)
    return read_limits(load([Source("file.yaml", text)], VARIABLES, Path("/nowhere")).services["db"], VARIABLES)


def deploy(inside: str) -> str:
    return f"deploy: {{resources: {{limits: {{{inside}}}}}}}"


@pytest.mark.parametrize(
    ("lines", "size"),
    [
        (["mem_limit: 512m"], 512 * MB),
        (["mem_limit: 512M"], 512 * MB),
        (["mem_limit: 512mb"], 512 * MB),
        (["mem_limit: '512 MB'"], 512 * MB),
        (["mem_limit: 1.35GB"], 1449551462),
        (["mem_limit: 2g"], 2048 * MB),
        (["mem_limit: 536870912"], 512 * MB),
        (["mem_limit: 536870912b"], 512 * MB),
        (["mem_limit: 512MiB"], 512 * MB),
        (["mem_limit: ${MEM}"], 512 * MB),
        (["mem_limit: ${NONE:-256m}"], 256 * MB),
        ([deploy("memory: 512M")], 512 * MB),
        ([deploy("memory: '${MEM}'")], 512 * MB),
        (["mem_limit: 512m", deploy("memory: 0.5G")], 512 * MB),
    ],
)
def test_a_memory_limit_in_either_form(lines: list[str], size: int) -> None:
    found = limits(*lines)
    assert isinstance(found.memory, Known)
    assert found.memory.value == size
    assert found.memory.where.startswith("file.yaml:")
    assert found.problems == ()


@pytest.mark.parametrize(
    ("lines", "cpus"),
    [
        (["cpus: 0.5"], 0.5),
        (["cpus: '0.5'"], 0.5),
        (["cpus: 2"], 2),
        (["cpus: .5"], 0.5),
        (["cpus: ${CPU}"], 0.5),
        ([deploy("cpus: '0.78'")], 0.78),
        (["cpus: 1.0", deploy("cpus: '1'")], 1),
        (["cpu_quota: 50000"], 0.5),
        (["cpu_quota: 50000", "cpu_period: 25000"], 2),
        (["cpu_quota: 50000", "cpu_period: 50ms"], 1),
        (["cpu_quota: '50000'", "cpu_period: '100000'"], 0.5),
        (["cpuset: '0'"], 1),
        (["cpuset: 0-3"], 4),
        (["cpuset: 0,2"], 2),
        (["cpuset: 0-1,4-5"], 4),
        (["cpus: 4", "cpuset: 0,1"], 2),
        (["cpus: 1", "cpuset: 0-3"], 1),
    ],
)
def test_a_cpu_limit_in_every_form(lines: list[str], cpus: float) -> None:
    found = limits(*lines)
    assert isinstance(found.cpus, Known)
    assert found.cpus.value == cpus
    assert found.problems == ()


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["mem_limit: 0", "cpus: 0"],
        ["mem_limit: '0'", "cpus: '0.0'"],
        ["mem_limit: -1"],
        ["mem_limit:", "cpus:"],
        ["mem_reservation: 512m"],
        ["deploy: {resources: {reservations: {memory: 512m, cpus: '1'}}}"],
        ["deploy: {resources: {limits: }}"],
        ["deploy:"],
        [deploy("memory: 0")],
        [deploy("pids: 100")],
        ["cpu_quota: 0"],
        ["cpu_quota: -1"],
        ["cpu_period: 100000"],
        ["cpu_shares: 512"],
        ["memswap_limit: 1g"],
    ],
)
def test_what_is_no_limit(lines: list[str]) -> None:
    found = limits(*lines)
    assert (found.memory, found.cpus, found.problems) == (NOT_SET, NOT_SET, ())


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (
            ["mem_limit: 512m", deploy("memory: 1g")],
            "file.yaml:3: mem_limit and deploy.resources.limits.memory (file.yaml:4) are distinct",
        ),
        (["cpus: 1", deploy("cpus: '2'")], "file.yaml:3: cpus and deploy.resources.limits.cpus (file.yaml:4) are distinct"),
        (["mem_limit: 512m", deploy("cpus: '2'")], "file.yaml:3: mem_limit beside deploy.resources.limits without memory"),
        (["cpus: 1", deploy("memory: 1g")], "file.yaml:3: cpus beside deploy.resources.limits without cpus"),
        (["mem_limit: 512"], "file.yaml:3: mem_limit: '512' means 512 bytes"),
        (["mem_limit: 512Q"], "file.yaml:3: mem_limit: '512Q' has the unknown unit 'Q'"),
        (["mem_limit: 512Mi"], "file.yaml:3: mem_limit: "),
        (["mem_limit: 0.5"], "file.yaml:3: mem_limit: "),
        (["mem_limit: '1,5g'"], "file.yaml:3: mem_limit: '1,5g' is not a size"),
        (["mem_limit: 50%"], "file.yaml:3: mem_limit: '50%' is not a size"),
        (["mem_limit: [512m]"], "file.yaml:3: mem_limit is not a single value"),
        ([deploy("memory: lots")], "file.yaml:3: memory: 'lots' is not a size"),
        (["cpus: half"], "file.yaml:3: cpus: 'half' is not a number of CPUs"),
        (["cpus: 500m"], "file.yaml:3: cpus: "),
        (["cpus: -1"], "file.yaml:3: cpus: '-1' is not a number of CPUs"),
        (["cpu_quota: 50%"], "file.yaml:3: cpu_quota: '50%' cannot be read"),
        (["cpuset: all"], "file.yaml:3: cpuset: 'all' cannot be read"),
        (["shm_size: 1x"], "file.yaml:3: shm_size: "),
        (["stop_grace_period: 60"], "file.yaml:3: stop_grace_period: '60' cannot be read"),
        (["stop_grace_period: 1 minute"], "file.yaml:3: stop_grace_period: '1 minute' cannot be read"),
        (["deploy: {replicas: two}"], "file.yaml:3: replicas: 'two' cannot be read"),
    ],
)
def test_what_compose_or_the_engine_would_refuse(lines: list[str], problem: str) -> None:
    (found,) = limits(*lines).problems
    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["mem_limit: ${NONE}"], "file.yaml:3: it comes from NONE, which is not set here"),
        (["mem_limit: ${NONE:?it}"], "file.yaml:3: the variable NONE is required, and not set"),
        ([deploy("memory: '${NONE}'")], "file.yaml:3: it comes from NONE, which is not set here"),
    ],
)
def test_a_limit_from_a_variable_that_is_not_set_is_unknown(lines: list[str], why: str) -> None:
    assert limits(*lines).memory == Unknown(why)


@pytest.mark.parametrize(
    ("lines", "size"),
    [
        (["shm_size: 1gb"], 1024 * MB),
        (["shm_size: 128m"], 128 * MB),
        (["shm_size: 134217728"], 128 * MB),
        (["shm_size: ${NONE:-156mb}"], 156 * MB),
        (["tmpfs: /dev/shm:size=256m"], 256 * MB),
        (["tmpfs: [/run, '/dev/shm:rw,size=256m,mode=1777']"], 256 * MB),
        (["volumes: [{type: tmpfs, target: /dev/shm, tmpfs: {size: 256m}}]"], 256 * MB),
        (["volumes: [{type: tmpfs, target: /dev/shm, tmpfs: {size: 268435456}}]"], 256 * MB),
        (["shm_size: 64m", "tmpfs: /dev/shm:size=256m"], 256 * MB),
        (["shm_size: 64m", "tmpfs: /run:size=256m"], 64 * MB),
    ],
)
def test_the_size_of_dev_shm(lines: list[str], size: int) -> None:
    found = limits(*lines).shm_size
    assert isinstance(found, Known)
    assert found.value == size


@pytest.mark.parametrize("lines", [[], ["shm_size:"], ["tmpfs: /run"], ["volumes: [data:/dev/shm2]"]])
def test_dev_shm_of_the_engines_own_size(lines: list[str]) -> None:
    assert limits(*lines).shm_size == NOT_SET


@pytest.mark.parametrize(
    ("ipc", "shared"),
    [
        ("host", True),
        ("service:web", True),
        ("container:x", True),
        ("private", False),
        ("shareable", False),
        ("none", False),
        ("", False),
    ],
)
def test_dev_shm_of_another(ipc: str, shared: bool) -> None:  # noqa: FBT001  a column of the table
    assert limits(f"ipc: {ipc}").shm_shared is shared


@pytest.mark.parametrize(
    ("lines", "replicas"),
    [
        ([], 1),
        (["deploy: {replicas: 3}"], 3),
        (["scale: 2"], 2),
        (["deploy: {replicas: 0}"], 0),
        (["deploy: {replicas: '${NONE:-2}'}"], 2),
        (["deploy: {mode: global}"], 1),
    ],
)
def test_replicas(lines: list[str], replicas: int) -> None:
    assert limits(*lines).replicas == replicas


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("10s", 10_000),
        ("1m", 60_000),
        ("1m30s", 90_000),
        ("1h", 3_600_000),
        ("500ms", 500),
        ("1.5s", 1500),
        ("1h5m3s", 3_903_000),
    ],
)
def test_a_duration(text: str, milliseconds: int) -> None:
    assert parse_duration(text) == milliseconds


@pytest.mark.parametrize("text", ["", "10", "1 m", "1min", "s", "-1s", "1m 30s", "1d"])
def test_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=text or "^$"):
        parse_duration(text)


def test_the_stop_grace_period() -> None:
    assert limits("stop_grace_period: 1m30s").stop_grace_period == Known(90_000, "file.yaml:3")
    assert limits().stop_grace_period == NOT_SET
