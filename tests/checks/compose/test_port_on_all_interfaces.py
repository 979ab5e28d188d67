"""Ports open to every network."""

import pytest

from linting import found, service

ID = "port-on-all-interfaces"


@pytest.mark.parametrize(
    "port",
    [
        "5432:5432",
        "'5432'",
        "5433:5432/tcp",
        "'0.0.0.0:5432:5432'",
        "'[::]:5432:5432'",
        "5430-5440:5430-5440",
        "'${PORT:-5432}:5432'",
        "'${BIND:-0.0.0.0}:5432:5432'",
        "{target: 5432, published: 5432}",
        "{target: 5432, published: '15432', host_ip: 0.0.0.0}",
    ],
)
def test_told(port: str) -> None:
    assert [one.severity for one in found(service(f"ports: [{port}]"), ID)] == ["warning"]


@pytest.mark.parametrize(
    "port",
    [
        "'127.0.0.1:5432:5432'",
        "'127.0.0.1::5432'",
        "'[::1]:5432:5432'",
        "'10.0.0.5:5432:5432'",
        "'${BIND:-127.0.0.1}:5432:5432'",
        "'${BIND}:5432:5432'",
        "'${PORT}:5432'",
        "9187:9187",
        "5432:5432/udp",
        "{target: 5432, published: 5432, host_ip: 127.0.0.1}",
        "{target: 5432, published: '${PORT}'}",
    ],
)
def test_not_told(port: str) -> None:
    assert found(service(f"ports: [{port}]"), ID) == []


@pytest.mark.parametrize(
    "lines", ["expose: [5432]", "network_mode: host", "network_mode: host\nports: ['5432:5432']", "ports: []"]
)
def test_not_told_of_what_publishes_nothing(lines: str) -> None:
    assert found(service(lines), ID) == []


def test_the_server_s_own_port_is_meant() -> None:
    assert len(found(service("ports: ['6000:6000']\ncommand: postgres -p 6000"), ID)) == 1
    assert found(service("ports: ['5432:5432']\ncommand: postgres -p 6000"), ID) == []
    assert len(found(service("ports: ['6000:6000']\nenvironment: {PGPORT: 6000}"), ID)) == 1


def test_the_line_to_write() -> None:
    assert found(service("ports: ['5433:5432']"), ID)[0].cure == '- "127.0.0.1:5433:5432"'
    assert found(service("ports:\n- {target: 5432}"), ID)[0].cure == "host_ip: 127.0.0.1"
