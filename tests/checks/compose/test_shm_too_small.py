"""shm-too-small."""

import pytest

from linting import found, service
from pgfit.edits import apply

ID = "shm-too-small"


def test_a_parallel_hash_join() -> None:
    (one,) = found(service("command: -c work_mem=16MB"), ID)
    assert one.message == "one parallel hash join may need 96 MB of /dev/shm, which has 64 MB"
    assert one.arithmetic == "(2 workers + 1) × work_mem 16 MB × hash_mem_multiplier 2"
    assert (one.cure, one.line_column) == ("shm_size: 112m", (2, 3))


def test_before_15_the_multiplier_is_1() -> None:
    (one,) = found(service("command: -c work_mem=32MB", "postgres:14"), ID)
    assert one.arithmetic == "(2 workers + 1) × work_mem 32 MB × hash_mem_multiplier 1"


def test_a_vector_index() -> None:
    (one,) = found(service("command: -c maintenance_work_mem=1GB\nshm_size: 256m", "pgvector/pgvector:pg17"), ID)
    assert one.message == "a parallel build of a vector index may need 1 GB of /dev/shm, which has 256 MB"
    assert one.line_column == (5, 15)


def test_a_parallel_vacuum_of_16() -> None:
    (one,) = found(service("command: -c maintenance_work_mem=256MB", "postgres:16"), ID)
    assert one.message == "a parallel VACUUM may need 256 MB of /dev/shm, which has 64 MB"
    assert found(service("command: -c maintenance_work_mem=256MB", "postgres:17"), ID) == []


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("", id="the defaults take 24 MB"),
        pytest.param("command: -c work_mem=16MB\nshm_size: 96m", id="just enough"),
        pytest.param("command: -c work_mem=16MB\nshm_size: ${SHM}", id="unknown size"),
        pytest.param("command: -c work_mem=${MEM}", id="unknown setting"),
        pytest.param("command: -c work_mem=16MB -c max_parallel_workers_per_gather=0", id="no parallel query"),
        pytest.param("command: -c work_mem=16MB -c max_parallel_workers=0", id="no workers"),
        pytest.param("command: -c work_mem=16MB -c enable_parallel_hash=off", id="no parallel hash"),
        pytest.param("command: -c work_mem=16MB -c dynamic_shared_memory_type=mmap", id="not in /dev/shm"),
        pytest.param("command: -c work_mem=16MB -c min_dynamic_shared_memory=64MB", id="room in the main segment"),
        pytest.param("command: -c work_mem=16MB -c config_file=/etc/pg.conf", id="a file may say otherwise"),
        pytest.param("command: -c work_mem=16MB\nvolumes: [./pg.conf:/etc/postgresql.conf]", id="a file is mounted"),
        pytest.param("command: -c work_mem=16MB\nipc: host", id="the host's"),
        pytest.param("command: -c work_mem=16MB\nvolumes: [/dev/shm:/dev/shm]", id="a mount without a size"),
        pytest.param("command: -c work_mem=16MB\ntmpfs: /dev/shm:size=1g", id="a tmpfs"),
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []


def test_a_tmpfs_that_is_too_small_is_not_mended() -> None:
    (one,) = found(service("command: -c work_mem=16MB\ntmpfs: /dev/shm:size=80m"), ID)
    assert (one.cure, one.fix) == ("size=112m", ())


def test_not_mended_where_it_would_take_half_of_the_limit() -> None:
    (one,) = found(service("command: -c work_mem=16MB\nmem_limit: 192m"), ID)
    assert one.fix == ()
    assert one.cure == "pgfit compose --write: smaller settings; the limit leaves no room for such a /dev/shm"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("command: -c work_mem=16MB", "command: -c work_mem=16MB\nshm_size: 112m", id="added"),
        pytest.param("shm_size: '64mb'\ncommand: -c work_mem=16MB", "shm_size: '112m'\ncommand: -c work_mem=16MB", id="replaced"),
    ],
)
def test_mended(before: str, after: str) -> None:
    (one,) = found(service(before), ID)
    assert apply(service(before), [edit for _, edit in one.fix]) == service(after)
    assert found(service(after), ID) == []
