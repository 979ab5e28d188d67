"""What ends a trial early: ctrl-C, a service manager's SIGTERM, a terminal that is closed. Each must leave nothing behind."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["cleaning_up", "undisturbed"]

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def cleaning_up() -> Iterator[None]:
    """The first of them raises KeyboardInterrupt, so that everything opened within is closed; meanwhile none is heard again.

    One that is ignored already stays so: nohup means it. For the main thread: no other may say what a signal does.
    """

    def stop(*_: object) -> None:
        for one in ENDING:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    with _handled(stop):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Around what is removed at the end: a signal that came then would leave the rest of it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with _handled(signal.SIG_IGN):
        yield


@contextmanager
def _handled(how: Callable[..., None] | signal.Handlers) -> Iterator[None]:
    before = {one: signal.getsignal(one) for one in ENDING}
    heard = {one: handler for one, handler in before.items() if handler is not signal.SIG_IGN}
    for one in heard:
        signal.signal(one, how)
    try:
        yield
    finally:
        for one, handler in heard.items():
            signal.signal(one, handler)
