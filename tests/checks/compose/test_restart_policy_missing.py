"""Servers that nothing starts again."""

import pytest

from linting import found, service
from mending import mended

ID = "restart-policy-missing"


@pytest.mark.parametrize("lines", ["", "deploy: {resources: {limits: {memory: 1g}}}", "mem_limit: 1g"])
def test_told(lines: str) -> None:
    assert len(found(service(lines), ID)) == 1


@pytest.mark.parametrize(
    "lines",
    [
        "restart: always",
        "restart: on-failure:5",
        'restart: "no"',
        "restart: ${RESTART}",
        "deploy: {restart_policy: {condition: any}}",
        "deploy: {placement: {constraints: [node.role == manager]}}",
        "extends: {file: elsewhere.yml, service: base}",
        "tmpfs: /var/lib/postgresql",
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []


def test_mended() -> None:
    text = service("mem_limit: 1g  # enough")
    assert mended(text, ID) == service("restart: unless-stopped\nmem_limit: 1g  # enough")
