"""Docker's socket in the container."""

import pytest

from linting import found, service

ID = "docker-socket-mounted"


@pytest.mark.parametrize(
    "volume",
    [
        "/var/run/docker.sock:/var/run/docker.sock",
        "/var/run/docker.sock:/var/run/docker.sock:ro",
        "/run/docker.sock:/tmp/docker.sock",
        "'${SOCKET:-/var/run/docker.sock}:/tmp/s'",
        "'${SOCKET}:/var/run/docker.sock'",
        "{type: bind, source: /var/run/docker.sock, target: /var/run/docker.sock}",
    ],
)
def test_told(volume: str) -> None:
    assert len(found(service(f"volumes: [{volume}]"), ID)) == 1


@pytest.mark.parametrize(
    "volume", ["/var/run/postgresql:/var/run/postgresql", "'${SOCKET}:/tmp/s'", "pgdata:/var/lib/postgresql"]
)
def test_not_told(volume: str) -> None:
    assert found(service(f"volumes: [{volume}]"), ID) == []
