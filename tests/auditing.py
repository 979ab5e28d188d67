"""For the tests of audits: what a server says, and something between it and pgfit that counts, stalls and cuts."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Self

import psycopg

from pgfit.audit.record import Snapshot
from pgfit.audit.snapshot import connect, take
from real_server import PORT, RealServer

__all__ = ["Relay", "asked", "execute", "session_of_pgfit"]


def asked(dsn: str, *, seconds: float = 10, **parameters: str) -> Snapshot:
    connection = connect(dsn, parameters, seconds=seconds)
    try:
        return take(connection, seconds=seconds)
    finally:
        connection.raw.close()


def execute(dsn: str, *statements: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as database:
        for statement in statements:
            database.execute(statement.encode())


def session_of_pgfit(dsn: str, seconds: float = 10) -> int:
    """The process that serves the audit which runs now."""
    end = time.monotonic() + seconds
    with psycopg.connect(dsn, autocommit=True) as database:
        while time.monotonic() < end:
            row = database.execute("SELECT pid FROM pg_stat_activity WHERE application_name = 'pgfit'").fetchone()
            if row is not None:
                return int(row[0])
    raise AssertionError("pgfit did not connect")


class Relay:
    """A TCP port that leads to the server. After so many bytes of its answers it does what it was told, once:

    `Relay.cut` or `Relay.stall`, or a function of one's own, after which it goes on.
    """

    def __init__(self, server: RealServer, after: int | None = None, then: "Callable[[Relay], None] | None" = None) -> None:
        self.path = f"{server.root}/.s.PGSQL.{PORT}"
        self.after = after
        self.then = then
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.sockets: list[socket.socket] = []
        self.answered = 0
        self.stalled = threading.Event()

    @property
    def dsn(self) -> str:
        port = self.listener.getsockname()[1]
        return f"host=127.0.0.1 port={port} user=postgres dbname=postgres gssencmode=disable sslmode=disable"

    def cut(self) -> None:
        """As a network that resets the connection."""
        for one in self.sockets:
            with contextlib.suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def stall(self) -> None:
        """As a network that swallows every packet, until the end."""
        self.stalled.wait()

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stalled.set()
        self.listener.close()
        self.cut()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                there = socket.socket(socket.AF_UNIX)
                there.connect(self.path)
                self.sockets += [client, there]
                threading.Thread(target=self._forth, args=(client, there), daemon=True).start()
                threading.Thread(target=self._back, args=(there, client), daemon=True).start()

    def _forth(self, client: socket.socket, there: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                there.sendall(data)
            there.shutdown(socket.SHUT_WR)

    def _back(self, there: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := there.recv(65536):
                left = len(data) if self.after is None else max(0, self.after - self.answered)
                client.sendall(data[:left])
                self.answered += len(data)
                if left < len(data):
                    then, self.after = self.then, None
                    if then is not None:
                        then(self)
                    client.sendall(data[left:])
        with contextlib.suppress(OSError):  # also where the server's end was reset
            client.shutdown(socket.SHUT_WR)
