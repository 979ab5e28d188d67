"""What logical replication holds: on the subscriber apply, parallel apply and synchronising workers, on the publisher senders."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from measure_server import Db, MeasuredServer, Row, peak_while, row
from measure_sessions import tables

__all__ = ["measure"]

PUBLISHER = (
    "-c",
    "shared_buffers=16MB",
    "-c",
    "logical_decoding_work_mem=4MB",
    "-c",
    "wal_level=logical",
    "-c",
    "max_wal_senders=30",
    "-c",
    "max_replication_slots=30",
)
SUBSCRIBER = (
    "-c",
    "shared_buffers=16MB",
    "-c",
    "max_logical_replication_workers=20",
    "-c",
    "max_worker_processes=30",
    "-c",
    "max_replication_slots=30",
)
SUBSCRIPTIONS = (1, 4)
TABLES, MOST_TABLES = 10, 200
LARGE = 300_000
"""Rows of one transaction: some 20 MB, far above the senders' logical_decoding_work_mem."""
FILL = f"insert into large select g, md5(g::text) from generate_series(1, {LARGE}) g"
"""shared_buffers are small and touched before, so that what shared memory grows by later is /dev/shm."""


def until(db: Db, query: str, seconds: float = 60) -> None:
    """Wait for a query to answer true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = db.execute(query).fetchone()
        if answer and answer[0]:
            return
        time.sleep(0.05)
    raise TimeoutError(query)


class Pair:
    """A publisher and a subscriber with the same tables, each in a cgroup of its own."""

    def __init__(self, publisher: MeasuredServer, subscriber: MeasuredServer) -> None:
        self.publisher, self.subscriber = publisher, subscriber
        self.here, self.there = publisher.connect(), subscriber.connect()

    def subscribe(self, name: str, what: str, options: str = "") -> None:
        self.here.execute(f"create publication {name} for {what}")
        source = self.publisher.server.dsn
        self.there.execute(f"create subscription {name} connection '{source}' publication {name} {options}")

    def synchronised(self) -> None:
        until(self.there, "select count(*) > 0 and bool_and(srsubstate = 'r') from pg_subscription_rel")

    def caught_up(self) -> None:
        done = "count(*) > 0 and bool_and(confirmed_flush_lsn >= pg_current_wal_lsn())"
        until(self.here, f"select {done} from pg_replication_slots where active", 300)

    def unsubscribe(self, names: Sequence[str]) -> None:
        for name in names:
            self.there.execute(f"drop subscription {name}")
            self.here.execute(f"drop publication {name}")

    def empty(self) -> None:
        """The subscriber's tables, so that the first copy meets no row twice."""
        self.there.execute(" ".join(f"truncate r{one};" for one in range(MOST_TABLES)))

    def change(self, first: int, count: int) -> None:
        """An insert, an update and a delete in each table."""
        for one in range(first, first + count):
            self.here.execute(f"insert into r{one} (id, word) select g, 'new' from generate_series(1001, 1020) g")
            self.here.execute(f"update r{one} set amount = amount + 1")
            self.here.execute(f"delete from r{one} where id > 1000")


def workers(pair: Pair, major: int) -> Iterator[Row]:
    """Apply workers and senders that have changed ten tables each; the first subscription's worker, then four at once."""
    for count in SUBSCRIPTIONS:
        names = [f"some{one}" for one in range(count)]
        pair.empty()
        sent, applied = pair.publisher.memory(), pair.subscriber.memory()
        for number, name in enumerate(names):
            mine = range(number * TABLES, (number + 1) * TABLES)
            pair.subscribe(name, "table " + ", ".join(f"r{one}" for one in mine))
        pair.synchronised()
        pair.change(0, count * TABLES)
        pair.caught_up()
        yield row("replication", major, f"apply worker, {count} at once", count, pair.subscriber.memory().over(applied, count))
        yield row("replication", major, f"sender, {count} at once", count, pair.publisher.memory().over(sent, count))
        pair.unsubscribe(names)


def many_tables(pair: Pair, major: int) -> Iterator[Row]:
    pair.empty()
    before = pair.subscriber.memory()
    pair.subscribe("many", "table " + ", ".join(f"r{one}" for one in range(MOST_TABLES)))
    pair.synchronised()
    pair.change(0, MOST_TABLES)
    pair.caught_up()
    yield row("replication", major, "apply worker, 200 tables", 1, pair.subscriber.memory().over(before))
    pair.unsubscribe(["many"])


def large_transaction(pair: Pair, major: int, streaming: str, copies: int = 1) -> Iterator[Row]:
    """One transaction far above logical_decoding_work_mem, or several that are open at once."""
    pair.there.execute("truncate large")
    pair.here.execute("truncate large")
    kind = f"streaming {streaming}" if copies == 1 else f"streaming {streaming}, {copies} transactions at once"
    pair.subscribe("large", "table large", f"with (streaming = {streaming})" if streaming != "as by default" else "")
    pair.synchronised()
    time.sleep(1)

    def work() -> None:
        sessions = [pair.publisher.connect() for _ in range(copies)]
        for number, db in enumerate(sessions):
            db.execute("begin")
            first = number * LARGE
            db.execute(f"insert into large select g, md5(g::text) from generate_series({first + 1}, {first + LARGE // copies}) g")
        time.sleep(1)
        for db in sessions:
            db.execute("commit")
            db.close()
        pair.caught_up()

    yield row("replication", major, f"apply of a large transaction, {kind}", copies, peak_while(pair.subscriber, work))
    pair.unsubscribe(["large"])


def synchronising(pair: Pair, major: int) -> Iterator[Row]:
    """The first copy of four large tables, two synchronising workers at once (the default), beside the apply worker."""
    for one in range(4):
        pair.here.execute(f"create table copied{one} as select g id, md5(g::text) word from generate_series(1, {LARGE}) g")
        pair.there.execute(f"create table copied{one} (id int, word text)")

    def work() -> None:
        pair.subscribe("copied", "table " + ", ".join(f"copied{one}" for one in range(4)))
        pair.synchronised()

    yield row("replication", major, "first copy, apply and two synchronising workers", 1, peak_while(pair.subscriber, work))
    pair.unsubscribe(["copied"])


def measure(major: int, home: Path) -> Iterator[Row]:
    with MeasuredServer(home, PUBLISHER) as publisher, MeasuredServer(home, SUBSCRIBER) as subscriber:
        for server in (publisher, subscriber):
            tables(server, MOST_TABLES)
            server.run("create table large (id int, word text)", FILL, "truncate large")
        pair = Pair(publisher, subscriber)
        yield from workers(pair, major)
        yield from many_tables(pair, major)
        yield from synchronising(pair, major)
        for streaming in ["as by default", *(["off", "on"] if major >= 14 else []), *(["parallel"] if major >= 16 else [])]:
            yield from large_transaction(pair, major, streaming)
        if major >= 16:
            yield from large_transaction(pair, major, "parallel", 2)
        pair.here.close()
        pair.there.close()
