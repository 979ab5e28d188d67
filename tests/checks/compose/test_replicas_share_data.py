"""Replicas on one data directory."""

import pytest

from linting import found, service

ID = "replicas-share-data"

DATA = "volumes: ['pgdata:/var/lib/postgresql/data']\n"


@pytest.mark.parametrize("lines", ["deploy: {replicas: 3}", "scale: 2", "deploy: {replicas: '${N:-2}'}"])
def test_told(lines: str) -> None:
    assert [one.severity for one in found(service(DATA + lines, "postgres:17"), ID)] == ["error"]


@pytest.mark.parametrize("lines", ["", "deploy: {replicas: 1}", "deploy: {replicas: '${N}'}", "deploy: {mode: global}"])
def test_not_told(lines: str) -> None:
    assert found(service(DATA + lines, "postgres:17"), ID) == []


@pytest.mark.parametrize(
    "lines",
    [
        "tmpfs: /var/lib/postgresql/data",
        "volumes: [/var/lib/postgresql/data]",
        "volumes: ['pgdata-{{.Task.Slot}}:/var/lib/postgresql/data']",
    ],
)
def test_not_told_where_each_has_its_own(lines: str) -> None:
    assert found(service(lines + "\ndeploy: {replicas: 2}", "postgres:17"), ID) == []
