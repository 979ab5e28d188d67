"""What the other services may open: every find has a twin that is silent."""

from pathlib import Path

import pytest

from pgfit.inputs.compose.clients import Clients, clients_of
from pgfit.inputs.compose.project import load
from pgfit.inputs.compose.server import servers
from pgfit.yamltree import Source

SECRET = "hunter2"  # noqa: S105  to see that it is never shown
DB = "  db: {image: postgres:18, environment: {POSTGRES_PASSWORD: x}}\n"


def clients(services: str, server: str = "db", variables: dict[str, str] | None = None, top: str = "") -> Clients:
    text = top + "services:\n" + (services if f"  {server}:" in services else DB + services)
    project = load([Source("compose.yaml", text)], variables or {}, Path())
    return clients_of(next(one for one in servers(project) if one.name == server), project)


def app(*environment: str, more: str = "depends_on: [db]", image: str = "app") -> str:
    lines = "".join(f"      - '{one}'\n" for one in environment)
    return f"  app:\n    image: {image}\n    {more}\n    environment:\n{lines}"


URL = f"DATABASE_URL=postgres://me:{SECRET}@db:5432/app"


@pytest.mark.parametrize(
    ("environment", "sessions"),
    [
        (["DB_POOL=20"], 20),
        (["DB_POOL=7", "RAILS_MAX_THREADS=5"], 7),
        (["RAILS_MAX_THREADS=5", "WEB_CONCURRENCY=3"], 15),
        (["RAILS_MAX_THREADS=5", "WEB_CONCURRENCY=0"], 5),
        (["DB_POOL_SIZE=5", "DB_MAX_OVERFLOW=10"], 15),
        (["SQLALCHEMY_POOL_SIZE=5", "SQLALCHEMY_MAX_OVERFLOW=10", "GUNICORN_WORKERS=4"], 60),
        (["DB_POOL_SIZE=5", "DB_MAX_OVERFLOW=-1"], 5),
        (["SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE=12"], 12),
        (["SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE=12"], 12),
        (["spring.datasource.hikari.maximum-pool-size=12"], 12),
        (["HIKARI_MAX_POOL_SIZE=9"], 9),
        (["DATASOURCES_DEFAULT_MAXIMUM_POOL_SIZE=9"], 9),
        (["QUARKUS_DATASOURCE_JDBC_MAX_SIZE=16"], 16),
        (["QUARKUS_DATASOURCE_REACTIVE_MAX_SIZE=30"], 30),
        (["PGPOOL_MAX=8"], 8),
        (["PG_POOL_MAX=8"], 8),
        (["DB_POOL_MAX=8"], 8),
        (["DB_POOL__MAX=8"], 8),
        (["DB_POOL_MAX_SIZE=8"], 8),
        (["DB_MAX_OPEN_CONNS=25"], 25),
        (["APP_DATABASE_MAX_OPEN_CONNECTIONS=25"], 25),
        (["DATABASE_MAX_CONNECTIONS=40"], 40),
        (["DATABASE_MAX_CONNS=10"], 10),
        (["DATABASE_CONNECTION_POOL_MAX=5"], 5),
        (["KC_DB_POOL_MAX_SIZE=20"], 20),
        (["GITEA__database__MAX_OPEN_CONNS=50"], 50),
        (["GF_DATABASE_MAX_OPEN_CONN=30"], 30),
        (["DB_POSTGRESDB_POOL_SIZE=4"], 4),
        (["MB_APPLICATION_DB_MAX_CONNECTION_POOL_SIZE=15"], 15),
        (["LEMMY_DATABASE_POOL_SIZE=30"], 30),
        (["HASURA_GRAPHQL_PG_CONNECTIONS=50", "HASURA_GRAPHQL_PG_STRIPES=2"], 100),
        (["PGRST_DB_POOL=10"], 10),
        (["GOTRUE_DB_MAX_POOL_SIZE=10"], 10),
        (["AIRFLOW__DATABASE__SQL_ALCHEMY_POOL_SIZE=5", "AIRFLOW__DATABASE__SQL_ALCHEMY_MAX_OVERFLOW=2"], 7),
        (["POOL_SIZE=50", "POOL_SIZE_API=30"], 80),
        (["CONCOURSE_API_MAX_CONNS=10", "CONCOURSE_BACKEND_MAX_CONNS=50"], 60),
        (["CONCOURSE_API_MAX_CONNS=10"], 10),
        (["KONG_PG_MAX_CONCURRENT_QUERIES=10", "KONG_NGINX_WORKER_PROCESSES=auto"], 10),
        (["DISCOURSE_DB_POOL=8", "UNICORN_WORKERS=4"], 32),
        (["MAIN_DB_POOL=8", "QUEUE_DB_POOL=6"], 8),
        ([URL + "?connection_limit=11"], 11),
        ([URL + "?schema=public&pool=6", "RAILS_MAX_THREADS=5", "WEB_CONCURRENCY=2"], 12),
        ([URL + "?pool_max_conns=6"], 6),
        ([URL + "?max_conns=20&max_idle_conns=4"], 20),
        (["DB=Host=db;Username=me;Password=x;Maximum Pool Size=45"], 45),
        (["DB=Server=db:5432;Max Pool Size = 45;"], 45),
        (["DB=r2dbc:pool:postgresql://db/app?maxSize=14"], 14),
        (["DB=postgres://me:${UNSET}@db/app?connection_limit=3"], 3),
        # the same names, and nothing that can be counted
        (["DB_POOL="], 0),
        (["DB_POOL=many"], 0),
        (["DB_POOL=0"], 0),
        (["DB_POOL=-5"], 0),
        (["DB_POOL=2.5"], 0),
        (["DB_POOL=²"], 0),
        (["DB_POOL=100001"], 0),
        (["DB_POOL=${UNSET}"], 0),
        (["GOTRUE_DB_MAX_POOL_SIZE=20%"], 0),
        ([URL + "?connection_limit=10s"], 0),
        ([URL + "?connection_limit="], 0),
        (["DB_POOL_MIN=5", "DB_POOL_TIMEOUT=30", "DB_POOL_RECYCLE=3600"], 0),
        (["REDIS_POOL_SIZE=5", "HTTP_POOL_SIZE=9", "THREAD_POOL_SIZE=9"], 0),
        (["MONGO_DB_POOL_SIZE=5", "MYSQL_DB_POOL=9", "VECTOR_DB_POOL_SIZE=4"], 0),
        (["POSTGRES_MAX_CONNECTIONS=100"], 0),
        (["DB_MAX_OVERFLOW=10", "WEB_CONCURRENCY=4"], 0),
        (["SQL_MAX_CONNS=20"], 0),
    ],
    ids=lambda case: case[0] if isinstance(case, list) else str(case),
)
def test_pools(environment: list[str], sessions: int) -> None:
    found = clients(app(*environment))
    assert found.sessions == sessions
    assert found.unknown == (() if sessions else ("app",))
    assert SECRET not in repr(found)


def test_pools_of_no_client_are_silent() -> None:
    assert clients(app("DB_POOL=20", "RAILS_MAX_THREADS=5", more="restart: always")) == Clients(0, (), ())


@pytest.mark.parametrize(
    ("more", "environment"),
    [
        ("depends_on: [db]", []),
        ("depends_on: {db: {condition: service_healthy}}", []),
        ("links: [db]", []),
        ("links: ['db:postgres']", ["DB_HOST=postgres"]),
        ("restart: always", [URL]),
        ("restart: always", ["DB_URL=jdbc:postgresql://db:5432/app"]),
        ("restart: always", ["DB_URL=postgresql+asyncpg://me:pa@ss@db/app"]),
        ("restart: always", ["DB_URL=ecto://me:x@db/app"]),
        ("restart: always", ["DSN=host=db user=me dbname=app"]),
        ("restart: always", ["DB_HOST=db"]),
        ("restart: always", ["DB_HOST=${HOST:-db}"]),
        ("restart: always", ["PGHOST=db"]),
        ("restart: always", ["POSTGRES_SEEDS=db"]),
        ("restart: always", ["GITEA__database__HOST=db:5432"]),
        ("network_mode: service:db", ["DB_HOST=localhost"]),
    ],
)
def test_who_is_a_client(more: str, environment: list[str]) -> None:
    assert clients(app("DB_POOL=20", *environment, more=more)).sessions == 20


@pytest.mark.parametrize(
    "environment",
    [
        "DB_HOST=mysql",
        "DB_HOST=localhost",
        "DB_HOST=${HOST}",
        "POSTGRES_DB=db",
        "DB_NAME=db",
        "DB_TYPE=db",
        "URL=http://db:8080",
        "DB_URL=mysql://db/app",
        "DB_URL=postgres://db.example.com/app",
        "DB_URL=postgres://db:x@other/app",
        "DB_URL=postgres://me:x@other/db",
    ],
)
def test_who_is_none(environment: str) -> None:
    assert clients(app("DB_POOL=20", environment, more="restart: always")) == Clients(0, (), ())


@pytest.mark.parametrize("name", ["store", "pg.internal", "pg-main", "main"])
def test_other_names_of_the_server(name: str) -> None:
    server = "container_name: pg-main, hostname: pg.internal, networks: {back: {aliases: [main]}}"
    text = f"  store: {{image: postgres:18, {server}}}\n" + app("DB_POOL=20", f"DB_HOST={name}", more="restart: always")
    assert clients(text, "store").sessions == 20
    assert clients(app("DB_POOL=20", f"DB_HOST={name}", more="restart: always")).sessions == 0


HOST_NETWORK = "  db: {image: postgres:18, network_mode: host}\n"


def test_localhost_on_the_network_of_the_host() -> None:
    both = app("DB_POOL=20", "DB_HOST=localhost", more="network_mode: host")
    assert clients(HOST_NETWORK + both).sessions == 20
    assert clients(DB + both).sessions == 0
    assert clients(HOST_NETWORK + "  pgbouncer: {image: edoburu/pgbouncer, network_mode: host}\n" + both).sessions == 0
    assert clients(HOST_NETWORK + HOST_NETWORK.replace("db", "other") + both).sessions == 0


def test_replicas() -> None:
    assert clients(app("DB_POOL=20", more="depends_on: [db]\n    deploy: {replicas: 3}")).sessions == 60
    assert clients(app("DB_POOL=20", more="depends_on: [db]\n    scale: 2")).sessions == 40
    assert clients(app("DB_POOL=20", more="depends_on: [db]\n    deploy: {replicas: 0}")) == Clients(0, (), ())
    assert clients(app("DB_POOL=20", more="depends_on: [db]\n    scale: ${UNSET}")).sessions == 20


def test_why_and_place() -> None:
    more = "depends_on: [db]\n    deploy: {replicas: 2}"
    (one,) = clients(app("DB_POOL_SIZE=5", "DB_MAX_OVERFLOW=10", "WEB_CONCURRENCY=4", more=more)).known
    assert one.why == "(DB_POOL_SIZE=5 + DB_MAX_OVERFLOW=10) × WEB_CONCURRENCY=4 × 2 replicas (compose.yaml:8)"
    assert (one.service, one.sessions, one.place) == ("app", 120, "compose.yaml:8")
    (one,) = clients(app(URL + "?connection_limit=9")).known
    assert one.why == "connection_limit=9 in DATABASE_URL (compose.yaml:7)"


def test_processes_of_the_web_server_only() -> None:
    environment = ("DB_POOL=5", "WEB_CONCURRENCY=3")
    assert clients(app(*environment)).sessions == 15
    assert clients(app(*environment, more="depends_on: [db]\n    command: bundle exec sidekiq")).sessions == 5
    assert clients(app(*environment, more="depends_on: [db]\n    command: [celery, worker]")).sessions == 5


def test_image_decides() -> None:
    assert clients(app("SQL_MAX_CONNS=20", "SQL_VIS_MAX_CONNS=10", image="temporalio/auto-setup:1.29")).sessions == 30
    assert clients(app("MAX_THREADS=5", "WEB_CONCURRENCY=2", image="ghcr.io/mastodon/mastodon:v4")).sessions == 10
    assert clients(app("MAX_THREADS=5", "WEB_CONCURRENCY=2")).sessions == 0


TWO = DB + "  other: {image: postgres:18}\n"


def test_two_servers() -> None:
    only = app("DB_POOL=20", "DB_HOST=db", more="depends_on: [db, other]")
    assert clients(TWO + only).sessions == 20
    assert clients(TWO + only, "other") == Clients(0, (), ("app",))
    assert clients(TWO + app("DB_POOL=20", more="depends_on: [db, other]")) == Clients(0, (), ("app",))
    assert clients(TWO + app("DB_POOL=20", "A_DB_HOST=db", "B_DB_HOST=other")) == Clients(0, (), ("app",))
    inside = TWO + app(URL + "?connection_limit=9", "B=postgres://other/app?connection_limit=5")
    assert clients(inside).sessions == 9
    assert clients(inside, "other").sessions == 5


def test_servers_are_no_clients() -> None:
    replica = "  replica: {image: postgres:18, depends_on: [db], environment: {PGHOST: db}}\n"
    assert clients(DB + replica) == Clients(0, (), ())


def test_what_the_server_has_too_is_not_counted() -> None:
    shared = "x-shared: &shared {DB_MAX_CONNECTIONS: 100, DB_POOL: 9}\n"
    server = "  db: {image: postgres:18, environment: *shared}\n"
    client = "  app: {image: app, depends_on: [db], environment: *shared}\n"
    assert clients(server + client, top=shared) == Clients(0, (), ("app",))
    assert clients(DB + client, top=shared).sessions == 9


JOB = "  migrate: {image: app, depends_on: [db], environment: %s}\n"


def test_jobs() -> None:
    shared = "x-shared: &shared {DB_POOL: 9}\n"
    assert clients(JOB % "{RAILS_ENV: production}") == Clients(0, (), ())
    assert clients(JOB % "{DB_POOL: 3}").sessions == 3
    assert clients(JOB % "*shared", top=shared) == Clients(0, (), ())
    awaited = "  prepare: {image: app, depends_on: [db]}\n"
    after = "  app: {image: app, depends_on: {prepare: {condition: service_completed_successfully}}}\n"
    assert clients(awaited + after) == Clients(0, (), ())
    assert clients(awaited).unknown == ("prepare",)
    for name, image, command in (("app", "app", "sh -c 'migrate && serve'"), ("t", "temporalio/auto-setup", "dumb-init -- t")):
        assert clients(f'  {name}: {{image: {image}, depends_on: [db], command: "{command}"}}\n').unknown == (name,)


def test_profiles() -> None:
    client = app("DB_POOL=20", more="depends_on: [db]\n    profiles: [web]")
    assert clients(client) == Clients(0, (), ())
    assert clients(client, variables={"COMPOSE_PROFILES": "jobs,web"}).sessions == 20
    assert clients("  db: {image: postgres:18, profiles: [web]}\n" + client).sessions == 20


POOLER = "  pool: {image: edoburu/pgbouncer:1.24, environment: {DB_HOST: db, %s}}\n"


@pytest.mark.parametrize(
    ("said", "sessions", "why"),
    [
        ("DEFAULT_POOL_SIZE: 25", 25, "DEFAULT_POOL_SIZE=25"),
        ("PGBOUNCER_DEFAULT_POOL_SIZE: 25, PGBOUNCER_MAX_CLIENT_CONN: 500", 25, "PGBOUNCER_DEFAULT_POOL_SIZE=25"),
        ("DEFAULT_POOL_SIZE: 25, MAX_DB_CONNECTIONS: 10", 10, "DEFAULT_POOL_SIZE=25, at most MAX_DB_CONNECTIONS=10"),
        ("DEFAULT_POOL_SIZE: 25, MAX_DB_CONNECTIONS: 50", 25, "DEFAULT_POOL_SIZE=25"),
        ("MAX_DB_CONNECTIONS: 50", 20, "20 by default"),
        ("MAX_DB_CONNECTIONS: 8", 8, "20 by default, at most MAX_DB_CONNECTIONS=8"),
    ],
)
def test_pgbouncer(said: str, sessions: int, why: str) -> None:
    (one,) = clients(POOLER % said).known
    assert (one.sessions, one.why) == (sessions, f"{why} (compose.yaml:3)")


def test_pgbouncer_that_says_nothing() -> None:
    assert clients(POOLER % "MAX_CLIENT_CONN: 500, DB_POOL: 9") == Clients(0, (), ("pool",))


@pytest.mark.parametrize(
    ("more", "environment"),
    [
        ("depends_on: [pool, db]", []),
        ("depends_on: [pool, db]", ["DB_HOST=pool"]),
        ("depends_on: [db]", ["DATABASE_URL=postgres://me:x@pool:6432/app?connection_limit=50"]),
    ],
)
def test_clients_of_a_pooler_open_nothing_at_the_server(more: str, environment: list[str]) -> None:
    found = clients(POOLER % "DEFAULT_POOL_SIZE: 25" + app("DB_POOL=50", *environment, more=more))
    assert [one.service for one in found.known] == ["pool"]
    assert found.unknown == ()


def test_a_client_of_both_the_pooler_and_the_server() -> None:
    pooled = "DATABASE_URL=postgres://me:x@pool:6432/app?connection_limit=50"
    direct = "DIRECT_URL=postgres://me:x@db/app"
    assert clients(POOLER % "DEFAULT_POOL_SIZE: 25" + app(pooled, direct)).unknown == ("app",)
    assert clients(POOLER % "DEFAULT_POOL_SIZE: 25" + app(pooled, direct + "?connection_limit=2")).sessions == 27


def test_other_poolers() -> None:
    nodes = "PGPOOL_BACKEND_NODES=0:db:5432,1:other:5432"
    pgpool = app(nodes, "PGPOOL_NUM_INIT_CHILDREN=32", "PGPOOL_MAX_POOL=4", more="restart: always", image="bitnami/pgpool:4")
    assert clients(TWO + pgpool).sessions == 128
    assert clients(TWO + pgpool, "other").sessions == 128
    supavisor = ("DATABASE_URL=ecto://me:x@db/_supabase", "POOLER_DEFAULT_POOL_SIZE=20", "DB_POOL_SIZE=5")
    assert clients(app(*supavisor, more="restart: always", image="supabase/supavisor:2.7.0")).sessions == 25
    assert clients(app("DB_POOL=5", image="ghcr.io/postgresml/pgcat")) == Clients(0, (), ("app",))


def test_the_sum() -> None:
    text = (
        app("DB_POOL=20")
        + "  jobs: {image: app, depends_on: [db], environment: {DB_POOL: 5}}\n  ui: {image: ui, depends_on: [db]}\n"
    )
    found = clients(text)
    assert (found.sessions, [one.sessions for one in found.known], found.unknown) == (25, [20, 5], ("ui",))
    assert clients("  web: {image: nginx}\n") == Clients(0, (), ())
