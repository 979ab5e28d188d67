"""setting-out-of-range. What is refused and what is taken was tried with the servers of 13 to 18."""

import pytest

from linting import found, service

ID = "setting-out-of-range"


@pytest.mark.parametrize(
    ("words", "message", "cure"),
    [
        ('["-c", "work_mem=16mb"]', "PostgreSQL refuses work_mem=16mb", "write 16MB"),
        ('["-c", "work_mem=1kB"]', "PostgreSQL refuses work_mem=1kB", "the least is 64kB"),
        ('["-c", "max_connections=many"]', "PostgreSQL refuses max_connections=many", "it is a number; units: none"),
        ('["-c", "fsync=of course"]', "PostgreSQL refuses fsync=of course", "it is on or off"),
        ('["-c", "checkpoint_completion_target=1.2"]', "PostgreSQL refuses checkpoint_completion_target=1.2", "the most is 1"),
        ('["-c", "work_mem=\'16MB\'"]', "PostgreSQL refuses work_mem='16MB'", "without the quotes"),
        ('["-c", "wal_level=\'replica\'"]', "PostgreSQL refuses wal_level='replica'", "without the quotes"),
        ('["-c", "work_mem="]', "PostgreSQL refuses work_mem=", "it is a number; units: B, kB, MB, GB, TB"),
        ('["-N", "0"]', "PostgreSQL refuses max_connections=0", "the least is 1"),
    ],
)
def test_told(words: str, message: str, cure: str) -> None:
    assert [(one.message, one.cure) for one in found(service(f"command: {words}"), ID)] == [(message, cure)]


@pytest.mark.parametrize(
    ("command", "image"),
    [
        pytest.param("-c work_mem=16MB -c max_wal_size=1.5GB -c unix_socket_permissions=0777", "postgres:18", id="good values"),
        pytest.param("postgres -c work_mem='16MB'", "postgres:18", id="quotes that the shell takes away"),
        pytest.param("-c fsync=of -c jit=TRU", "postgres:18", id="beginnings of words"),
        pytest.param("-c wal_level=hot_standby -c log_min_messages=debug", "postgres:18", id="choices nobody tells of"),
        pytest.param("-c work_mem=${MEM} -c shared_buffers=${SB}MB", "postgres:18", id="unknown"),
        pytest.param("-c wal_compression=zstd", "postgres:${TAG}", id="some version takes it"),
        pytest.param("-c wal_compression=zstd", "postgres:12", id="a version nobody looked at"),
        pytest.param("-c wrok_mem=16mb", "postgres:18", id="a name nobody knows"),
        pytest.param("postgres -c work_mem=16mb", "example/fork:18", id="an image that nobody knows"),
    ],
)
def test_silent(command: str, image: str) -> None:
    assert found(service(f"command: {command}", image), ID) == []


def test_the_value_of_a_variable_is_not_told() -> None:
    (one,) = found(service("command: -c work_mem=${MEM}"), ID, {"MEM": "777mb"})
    assert (one.message, one.cure) == ("PostgreSQL refuses work_mem (from MEM)", "it is an integer, 64 kB to 2 TB")
