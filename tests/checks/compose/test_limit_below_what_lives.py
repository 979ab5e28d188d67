"""limit-below-what-lives."""

import pytest

from linting import found, service

ID = "limit-below-what-lives"


def test_told_with_the_arithmetic() -> None:
    (one,) = found(service("mem_limit: 32m"), ID)
    assert one.message == "a limit of 32 MB is below what PostgreSQL needs to live"
    assert one.arithmetic == (
        "the smallest server pgfit would run needs at least 46.7 MB at worst; the limit is 32 MB, 14.7 MB too little"
    )
    assert one.line_column == (4, 16)


@pytest.mark.parametrize(
    ("lines", "image"),
    [
        pytest.param("mem_limit: 20m", "postgres", id="any version"),
        pytest.param("deploy: {resources: {limits: {memory: 20MB}}}", "postgres:14", id="under deploy"),
    ],
)
def test_told(lines: str, image: str) -> None:
    assert [one.check for one in found(service(lines, image), ID)] == [ID]


@pytest.mark.parametrize(
    ("lines", "image"),
    [
        pytest.param("mem_limit: 64m", "postgres:18", id="just enough"),
        pytest.param("mem_limit: 46m", "postgres:${TAG}", id="enough for some version"),
        pytest.param("mem_limit: 20m", "postgres:11", id="a version nobody measured"),
        pytest.param("mem_limit: 5m", "postgres:18", id="refused by Docker: another check"),
        pytest.param("mem_limit: ${MEM}", "postgres:18", id="unknown"),
        pytest.param("", "postgres:18", id="no limit"),
    ],
)
def test_silent(lines: str, image: str) -> None:
    assert found(service(lines, image), ID) == []
