"""What a session holds: idle, in use, with many relations, prepared statements, temporary tables, locks; and over TLS."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from measure_server import Db, MeasuredServer, Memory, Row, row
from measure_static import size_of
from real_server import RealServer

__all__ = ["in_use", "measure_locks", "measure_server", "measure_sessions", "measure_temp_buffers", "measure_tls", "tables"]

RELATIONS = 1000
LOCKS = 5000
TEMP_BUFFERS = (1, 8, 32, 128)
"""MB"""
OVER_TCP = "host=127.0.0.1 sslmode="
MOST_LOCKS = (10, 64, 256, 1024, 4096)
"""max_locks_per_transaction"""


def tables(server: MeasuredServer, count: int) -> None:
    """As applications have them: eight columns and a primary key."""
    with server.connect() as db:
        for number in range(count):
            db.execute(
                f"create table r{number} (id int primary key, word text not null, amount numeric default 0, "
                "made timestamptz default now(), owner int, state text default 'new', note text, more jsonb)"
            )
            db.execute(f"insert into r{number} select g, md5(g::text), g, now(), g % 5 from generate_series(1, 20) g")
        db.execute("vacuum analyze")


def idle(db: Db, number: int) -> None:
    del number
    db.execute("select 1")


def touch(count: int) -> Callable[[Db, int], None]:
    def work(db: Db, number: int) -> None:
        del number
        for one in range(count):
            db.execute(f"select * from r{one} where id = 7")

    return work


def in_use(db: Db, number: int) -> None:
    """Ten tables with their keys, joins, an insert, an update."""
    touch(10)(db, number)
    for one in range(1, 10):
        joined = f"select a.word, sum(b.amount) from r0 a join r{one} b using (id) where a.id < %s group by 1 order by 2"
        db.execute(joined, [one + 9])
    db.execute("update r3 set amount = amount + 1 where id = %s", [number % 20])
    db.execute(f"insert into r2 (id, word, owner) values ({1000 + number}, 'word', 1) on conflict do nothing")


def prepare(db: Db, number: int) -> None:
    in_use(db, number)
    db.execute("set plan_cache_mode = force_generic_plan")
    for one in range(200):
        join = f"select a.word, b.amount + {one} from r{one % 5} a join r{5 + one % 5} b using (id) where a.id = $1"
        db.execute(f"prepare p{one} (int) as {join}")
        db.execute(f"execute p{one} (7)")


def measure_server(major: int, home: Path) -> Iterator[Row]:
    """With all its helpers, before anyone has connected."""
    for _ in range(3):
        with MeasuredServer(home, ("-c", "autovacuum=on")) as server:
            time.sleep(8)
            yield row("server", major, "at rest", 1, server.memory())


def measure_sessions(major: int, home: Path) -> Iterator[Row]:
    with MeasuredServer(home) as server:
        yield row("sessions", major, "idle", 60, server.per_session(60, idle))
        tables(server, RELATIONS)
        yield row("sessions", major, "in use, 10 relations", 40, server.per_session(40, in_use))
        yield row("sessions", major, "200 relations", 10, server.per_session(10, touch(200)))
        yield row("sessions", major, "1000 relations", 6, server.per_session(6, touch(1000)))
        yield row("sessions", major, "in use, 200 prepared statements", 10, server.per_session(10, prepare))


# -- temporary tables ------------------------------------------------------------------------------------------


def temporary(db: Db, megabytes: int) -> None:
    db.execute(f"set temp_buffers = '{megabytes}MB'")
    db.execute("create temp table filled (id int, pad text)")
    db.execute(f"insert into filled select g, repeat('x', 1000) from generate_series(1, {megabytes * 1200}) g")
    db.execute("select count(*) from filled")
    db.execute("drop table filled")


def ordinary(db: Db, number: int) -> None:
    """All that the temporary table is, but for its buffers."""
    db.execute(f"create table plain{number} (id int, pad text)")
    db.execute(f"insert into plain{number} select g, repeat('x', 1000) from generate_series(1, 1200) g")
    db.execute(f"select count(*) from plain{number}")
    db.execute(f"drop table plain{number}")


def measure_temp_buffers(major: int, home: Path) -> Iterator[Row]:
    with MeasuredServer(home) as server:
        for size in TEMP_BUFFERS:
            count = 8 if size <= 8 else 3
            with ExitStack() as stack:
                sessions = [stack.enter_context(server.connect()) for _ in range(count)]
                for number, db in enumerate(sessions):
                    ordinary(db, number)
                before = server.memory()
                for db in sessions:
                    temporary(db, size)
                held = server.memory().over(before, count)
            factor = round((held.private + held.kernel) / (size << 20), 3)
            yield row("temp_buffers", major, f"{size} MB", count, held, factor=factor)


# -- locks -----------------------------------------------------------------------------------------------------


def advisory(db: Db, number: int) -> None:
    db.execute("begin")
    db.execute(f"select pg_advisory_xact_lock({number}, g) from generate_series(1, {LOCKS}) g")


def parted(db: Db, number: int) -> None:
    del number
    db.execute("begin")
    db.execute("lock table parted in access share mode")


def measure_locks(major: int, home: Path) -> Iterator[Row]:
    with RealServer(home) as bare:
        for most in MOST_LOCKS:
            size = size_of(bare, {"max_locks_per_transaction": str(most)})
            yield {"part": "locks", "major": major, "case": "static", "max_locks_per_transaction": most, "bytes": size}
    with MeasuredServer(home, ("-c", "max_locks_per_transaction=1024")) as server:
        with server.connect() as db:
            db.execute("create table parted (id int) partition by list (id)")
            for one in range(LOCKS):
                db.execute(f"create table parted{one} partition of parted for values in ({one})")
        base = server.per_session(10, idle)
        for case, work in (("5000 advisory locks", advisory), ("5000 partitions locked", parted)):
            held = server.per_session(6, work)
            more = Memory(held.private - base.private, held.kernel - base.kernel, held.shared - base.shared)
            yield row("locks", major, case, 6, more, bytes_per_lock=round((more.private + more.kernel) / LOCKS))


# -- TLS -------------------------------------------------------------------------------------------------------


def certificate(data: Path) -> None:
    key, cert = data / "server.key", data / "server.crt"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    owner = data.stat()
    for path in (key, cert):
        path.chmod(0o600)
        shutil.chown(path, owner.st_uid, owner.st_gid)


def long_answers(db: Db, number: int) -> None:
    in_use(db, number)
    db.execute("select repeat('x', 1000) from generate_series(1, 2000)")


def measure_tls(major: int, home: Path) -> Iterator[Row]:
    with MeasuredServer(home, ("-c", "ssl=on"), prepare=certificate, tcp=True) as server:
        tables(server, 10)
        for case, work in (("idle", idle), ("in use", in_use), ("in use, 2 MB answered", long_answers)):
            plain = server.per_session(80, work, OVER_TCP + "disable")
            secret = server.per_session(80, work, OVER_TCP + "require")
            yield row("tls", major, f"{case}, without", 80, plain)
            yield row("tls", major, f"{case}, with TLS", 80, secret)
            more = Memory(secret.private - plain.private, secret.kernel - plain.kernel, secret.shared - plain.shared)
            yield row("tls", major, f"{case}, more with TLS", 80, more)
