"""setting-unknown."""

import pytest

from linting import found, service

ID = "setting-unknown"


@pytest.mark.parametrize(
    ("name", "image", "message", "cure"),
    [
        ("work_memm", "postgres:18", "PostgreSQL 18 has no setting work_memm", "work_mem instead"),
        ("io_method", "postgres:17", "PostgreSQL 17 has no setting io_method: it came with PostgreSQL 18", "delete io_method"),
        (
            "force_parallel_mode",
            "postgres:16",
            "PostgreSQL 16 has no setting force_parallel_mode: it went after PostgreSQL 15",
            "debug_parallel_query instead",
        ),
        (
            "wal_keep_segments",
            "postgis/postgis:15-3.4",
            "PostgreSQL 15 has no setting wal_keep_segments: it went before PostgreSQL 13",
            "wal_keep_size instead",
        ),
        ("shared_bufers", "postgres", "no PostgreSQL from 13 to 19 has a setting shared_bufers", "shared_buffers instead"),
    ],
)
def test_told(name: str, image: str, message: str, cure: str) -> None:
    (one,) = found(service(f"command: postgres -c {name}=1", image), ID)
    assert (one.message, one.cure) == (message, cure)


def test_told_once_at_its_own_item() -> None:
    text = service("command:\n  - -c\n  - work_mem=8MB\n  - --wrok-mem=1\n  - --wrok-mem=2")
    assert [one.line_column for one in found(text, ID)] == [(7, 9)]


@pytest.mark.parametrize(
    ("command", "image"),
    [
        pytest.param("-c work_mem=8MB --log-statement=all", "postgres:18", id="known"),
        pytest.param("-c IO_Method=worker", "postgres:18", id="any case"),
        pytest.param("-c io_method=worker", "postgres:${TAG}", id="some version has it"),
        pytest.param("-c wal_keep_segments=8", "postgres:${TAG}", id="some old version had it"),
        pytest.param("-c wal_keep_segments=8", "postgres:12", id="a version nobody looked at"),
        pytest.param("-c pg_stat_statements.max=1", "postgres:18", id="an extension's"),
        pytest.param("-c sort_mem=8MB", "postgres:18", id="an old name that is taken"),
        pytest.param("-c ssl_ecdh_curve=prime256v1", "postgres:18", id="an old name that 18 takes"),
        pytest.param("-c wrok_mem=${MEM}", "postgres:18", id="a variable"),
        pytest.param("postgres -c wrok_mem=1", "example/fork:18", id="an image that nobody knows"),
    ],
)
def test_silent(command: str, image: str) -> None:
    assert found(service(f"command: {command}", image), ID) == []
