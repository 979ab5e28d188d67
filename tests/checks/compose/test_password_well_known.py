"""Passwords everybody tries."""

import pytest

from linting import found, service

ID = "password-well-known"


@pytest.mark.parametrize(
    "word",
    [
        "postgres",
        "Postgres",
        "password",
        "change-me",
        "changeme",
        "secret",
        "admin",
        "example",
        "test",
        "123456",
        "your_password",
        "${PASSWORD:-postgres}",
    ],
)
def test_told(word: str) -> None:
    (one,) = found(service(f"environment: {{POSTGRES_PASSWORD: '{word}'}}"), ID)
    assert one.severity == "warning"
    assert one.message == "POSTGRES_PASSWORD is one that everybody tries first"


@pytest.mark.parametrize("word", ["dG9wIHNlY3JldA", "${PASSWORD}", "${PASSWORD:-}", "", "postgres-of-the-shop"])
def test_not_told(word: str) -> None:
    assert found(service(f"environment: {{POSTGRES_PASSWORD: '{word}'}}"), ID) == []


@pytest.mark.parametrize("name", ["POSTGRES_USER", "POSTGRES_DB", "POSTGRESQL_USERNAME"])
def test_the_name_of_the_user_is_told(name: str) -> None:
    (one,) = found(service(f"environment: {{{name}: shop, POSTGRES_PASSWORD: shop}}"), ID)
    assert "shop" not in one.message + one.cure


def test_not_the_name_of_another_user() -> None:
    assert found(service("environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD: shopping4}"), ID) == []


@pytest.mark.parametrize(
    ("lines", "severity"),
    [
        ("ports: ['5432:5432']", "error"),
        ("network_mode: host", "error"),
        ("ports: ['127.0.0.1:5432:5432']", "warning"),
        ("ports: ['${BIND}:5432:5432']", "warning"),
        ("expose: [5432]", "warning"),
    ],
)
def test_graver_where_the_port_is_open(lines: str, severity: str) -> None:
    assert [one.severity for one in found(service(f"environment: [POSTGRES_PASSWORD=postgres]\n{lines}"), ID)] == [severity]


def test_what_env_says_is_compared_and_not_printed() -> None:
    text = service("environment: {POSTGRES_PASSWORD: '${PASSWORD}'}")
    (one,) = found(text, ID, {"PASSWORD": "letmein"})
    assert "letmein" not in one.message + one.cure
    assert found(text, ID, {"PASSWORD": "dG9wIHNlY3JldA"}) == []
