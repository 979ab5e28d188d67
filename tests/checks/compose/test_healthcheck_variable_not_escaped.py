"""Variables of the container that compose replaces."""

import pytest

from linting import found, service
from mending import mended

ID = "healthcheck-variable-not-escaped"
APP = "environment: {POSTGRES_USER: app}"


@pytest.mark.parametrize(
    "test", ["pg_isready -U $POSTGRES_USER", "pg_isready -U ${POSTGRES_USER}", "[CMD, pg_isready, -U, $POSTGRES_USER]"]
)
def test_told(test: str) -> None:
    text = service(f"healthcheck:\n  test: {test}\n{APP}")
    message = "compose puts nothing in place of POSTGRES_USER, which only the container knows"
    assert [one.message for one in found(text, ID)] == [message]


@pytest.mark.parametrize(
    ("test", "environment"),
    [
        ("pg_isready -U $$POSTGRES_USER", APP),
        ("pg_isready -U ${POSTGRES_USER:-app}", APP),
        ("pg_isready -U ${OTHER}", APP),
        ("pg_isready -U $POSTGRES_USER", "environment: {POSTGRES_USER: $POSTGRES_USER}"),
        ("pg_isready -U $POSTGRES_USER", "environment: [POSTGRES_USER]"),
        ("pg_isready -U $POSTGRES_USER", "env_file: db.env"),
    ],
)
def test_silent(test: str, environment: str) -> None:
    assert found(service(f"healthcheck:\n  test: {test}\n{environment}"), ID) == []


def test_silent_where_compose_knows_it_too() -> None:
    text = service(f"healthcheck: {{test: pg_isready -U $POSTGRES_USER}}\n{APP}")
    assert found(text, ID, {"POSTGRES_USER": "app"}) == []


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("pg_isready -U $POSTGRES_USER -d $$X", "pg_isready -U $$POSTGRES_USER -d $$X"),
        (
            '["CMD-SHELL", "pg_isready -U ${POSTGRES_USER} || exit 1"]',
            '["CMD-SHELL", "pg_isready -U $${POSTGRES_USER} || exit 1"]',
        ),
        ("'$POSTGRES_USER ${A:-b} $POSTGRES_USER'", "'$$POSTGRES_USER ${A:-b} $$POSTGRES_USER'"),
    ],
)
def test_mended(test: str, expected: str) -> None:
    text = service(f"healthcheck:\n  test: {test}\n{APP}")
    assert mended(text, ID) == service(f"healthcheck:\n  test: {expected}\n{APP}")


def test_not_mended_where_there_is_no_shell() -> None:
    text = service(f"healthcheck: {{test: [CMD, pg_isready, -U, $POSTGRES_USER]}}\n{APP}")
    assert [(one.fix, one.cure) for one in found(text, ID)] == [((), "CMD-SHELL, and $${POSTGRES_USER}")]
