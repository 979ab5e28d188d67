"""What real servers of each major answered, replayed: every check and every format, without a server."""

import json
from pathlib import Path

import pytest

from pgfit.audit.budget import Claims, claims_of
from pgfit.audit.record import dump, load
from pgfit.audit.running import RunningServer
from pgfit.profiles import load as load_profile
from pgfit.units import MB
from running import Run

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"
MAJORS = (13, 14, 15, 16, 17, 18)
EVERY = pytest.mark.parametrize("major", MAJORS)
STATIC = {13: 145, 14: 145, 15: 146, 16: 146, 17: 146, 18: 153}
"""MB that each allocated with its defaults and 150 slots to come, by its own word."""


def path(major: int) -> Path:
    return SNAPSHOTS / f"{major}.json"


@EVERY
@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "prometheus"])
def test_it_replays_in_every_format(major: int, form: str, pgfit: Run) -> None:
    ran = pgfit("audit", "--from", str(path(major)), "--memory", "512M", "--cpus", "1", "--format", form)
    assert ran.code == 1
    assert "running-settings-above-limit" in ran.out


@EVERY
def test_its_findings_are_those_that_were_made(major: int, pgfit: Run) -> None:
    ran = pgfit("audit", "--from", str(path(major)), "--memory", "512M", "--cpus", "1", "--format", "json")
    found = {one["check"] for one in json.loads(ran.out)["findings"]}
    assert {"restart-pending", "running-settings-above-limit", "dead-rows-pile-up"} <= found
    assert "override-above-limit" not in found  # without the override it does not fit either
    assert "file-not-applied" not in found
    assert ("major-out-of-support" in found) is (major <= 14)


@EVERY
def test_it_is_read_whole(major: int) -> None:
    snapshot = load(path(major).read_text(), str(major))
    assert load(dump(snapshot), "again") == snapshot
    assert snapshot.missing == {}
    server = RunningServer(snapshot)
    assert server.major == major
    assert server.settings["work_mem"].shown == "8MB"
    assert server.place("work_mem").startswith("postgresql.auto.conf:")
    assert server.settings["max_connections"].pending_restart
    assert server.count("databases", "temp_files") == 1
    assert [row["role"] for row in server.rows("overrides")] == ["reports"]
    claims = claims_of(server, load_profile("web"))
    assert isinstance(claims, Claims)
    assert claims.static_by_server is not None
    assert abs(claims.static_by_server / MB - STATIC[major]) < 5


@EVERY
def test_it_says_nothing_of_the_machine_it_was_recorded_on(major: int) -> None:
    text = path(major).read_text()
    assert "/tmp/" not in text  # noqa: S108  what must not be there
    assert "/root" not in text
    assert "/home/" not in text
