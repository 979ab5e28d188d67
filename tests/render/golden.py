"""Writes tests/render/golden/ anew: `python tests/render/golden.py`, then read the difference before committing it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from pgfit.render import render
from planning import plan_for

if __name__ == "__main__":
    directory = Path(__file__).parent / "golden"
    directory.mkdir(exist_ok=True)
    for form in ("flags", "conf", "sql", "docker", "compose", "table"):
        (directory / f"{form}.txt").write_text(render(plan_for("256M", "0.3"), form))
