"""A screen that refreshes itself: what changed since the look before."""

import yaml

from pgfit.audit.budget import claims_of
from pgfit.audit.running import RunningServer
from pgfit.audit.watch import Watch
from pgfit.profiles import load
from sketching import NOW, snapshot


def look(seconds: float, more: str = "{}") -> RunningServer:
    sketch = yaml.safe_load(more)
    return RunningServer(snapshot({**sketch, "server": {"now": NOW + seconds}}))


def lines(watch: Watch, server: RunningServer) -> list[str]:
    return [line.text for line in watch.screen(server, claims_of(server, load("web")), 100)]


def test_the_first_look_has_no_rates() -> None:
    first = look(0)
    text = "\n".join(lines(Watch(first), first))
    assert "5 of 100, at most 5 while watching" in text
    assert "a second" not in text


def test_rates_are_those_since_the_look_before() -> None:
    first = look(0, "databases: {temp_bytes: 0, commits: 100}\nfiles: {cpu.stat: 'nr_periods 100\\nnr_throttled 0'}")
    watch = Watch(first)
    lines(watch, first)
    second = look(10, "databases: {temp_bytes: 10485760, commits: 600}\nfiles: {cpu.stat: 'nr_periods 200\\nnr_throttled 50'}")
    text = "\n".join(lines(watch, second))
    assert "temp files    1 MB a second" in text
    assert "commits       50.0 a second" in text


def test_counters_that_went_back_are_a_restart_and_no_rate() -> None:
    watch = Watch(look(0))
    lines(watch, look(0, "databases: {commits: 1000}"))
    assert not [line for line in lines(watch, look(5, "databases: {commits: 10}")) if "commits" in line]


def test_the_most_that_was_seen_is_kept() -> None:
    watch = Watch(look(0))
    lines(watch, look(0, "activity: {clients: 40}"))
    assert "  sessions      3 of 100, at most 40 while watching" in lines(watch, look(5, "activity: {clients: 3}"))


def test_settings_of_the_first_look_stay() -> None:
    watch = Watch(look(0))
    short = look(5, "activity: {clients: 9}")
    short = RunningServer(short.snapshot._replace(rows={name: short.snapshot.rows[name] for name in ("server", "activity")}))
    whole = watch.whole(short)
    assert (whole.sessions, whole.number("max_connections")) == (9, 100)
