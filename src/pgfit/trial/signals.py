"""What ends a trial early: ctrl-C, a service manager's SIGTERM, a terminal that is closed. Each must leave nothing behind."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["cleaning_up"]

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def cleaning_up() -> Iterator[None]:
    """The first of them raises KeyboardInterrupt, so that everything opened within is closed; meanwhile none is heard again.

    For the main thread: no other may say what a signal does.
    """

    def stop(*_: object) -> None:
        for one in ENDING:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {one: signal.signal(one, stop) for one in ENDING}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
