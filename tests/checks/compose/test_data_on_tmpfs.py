"""Data in memory."""

import pytest

from linting import found, service

ID = "data-on-tmpfs"

VOLUME = service("volumes: [pgdata:/var/lib/postgresql/data]", "postgres:17")


@pytest.mark.parametrize(
    "lines",
    [
        "tmpfs: /var/lib/postgresql/data",
        "tmpfs: ['/tmp', '/var/lib/postgresql/data:size=512m']",
        "volumes: [{type: tmpfs, target: /var/lib/postgresql/data}]",
    ],
)
def test_told(lines: str) -> None:
    assert [one.severity for one in found(service(lines, "postgres:17"), ID)] == ["warning"]


@pytest.mark.parametrize(
    "lines", ["tmpfs: /tmp", "tmpfs: [/run, /var/run/postgresql]", "volumes: [pgdata:/var/lib/postgresql/data]"]
)
def test_not_told(lines: str) -> None:
    assert found(service(lines, "postgres:17"), ID) == []


def test_told_of_a_volume_that_is_a_tmpfs() -> None:
    assert len(found(VOLUME + "volumes:\n  pgdata:\n    driver_opts: {type: tmpfs, device: tmpfs}\n", ID)) == 1


def test_not_told_of_a_volume_that_is_a_disk() -> None:
    assert found(VOLUME + "volumes:\n  pgdata:\n    driver_opts: {type: none, o: bind, device: /srv}\n", ID) == []


def test_18_keeps_its_data_below() -> None:
    assert len(found(service("tmpfs: /var/lib/postgresql"), ID)) == 1
