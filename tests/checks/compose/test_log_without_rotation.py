"""Logs that grow until the disk is full."""

import pytest

from linting import found, service
from mending import mended

ID = "log-without-rotation"


@pytest.mark.parametrize(
    ("lines", "severity"),
    [
        ("", "info"),
        ("logging: {options: {tag: db}}", "info"),
        ("logging: {driver: json-file}", "warning"),
        ("logging: {driver: json-file, options: {max-file: '3'}}", "warning"),
        ("logging: {driver: '${DRIVER:-json-file}'}", "warning"),
        ("command: -c logging_collector=off", "info"),
    ],
)
def test_told(lines: str, severity: str) -> None:
    assert [one.severity for one in found(service(lines), ID)] == [severity]


@pytest.mark.parametrize(
    "lines",
    [
        "logging: {driver: json-file, options: {max-size: 10m}}",
        "logging: {options: {max-size: '${SIZE}'}}",
        "logging: {driver: local}",
        "logging: {driver: journald}",
        "logging: {driver: none}",
        "logging: {driver: '${DRIVER}'}",
        "command: -c logging_collector=on",
        "log_driver: syslog",
        "extends: {file: elsewhere.yml, service: base}",
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []


def test_mended() -> None:
    expected = """\
services:
  db:
    image: postgres:18
    logging:
      driver: json-file
      options:
        max-size: 10m
        max-file: "3"
    restart: always
"""
    assert mended(service("restart: always"), ID) == expected


def test_not_mended_where_something_is_said() -> None:
    assert [one.fix for one in found(service("logging: {driver: json-file}"), ID)] == [()]
