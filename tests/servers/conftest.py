"""Real servers, one of each major that is at hand; what is missing is skipped in words."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from pytest_postgresql import factories

from real_server import PORT, RealServer, installed

MAJORS = (13, 14, 15, 16, 17, 18)


@pytest.fixture(scope="session", params=MAJORS)
def server(request: pytest.FixtureRequest) -> Iterator[tuple[int, RealServer]]:
    """A freshly initialised server of each major, not started."""
    major = request.param
    if major not in installed():
        pytest.skip(f"no PostgreSQL {major} here: python tools/fetch_servers.py fetches it")
    with RealServer(installed()[major]) as made:
        yield major, made


@pytest.fixture(scope="session")
def running_18() -> Iterator[SimpleNamespace]:
    """A started 18, as pytest-postgresql's fixtures want to be told of one."""
    with RealServer(installed()[18]) as made:
        made.start()
        yield SimpleNamespace(
            server=made,
            host=str(made.root),
            port=PORT,
            user="postgres",
            password="",
            options="",
            maintenance_dbname="postgres",
            template_dbname="template1",
        )


postgresql_18 = factories.postgresql_noproc(depends_on="running_18")
database = factories.postgresql("postgresql_18")
