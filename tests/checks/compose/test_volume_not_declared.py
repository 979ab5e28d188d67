"""Volumes that stand nowhere."""

import pytest

from linting import found, service

ID = "volume-not-declared"


@pytest.mark.parametrize("volume", ["pgdata:/x", "'${NAME:-pgdata}:/x'", "{type: volume, source: pgdata, target: /x}"])
def test_told(volume: str) -> None:
    (one,) = found(service(f"volumes: [{volume}]"), ID)
    assert one.cure == "volumes: {pgdata: {}}"


@pytest.mark.parametrize("volume", ["pgdata:/x", "'${NAME:-pgdata}:/x'", "{type: volume, source: pgdata, target: /x}"])
def test_not_told_of_what_is_declared(volume: str) -> None:
    assert found(service(f"volumes: [{volume}]") + "volumes:\n  pgdata:\n", ID) == []


@pytest.mark.parametrize(
    "volume", ["./data:/x", "/srv:/x", "~/pg:/x", "/x", "'${NAME}:/x'", "'C:\\data:/x'", "{type: tmpfs, target: /x}"]
)
def test_not_told_of_what_needs_none(volume: str) -> None:
    assert found(service(f"volumes: [{volume}]"), ID) == []


def test_not_told_where_coolify_declares_them() -> None:
    assert found(service("volumes: [pgdata:/x]\nenvironment: {POSTGRES_PASSWORD: $SERVICE_PASSWORD_POSTGRES}"), ID) == []


def test_not_told_where_an_included_file_may_declare_it() -> None:
    assert found("include: [other.yaml]\n" + service("volumes: [pgdata:/x]"), ID) == []


def test_not_told_in_the_first_format() -> None:
    assert found("db:\n  image: postgres:17\n  volumes: [pgdata:/x]\n", ID) == []
