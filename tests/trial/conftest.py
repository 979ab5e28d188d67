"""Where the trials of the tests put their data."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def disk() -> Iterator[Path]:
    """A directory that the server's user can reach, whatever another pytest does to its own."""
    made = Path(tempfile.mkdtemp(prefix="pgfit-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)
