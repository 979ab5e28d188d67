"""settings-not-read."""

import pytest

from linting import found, service

ID = "settings-not-read"
COMMAND = "command: postgres -c max_connections=200 -c work_mem=8MB"


@pytest.mark.parametrize(
    ("image", "message", "cure"),
    [
        (
            "bitnami/postgresql:16",
            "Bitnami's PostgreSQL does not take settings from `command:`: max_connections, work_mem",
            "put them into POSTGRESQL_EXTRA_FLAGS",
        ),
        (
            "kartoza/postgis:17",
            "Kartoza's PostGIS does not take settings from `command:`: max_connections, work_mem",
            "put them into EXTRA_CONF",
        ),
        (
            "ghcr.io/zalando/spilo-16:3.2",
            "Zalando's Spilo, PostgreSQL under Patroni does not take settings from `command:`: max_connections, work_mem",
            "put them into SPILO_CONFIGURATION",
        ),
    ],
)
def test_told(image: str, message: str, cure: str) -> None:
    (one,) = found(service(COMMAND, image), ID)
    assert (one.message, one.cure, one.line_column) == (message, cure, (4, 14))


@pytest.mark.parametrize(
    ("lines", "image"),
    [
        pytest.param(COMMAND, "postgres:18", id="official"),
        pytest.param(COMMAND, "sameersbn/postgresql:15", id="a start script that nobody knows"),
        pytest.param(COMMAND, "example/postgres:18", id="an image that nobody knows"),
        pytest.param(COMMAND, "${IMAGE}", id="unknown"),
        pytest.param("", "bitnami/postgresql:16", id="no command"),
        pytest.param("command: /opt/bitnami/scripts/postgresql/run.sh", "bitnami/postgresql:16", id="no settings"),
        pytest.param(f"{COMMAND}\nentrypoint: /start.sh", "bitnami/postgresql:16", id="an entrypoint of its own"),
    ],
)
def test_silent(lines: str, image: str) -> None:
    assert found(service(lines, image), ID) == []
