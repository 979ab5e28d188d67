"""Which images hold a server, how settings reach it, and which PostgreSQL their tags say; and what is none."""

from pathlib import Path

import pytest

from pgfit.inputs.compose.families import Image, families, family_of, major_of, parse_image
from pgfit.inputs.compose.project import load
from pgfit.inputs.compose.server import servers
from pgfit.model import Known, Unknown
from pgfit.yamltree import Source

DIGEST = "sha256:03652c675ae177af98ddd50f9f4b4b2cf8ad38d0e116aa68fe670fbc2cf250fc"


@pytest.mark.parametrize(
    ("text", "image"),
    [
        ("postgres", Image("", "postgres", "", "")),
        ("postgres:18", Image("", "postgres", "18", "")),
        ("library/postgres:18", Image("", "postgres", "18", "")),
        ("docker.io/library/postgres:16-alpine", Image("docker.io", "postgres", "16-alpine", "")),
        ("docker.io/postgres", Image("docker.io", "postgres", "", "")),
        ("index.docker.io/library/postgres:9.4", Image("index.docker.io", "postgres", "9.4", "")),
        (f"postgres:13.7@{DIGEST}", Image("", "postgres", "13.7", DIGEST)),
        (f"postgres@{DIGEST}", Image("", "postgres", "", DIGEST)),
        ("localhost/postgres:18", Image("localhost", "postgres", "18", "")),
        ("localhost:5000/postgres", Image("localhost:5000", "postgres", "", "")),
        ("registry:5000/postgres:18", Image("registry:5000", "postgres", "18", "")),
        ("registry.example.com:5000/a/postgres:18", Image("registry.example.com:5000", "a/postgres", "18", "")),
        (f"registry:5000/a/postgres@{DIGEST}", Image("registry:5000", "a/postgres", "", DIGEST)),
        ("ghcr.io/immich-app/postgres:14", Image("ghcr.io", "immich-app/postgres", "14", "")),
        ("timescale/timescaledb:latest-pg17", Image("", "timescale/timescaledb", "latest-pg17", "")),
        (" postgres:18 ", Image("", "postgres", "18", "")),
        ("Postgres:18", Image("", "postgres", "18", "")),
        ("", Image("", "", "", "")),
    ],
)
def test_an_image_taken_apart(text: str, image: Image) -> None:
    assert parse_image(text) == image


@pytest.mark.parametrize(
    ("image", "name", "major"),
    [
        ("postgres:18", "official", 18),
        ("postgres:17.4-alpine3.21", "official", 17),
        ("postgres:16.2-bookworm", "official", 16),
        ("postgres:15.3-alpine3.18", "official", 15),
        ("postgres:9.6.3-alpine", "official", 9),
        ("postgres:10.1", "official", 10),
        ("postgres:19beta1", "official", 19),
        ("postgres:latest", "official", None),
        ("postgres:alpine", "official", None),
        ("postgres", "official", None),
        (f"postgres:13.7@{DIGEST}", "official", 13),
        (f"postgres@{DIGEST}", "official", None),
        ("docker.io/library/postgres:16-alpine", "official", 16),
        ("public.ecr.aws/docker/library/postgres:15", "official", 15),
        ("mirror.gcr.io/library/postgres:17", "official", 17),
        ("registry.example.com:5000/library/postgres:14", "official", 14),
        ("registry:5000/dockerhub/library/postgres:14", "official", 14),
        ("postgis/postgis:16-3.4-alpine", "postgis", 16),
        ("postgis/postgis", "postgis", None),
        ("pgvector/pgvector:pg17", "pgvector", 17),
        ("pgvector/pgvector:0.8.0-pg16", "pgvector", 16),
        ("ankane/pgvector:v0.5.1", "pgvector", None),
        ("timescale/timescaledb:2.26.4-pg17", "timescale", 17),
        ("timescale/timescaledb:latest-pg18", "timescale", 18),
        ("timescale/timescaledb-ha:pg16", "timescale", 16),
        ("timescale/timescaledb:latest", "timescale", None),
        ("bitnamilegacy/postgresql:15", "bitnami", 15),
        ("docker.io/bitnami/postgresql:17.5.0-debian-12-r1", "bitnami", 17),
        ("bitnami/postgresql-repmgr:16", "bitnami_repmgr", 16),
        ("supabase/postgres:15.8.1.060", "supabase", 15),
        ("supabase/postgres:17.6.1.136", "supabase", 17),
        ("ghcr.io/immich-app/postgres:14-vectorchord0.4.3-pgvectors0.2.0", "immich", 14),
        ("citusdata/citus:12.1.10", "citus", None),
        ("citusdata/citus:13.0.3-pg16", "citus", 16),
        ("paradedb/paradedb:latest", "paradedb", None),
        ("paradedb/paradedb:0.18.0-pg17", "paradedb", 17),
        (f"tensorchord/pgvecto-rs:pg14-v0.2.0@{DIGEST}", "pgvecto_rs", 14),
        ("tensorchord/vchord-postgres:pg17-v0.4.3", "vectorchord", 17),
        ("kartoza/postgis:14-3.1", "kartoza", 14),
        ("kartoza/postgis:manual-build", "kartoza", None),
        ("zulip/zulip-postgresql:14", "zulip", 14),
        ("pgautoupgrade/pgautoupgrade:18-alpine", "pgautoupgrade", 18),
        ("registry.opensource.zalan.do/acid/spilo-15:3.0-p1", "spilo", 15),
        ("ghcr.io/zalando/spilo-17:4.0-p2", "spilo", 17),
        ("spilo", "spilo", None),
        ("quay.io/sclorg/postgresql-16-c9s", "sclorg", 16),
        ("registry.redhat.io/rhel9/postgresql-16:latest", "sclorg", 16),
        ("btcpayserver/postgres:18.4", "official_kin", 18),
        ("ghcr.io/instantdb/postgresql:postgresql-16-pg-hint-plan", "official_kin", 16),
        ("nuxeo/postgres", "official_kin", None),
        ("openremote/postgresql:17.6", "openremote", 17),
        ("sameersbn/postgresql:9.4-18", "own_start", None),
        ("index.docker.io/sourcegraph/postgresql-16:6.0.0", "own_start", 16),
        ("mediagis/nominatim:4.4", "own_start", None),
    ],
)
def test_the_family_of_an_image_and_the_major_of_its_tag(image: str, name: str, major: int | None) -> None:
    parsed = parse_image(image)
    family = family_of(parsed.repository)
    assert family is not None
    assert family.name == name
    found = major_of(family, parsed)
    assert (found.value if isinstance(found, Known) else None) == major


def test_an_unknown_major_says_why() -> None:
    image = parse_image("postgres:latest")
    assert major_of(families()["official"], image) == Unknown("the tag of postgres:latest does not say which PostgreSQL it is")


@pytest.mark.parametrize(
    "image",
    [
        "prometheuscommunity/postgres-exporter:v0.15.0",
        "quay.io/prometheuscommunity/postgres-exporter",
        "wrouesnel/postgres_exporter",
        "prodrigestivill/postgres-backup-local:16",
        "kartoza/pg-backup:16-3.4",
        "tiredofit/db-backup",
        "edoburu/pgbouncer",
        "pgbouncer/pgbouncer:1.21.0",
        "bitnami/pgbouncer:latest",
        "bitnami/pgpool:4",
        "dpage/pgadmin4:latest",
        "adminer",
        "postgrest/postgrest:v14.12",
        "supabase/postgres-meta:v0.96.6",
        "supabase/supavisor:2.9.5",
        "wal-g/wal-g",
        "ghcr.io/wal-g/wal-g:latest",
        "pgbackrest/pgbackrest:latest",
        "horrendo/pg_prove",
        "citusdata/membership-manager:0.3.0",
        "zabbix/zabbix-server-pgsql:alpine-7.0",
        "flyway/flyway:10",
    ],
)
def test_clients_exporters_poolers_and_backups_are_no_servers(image: str) -> None:
    family = family_of(parse_image(image).repository)
    assert family is not None
    assert family.channel == "client"
    assert not found(f"image: {image}\ncommand: -c max_connections=100\nenvironment: [POSTGRES_PASSWORD=x]")


@pytest.mark.parametrize("image", ["redis:7", "busybox", "alpine:3", "mysql:8", "myapp/web", "ghcr.io/zulip/zulip-server:12.1-0"])
def test_of_other_images_nothing_is_known(image: str) -> None:
    assert family_of(parse_image(image).repository) is None


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("image: busybox\nvolumes: [data:/var/lib/postgresql/data]", id="a data container"),
        pytest.param(
            "image: alpine:3\nvolumes: [/var/lib/postgresql/data]\ncommand: 'true'", id="a data container with a command"
        ),
        pytest.param("image: postgres:16\ncommand: pg_dump -h db app", id="a dump"),
        pytest.param("image: postgres:16\nentrypoint: [pg_basebackup]\ncommand: [-h, db]", id="a base backup"),
        pytest.param("image: postgres:16\ncommand: psql -h db -f /schema.sql", id="psql"),
        pytest.param(
            "image: postgres:16\nentrypoint: sh -c 'while true; do pg_dump -h db app > /b/x; sleep 1d; done'", id="a backup loop"
        ),
        pytest.param("image: postgres:16\ncommand: [sh, -c, 'until pg_isready -h db; do sleep 1; done']", id="a wait"),
        pytest.param("image: myapp/web\nenvironment: [POSTGRES_PASSWORD=x, POSTGRES_HOST=db]", id="a web server"),
        pytest.param("image: myapp/postgres-ui\nports: ['80:80']", id="the word in a name"),
    ],
)
def test_jobs_and_data_containers_are_no_servers(lines: str) -> None:
    assert not found(lines)


def found(lines: str) -> list[str]:
    """The servers of a file whose service db has these keys."""
    body = "".join(f"    {line}\n" for line in lines.split("\n"))
    project = load([Source("file.yaml", f"services:\n  db:\n{body}")], {}, Path("/nowhere"))
    return [one.name for one in servers(project)]


def test_every_family_is_whole() -> None:
    channels = {"command", "none", "client", "POSTGRESQL_EXTRA_FLAGS", "EXTRA_CONF", "SPILO_CONFIGURATION"}
    for family in families().values():
        assert family.about
        assert family.images
        assert family.channel in channels
        assert bool(family.cmd) == (family.channel == "command")
        assert family.breaks or family.channel != "none"
