"""Where a trial takes place: the nouns, and what every kind of place must offer.

A Place is this machine's programs in a cgroup (local.py) or a container engine's image (containers.py). It loads data
once and gives out Servers, each with a copy of them; a Server is started again and again, every time in a fresh limit.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol, Self

from ..errors import PgfitError
from ..units import Bytes, Cpus

__all__ = [
    "ASK_SECONDS",
    "LOADING",
    "START_SECONDS",
    "STOP_SECONDS",
    "Bench",
    "Counters",
    "Limits",
    "NoPlace",
    "NotStarted",
    "Place",
    "Sample",
    "Server",
    "Stalled",
    "loading",
]

ASK_SECONDS = 120.0
"""For an answer that is not known to take longer."""
START_SECONDS = 60
STOP_SECONDS = 60
LOADING = {"fsync": "off", "max_wal_size": "1GB", "autovacuum": "off", "shared_buffers": "128MB", "maintenance_work_mem": "256MB"}
"""For the data, which nobody has to survive a crash with. The WAL that is kept is copied with them."""


class Limits(NamedTuple):
    """What the container is given."""

    memory: Bytes
    cpus: Cpus | None
    iops: int | None = None
    """Reads (and, where the kernel can count them, writes) a second that the disk serves."""
    shm_size: Bytes | None = None
    """Of /dev/shm, in containers; this machine's own elsewhere."""


class Counters(NamedTuple):
    """What a cgroup has counted so far."""

    anon: int = 0
    """Bytes of private memory."""
    shmem: int = 0
    """Bytes of shared memory, /dev/shm included."""
    kernel: int = 0
    """Bytes of the kernel's own: page tables, slab, socket buffers."""
    oom_kills: int = 0
    refaults: int = 0
    """Pages of files read again soon after they were reclaimed."""
    throttled: float = 0
    """Seconds that its threads waited for their CPU quota, together."""

    @property
    def unreclaimable(self) -> int:
        """What no pressure can take away."""
        return self.anon + self.shmem + self.kernel


class Bench(NamedTuple):
    """What pgbench said."""

    output: str
    """stdout and stderr."""
    code: int
    latencies: Sequence[int]
    """Microseconds of each transaction."""


class Sample(NamedTuple):
    """A script of pgbench's, with its weight among the others."""

    name: str
    text: str
    weight: int = 1


class NotStarted(Exception):
    """The server did not start: the end of its log."""


@contextlib.contextmanager
def loading(server: "Server") -> Iterator[None]:
    """Around the loading of a server's data: it is stopped then, and one that did not start is the user's to mend."""
    try:
        yield
    except NotStarted as error:
        raise PgfitError(f"the server for loading did not start: {error}") from error
    finally:
        server.stop()


class Stalled(Exception):
    """The client was not done within its time."""


class NoPlace(PgfitError):
    """No limit can be set here, or no server is there to run in it."""


class Server(Protocol):
    """A throwaway server with data of its own."""

    def start(self, settings: Mapping[str, str], limits: Limits) -> None:
        """In a fresh limit, with cold caches. Raises NotStarted."""

    @property
    def alive(self) -> bool: ...

    def read(self) -> Counters:
        """Of the present limit; what was read last where it is gone."""

    def throttle(self, *, on: bool) -> None:
        """Lift the CPU quota and the disk's bound while caches are filled, or set them again. The memory stays limited.

        Raises PgfitError where they are not in force again: what came after would be no measurement.
        """

    def relieve(self) -> None:
        """Take the memory limit away, so that a thrashing server can be stopped."""

    def ask(self, sql: str, seconds: float = ASK_SECONDS) -> str:
        """What psql prints, fields divided by |. Raises PgfitError with its complaint, or after `seconds`."""

    def bench(self, arguments: Sequence[str], scripts: Sequence[Sample], bound: float) -> Bench:
        """pgbench, outside the limit. Raises Stalled after `bound` seconds."""

    def stop(self) -> None:
        """At once if need be. The limit goes with it."""


class Place(Protocol):
    """Where servers can be had. Everything it made is gone when its `with` block ends."""

    what: str
    """Which limit and which server, for the report."""
    own_shm: bool
    """Whether /dev/shm has the size that Limits say."""

    def server(self, name: str) -> Server:
        """One with its own copy of the data."""

    def load(self, scale: int, scripts: Sequence[str]) -> None:
        """Make the data: pgbench's tables, then these SQL scripts, without any limit. Raises PgfitError."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...
