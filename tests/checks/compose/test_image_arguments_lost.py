"""What an image's own command says, dropped by another."""

import pytest

from linting import found, service

ID = "image-arguments-lost"

IMMICH = "ghcr.io/immich-app/postgres:14-vectorchord0.4.3"
SUPABASE = "supabase/postgres:15.8.1.085"
VECTORS = "tensorchord/pgvecto-rs:pg16-v0.3.0"
VCHORD = "tensorchord/vchord-postgres:pg17-v0.4.3"


@pytest.mark.parametrize(
    ("image", "command"),
    [
        (IMMICH, "postgres -c work_mem=8MB"),
        (IMMICH, "-c work_mem=8MB"),
        (IMMICH, "[postgres, -c, work_mem=8MB]"),
        (SUPABASE, "postgres -c work_mem=8MB"),
        (VECTORS, "postgres -c work_mem=8MB"),
        (VCHORD, "postgres -c shared_preload_libraries=pg_stat_statements"),
    ],
)
def test_told(image: str, command: str) -> None:
    assert len(found(service(f"command: {command}", image), ID)) == 1


@pytest.mark.parametrize(
    ("image", "command"),
    [
        (IMMICH, "postgres -c config_file=/etc/postgresql/postgresql.conf -c work_mem=8MB"),
        (IMMICH, "postgres -c shared_preload_libraries=vchord.so"),
        (SUPABASE, "postgres -D /etc/postgresql -c work_mem=8MB"),
        (SUPABASE, "postgres -c config_file=/etc/postgresql/postgresql.conf"),
        (VECTORS, "postgres -c shared_preload_libraries=vectors.so"),
        (VCHORD, "postgres -c shared_preload_libraries=pg_stat_statements,vchord"),
        ("postgres:18", "postgres -c work_mem=8MB"),
        (IMMICH, "${COMMAND}"),
    ],
)
def test_not_told(image: str, command: str) -> None:
    assert found(service(f"command: {command}", image), ID) == []


def test_not_told_without_a_command() -> None:
    assert found(service("", IMMICH), ID) == []


def test_the_words_to_add() -> None:
    (one,) = found(service("command: postgres -c work_mem=8MB", IMMICH), ID)
    assert one.cure == "command: postgres -c config_file=/etc/postgresql/postgresql.conf …"
