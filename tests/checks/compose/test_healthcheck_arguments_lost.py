"""Words behind CMD-SHELL that no shell sees."""

import pytest

from linting import found, service
from mending import mended

ID = "healthcheck-arguments-lost"


@pytest.mark.parametrize("test", ["[CMD-SHELL, pg_isready, -U, app]", '["CMD-SHELL", "pg_isready -U app", "-d", "shop"]'])
def test_told(test: str) -> None:
    assert len(found(service(f"healthcheck: {{test: {test}}}"), ID)) == 1


@pytest.mark.parametrize(
    "test", ["[CMD-SHELL, pg_isready -U app]", "[CMD, pg_isready, -U, app]", "pg_isready -U app", "[NONE, a, b]", "[CMD-SHELL]"]
)
def test_silent(test: str) -> None:
    assert found(service(f"healthcheck: {{test: {test}}}"), ID) == []


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ('["CMD-SHELL", "pg_isready", "-U", "app"]', '["CMD", "pg_isready", "-U", "app"]'),
        ("[CMD-SHELL, pg_isready, -U, app]", "[CMD, pg_isready, -U, app]"),
        ("\n    - 'CMD-SHELL'\n    - pg_isready\n    - -q", "\n    - 'CMD'\n    - pg_isready\n    - -q"),
    ],
)
def test_mended(test: str, expected: str) -> None:
    text = service(f"healthcheck:\n  test: {test}")
    assert mended(text, ID) == service(f"healthcheck:\n  test: {expected}")


@pytest.mark.parametrize(
    "test", ['["CMD-SHELL", "pg_isready -U app", "-d", "shop"]', '["CMD-SHELL", "pg_isready", "-U", "$$POSTGRES_USER"]']
)
def test_not_mended_where_a_shell_is_needed(test: str) -> None:
    assert [one.fix for one in found(service(f"healthcheck: {{test: {test}}}"), ID)] == [()]
