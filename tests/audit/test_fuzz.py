"""A snapshot may come from anywhere: whatever stands in it, an audit of it ends in an answer, or in an error for people."""

import os
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgfit.audit.record import Snapshot, dump, load
from pgfit.checks.live import CHECKS
from pgfit.checks.pages import page_of
from running import Run
from sketching import snapshot

EXAMPLES = int(os.environ.get("PGFIT_FUZZ", "60"))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "0", "-1", "on", "off", "x", "9" * 30, "1e400", "nan", "2 3", "max", "'", '"', "\n", "é" * 3, "1\x00"]),
    st.text(max_size=20),
)
PAGES = [page_of(module).fails for module in CHECKS]


def spoiled(text: str, data: st.DataObject) -> Snapshot:
    """The server of a page, with some of its answers replaced."""
    made = snapshot(_without_compose(yaml.safe_load(text)))
    rows = {name: [dict(row) for row in some] for name, some in made.rows.items()}
    for _ in range(data.draw(st.integers(1, 6))):
        name = data.draw(st.sampled_from(sorted(name for name, some in rows.items() if some)))
        row = data.draw(st.sampled_from(rows[name]))
        if row:
            row[data.draw(st.sampled_from(sorted(row)))] = data.draw(SCALARS)
    return made._replace(rows={name: tuple(some) for name, some in rows.items()})


def _without_compose(sketch: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in sketch.items() if key != "compose"}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "prometheus"])
def test_no_snapshot_is_too_strange(form: str, pgfit: Run, tmp_path: Any, data: st.DataObject) -> None:
    whole = dump(spoiled(data.draw(st.sampled_from(PAGES)), data))
    path = tmp_path / "snapshot.json"
    path.write_text(whole)
    ran = pgfit("audit", "--from", str(path), "--format", form)
    assert ran.code in {0, 1, 2}, ran.err


@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_what_is_dumped_is_loaded(data: st.DataObject) -> None:
    made = spoiled(data.draw(st.sampled_from(PAGES)), data)
    assert load(dump(made), "x") == made
