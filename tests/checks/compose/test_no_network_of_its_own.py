"""Strangers on the server's network."""

import pytest

from linting import found, service

ID = "no-network-of-its-own"

PROXY = "  proxy:\n    image: nginx:1.29\n    ports: ['80:80']\n"


@pytest.mark.parametrize(
    "other",
    [
        PROXY,
        PROXY + "    depends_on: [app]\n",
        PROXY + "    networks: [default, front]\n",
        "  cache:\n    image: redis:8\n    ports: ['6379:6379']\n",
    ],
)
def test_told(other: str) -> None:
    (one,) = found(service("") + other, ID)
    assert one.severity == "info"


@pytest.mark.parametrize(
    "other",
    [
        "",
        PROXY + "    depends_on: [db]\n",
        PROXY + "    depends_on: {db: {condition: service_healthy}}\n",
        PROXY + "    environment: {UPSTREAM: 'db:5432'}\n",
        PROXY + "    links: [db]\n",
        PROXY + "    networks: [front]\n",
        PROXY + "    network_mode: host\n",
        PROXY.replace("    ports: ['80:80']\n", ""),
        PROXY.replace("nginx:1.29", "somebody/app:1"),
        PROXY.replace("nginx:1.29", "adminer"),
        PROXY.replace("nginx:1.29", "${IMAGE}"),
        PROXY.replace("image: nginx:1.29", "build: ."),
    ],
)
def test_not_told(other: str) -> None:
    assert found(service("") + other, ID) == []


def test_not_told_where_the_server_has_a_network() -> None:
    assert found(service("networks: [data]") + PROXY, ID) == []
    assert found(service("networks: {data: {}}") + PROXY, ID) == []
    assert len(found(service("networks: [data, default]") + PROXY, ID)) == 1


def test_the_server_s_other_names_count() -> None:
    text = service("container_name: shop-db") + PROXY + "    environment: [UPSTREAM=shop-db]\n"
    assert found(text, ID) == []
