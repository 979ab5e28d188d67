"""limits-distinct."""

import pytest

from linting import found, service

ID = "limits-distinct"


def test_memory() -> None:
    (one,) = found(service("mem_limit: 512m\ndeploy: {resources: {limits: {memory: 1G}}}"), ID)
    assert one.message == "mem_limit and deploy.resources.limits.memory (compose.yaml:5) are distinct: compose refuses that"
    assert one.line_column == (4, 16)
    assert one.cure == "write the limit once: deploy.resources.limits.memory, without mem_limit"


def test_cpus() -> None:
    (one,) = found(service("cpus: 1\ndeploy: {resources: {limits: {cpus: '2'}}}"), ID)
    assert one.message == "cpus and deploy.resources.limits.cpus (compose.yaml:5) are distinct: compose refuses that"


def test_a_block_that_lacks_it() -> None:
    (one,) = found(service("mem_limit: 512m\ndeploy: {resources: {limits: {cpus: '2'}}}"), ID)
    assert one.message == "mem_limit beside deploy.resources.limits without memory: compose takes them for distinct"


def test_both() -> None:
    text = service("mem_limit: 512m\ncpus: 1\ndeploy: {resources: {limits: {memory: 1G, cpus: '2'}}}")
    assert [one.line_column[0] for one in found(text, ID)] == [4, 5]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("mem_limit: 1024m\ndeploy: {resources: {limits: {memory: 1G}}}", id="the same in another unit"),
        pytest.param("cpus: 1\ndeploy: {resources: {limits: {cpus: '1.0'}}}", id="the same number"),
        pytest.param("mem_limit: 512m\ndeploy: {resources: {reservations: {memory: 256M}}}", id="a reservation"),
        pytest.param("mem_limit: 512m\ndeploy: {resources: {limits: {memory: $MEM}}}", id="unknown"),
        pytest.param("mem_limit: 512m", id="one only"),
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []
