"""What ends a trial early, and what does not."""

import signal
from collections.abc import Iterator

import pytest

from pgfit.trial.signals import ENDING, cleaning_up, undisturbed


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """As a shell's child in the foreground has them, and as they were afterwards."""
    before = {one: signal.signal(one, signal.SIG_DFL) for one in ENDING}
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


@pytest.mark.parametrize("one", ENDING)
def test_the_first_ends_it_and_the_second_does_not_end_the_cleaning_up(one: signal.Signals) -> None:
    cleaned = []

    def work() -> None:
        try:
            signal.raise_signal(one)
        finally:
            signal.raise_signal(signal.SIGTERM)
            cleaned.append(one)

    with pytest.raises(KeyboardInterrupt), cleaning_up():
        work()
    assert cleaned == [one]
    assert {signal.getsignal(each) for each in ENDING} == {signal.SIG_DFL}


def test_what_was_ignored_before_stays_ignored() -> None:
    """nohup, and a shell's background job."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with cleaning_up():
        signal.raise_signal(signal.SIGHUP)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    with pytest.raises(KeyboardInterrupt), cleaning_up():
        signal.raise_signal(signal.SIGTERM)


def test_nothing_disturbs_the_removal_and_then_it_is_heard_again() -> None:
    with cleaning_up():
        with undisturbed():
            for one in ENDING:
                signal.raise_signal(one)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
