"""The command line in this process, in a directory of its own."""

from pathlib import Path

import pytest

from pgfit.cli import main
from running import SECRET, Ran, Run


@pytest.fixture
def pgfit(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """pgfit with these arguments; no run may show a traceback, or a secret."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMPOSE_FILE", raising=False)

    def call(*arguments: str) -> Ran:
        code = main._run(list(arguments))
        seen = capsys.readouterr()
        assert SECRET not in seen.out + seen.err
        assert "Traceback" not in seen.out + seen.err
        assert "bug:" not in seen.err
        return Ran(int(code), seen.out, seen.err)

    return call
